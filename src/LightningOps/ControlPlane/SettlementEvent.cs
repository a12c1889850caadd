using System;

namespace LightningOps.ControlPlane;

/// <summary>One thing that happened to an invoice or a payment: exactly one of its three forms is there.</summary>
public sealed record SettlementEvent
{
    private SettlementEvent()
    {
    }

    /// <summary>Where an invoice stands.</summary>
    public InvoiceUpdate? Invoice { get; private init; }

    /// <summary>A settlement with its preimage.</summary>
    public SettlementReport? Report { get; private init; }

    /// <summary>A settlement whose preimage whoever tells of it does not have.</summary>
    public SettlementRecord? Record { get; private init; }

    /// <summary>The settlement it tells of, or null.</summary>
    public string? SettlementId => Report?.SettlementId ?? Record?.SettlementId;

    /// <summary>The invoice it tells of, or null.</summary>
    public string? InvoiceId => Invoice?.InvoiceId ?? Report?.InvoiceId ?? Record?.InvoiceId;

    /// <summary>An invoice update.</summary>
    public static SettlementEvent Of(InvoiceUpdate update) => new() { Invoice = update ?? throw new ArgumentNullException(nameof(update)) };

    /// <summary>A settlement report.</summary>
    public static SettlementEvent Of(SettlementReport report) => new() { Report = report ?? throw new ArgumentNullException(nameof(report)) };

    /// <summary>A settlement without its preimage.</summary>
    public static SettlementEvent Of(SettlementRecord record) => new() { Record = record ?? throw new ArgumentNullException(nameof(record)) };

    /// <summary>The ids; never a preimage.</summary>
    public override string ToString() => SettlementId is null ? "invoice " + InvoiceId : "settlement " + SettlementId;
}
