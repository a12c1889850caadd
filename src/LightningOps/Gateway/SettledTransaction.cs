using System;

namespace LightningOps.Gateway;

/// <summary>An invoice that a gateway sold a credential for, as it tells of it; the preimage is not told.</summary>
public sealed record SettledTransaction
{
    /// <summary>Number it has at the gateway.</summary>
    public required long Id { get; init; }

    /// <summary>Token of the credential, hex; empty where it was sold without.</summary>
    public required string TokenId { get; init; }

    /// <summary>Payment hash, hex.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>Service that was bought.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price, satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary>When it was made; null when the gateway does not tell.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was paid, to the second; null when the gateway does not tell.</summary>
    public DateTimeOffset? SettledAt { get; init; }
}
