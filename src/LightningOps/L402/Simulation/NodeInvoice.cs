using LightningOps.Paywalls;

namespace LightningOps.L402.Simulation;

/// <summary>An invoice as its simulated node knows it; the preimage stays with the node until it is paid.</summary>
public sealed record NodeInvoice
{
    internal NodeInvoice(Preimage preimage) => Preimage = preimage;

    /// <summary>The invoice as BOLT 11.</summary>
    public required string PaymentRequest { get; init; }

    /// <summary>SHA-256 of its preimage.</summary>
    public required PaymentHash PaymentHash { get; init; }

    /// <summary>What it asks, millisatoshis.</summary>
    public required Msats Amount { get; init; }

    /// <summary>When it was made, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>From when on it can no longer be paid, Unix milliseconds.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>When it was paid, Unix milliseconds; null when it was not.</summary>
    public long? SettledAtMs { get; init; }

    internal Preimage Preimage { get; }

    /// <summary>Amount and hash; neither the invoice nor its preimage.</summary>
    public override string ToString() => "invoice of " + Amount + " msat for " + PaymentHash;
}
