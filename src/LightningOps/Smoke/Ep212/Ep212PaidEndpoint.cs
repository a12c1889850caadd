using System.Text.Json.Serialization;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>An endpoint that was bought from.</summary>
public sealed class Ep212PaidEndpoint
{
    /// <summary>Its address.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>HTTP status of the paid request.</summary>
    public required int PaidStatusCode { get; init; }

    /// <summary>What was paid, millisatoshis.</summary>
    public required Msats PaidAmountMsats { get; init; }

    /// <summary>The wallet's name of the payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? PaymentId { get; init; }

    /// <summary>Names the proof of payment without giving it away.</summary>
    public required string ProofReference { get; init; }

    /// <summary>Length of what was bought.</summary>
    public required long ResponseBytes { get; init; }

    /// <summary>SHA-256 of what was bought, lower-case hexadecimal digits.</summary>
    public required string ResponseSha256 { get; init; }
}
