using System.Text.Json.Serialization;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>An endpoint above the cap, refused before the wallet was asked.</summary>
public sealed class Ep212BlockedEndpoint
{
    /// <summary>Its address.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>What was asked, millisatoshis.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required Msats? QuotedAmountMsats { get; init; }

    /// <summary>The most a purchase may cost, millisatoshis.</summary>
    public required Msats MaxSpendMsats { get; init; }

    /// <summary>Always true: otherwise the smoke has failed.</summary>
    public required bool Blocked { get; init; }

    /// <summary>Why it was refused.</summary>
    public required string DenyReasonCode { get; init; }

    /// <summary>How often the wallet had been asked to pay before.</summary>
    public required int PayerCallsBefore { get; init; }

    /// <summary>How often afterwards.</summary>
    public required int PayerCallsAfter { get; init; }
}
