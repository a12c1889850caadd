using System;

namespace LightningOps.L402.Simulation;

/// <summary>What a <see cref="SimulatedLightningNode"/> is made from.</summary>
public sealed class SimulatedNodeOptions
{
    /// <summary>Network its invoices are for.</summary>
    public Bolt11Network Network { get; init; } = Bolt11Network.Regtest;

    /// <summary>How long an invoice can be paid (lnd: one hour).</summary>
    public TimeSpan InvoiceExpiry { get; init; } = TimeSpan.FromSeconds(Bolt11Invoice.DefaultExpirySeconds);

    /// <summary>Invoices that are not paid and still known; the oldest go first.</summary>
    public int MostOpenInvoices { get; init; } = 100_000;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gives as many random bytes as asked for; null for the system's.</summary>
    public Func<int, byte[]>? RandomBytes { get; init; }
}
