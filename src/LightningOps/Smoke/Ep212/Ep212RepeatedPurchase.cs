using System.Text.Json.Serialization;
using LightningOps.L402.Client;
using LightningOps.Paywalls;

namespace LightningOps.Smoke.Ep212;

/// <summary>An endpoint bought from once and asked again; the members of the second request are left out while it was not made.</summary>
public sealed record Ep212RepeatedPurchase
{
    /// <summary>Its address.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>HTTP status without a credential.</summary>
    public required int ChallengeStatusCode { get; init; }

    /// <summary>HTTP status of the paid request.</summary>
    public required int FirstStatusCode { get; init; }

    /// <summary>Whether it was paid for.</summary>
    public required bool FirstPaid { get; init; }

    /// <summary>The wallet's name of the payment.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? FirstPaymentId { get; init; }

    /// <summary>What was paid, millisatoshis.</summary>
    public required Msats FirstAmountMsats { get; init; }

    /// <summary>Names the proof of payment without giving it away.</summary>
    public required string FirstProofReference { get; init; }

    /// <summary>What was known of a credential before.</summary>
    public required L402CacheStatus FirstCacheStatus { get; init; }

    /// <summary>Length of what was bought.</summary>
    public required long FirstResponseBytes { get; init; }

    /// <summary>SHA-256 of what was bought, lower-case hexadecimal digits.</summary>
    public required string FirstResponseSha256 { get; init; }

    /// <summary>HTTP status of the second request.</summary>
    public int? SecondStatusCode { get; init; }

    /// <summary>Whether the second request was paid for.</summary>
    public bool? SecondPaid { get; init; }

    /// <summary>What was known of a credential before the second request.</summary>
    public L402CacheStatus? SecondCacheStatus { get; init; }

    /// <summary>Whether the second request was answered for the credential of the first.</summary>
    public bool? CacheHit { get; init; }

    /// <summary>How often the wallet had been asked to pay after the first request.</summary>
    public required int PayerCallsAfterFirst { get; init; }

    /// <summary>How often after the second.</summary>
    public int? PayerCallsAfterSecond { get; init; }
}
