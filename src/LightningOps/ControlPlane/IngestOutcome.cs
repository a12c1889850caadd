namespace LightningOps.ControlPlane;

/// <summary>What became of one event.</summary>
public sealed record IngestOutcome
{
    /// <summary>The event.</summary>
    public required SettlementEvent Event { get; init; }

    /// <summary>The invoice concerned as it now stands; null for a settlement that is linked to none.</summary>
    public Invoice? Invoice { get; init; }

    /// <summary>Whether the event changed the invoice.</summary>
    public bool InvoiceChanged { get; init; }

    /// <summary>The settlement recorded, or the one recorded before; null for an invoice update, and where the control plane takes no settlement without preimage.</summary>
    public Settlement? Settlement { get; init; }

    /// <summary>Whether the settlement was known already.</summary>
    public bool Existed { get; init; }
}
