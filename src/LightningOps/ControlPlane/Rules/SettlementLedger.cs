namespace LightningOps.ControlPlane.Rules;

/// <summary>Applies events to what a store holds; the one place where an invoice and its settlement meet.</summary>
internal static class SettlementLedger
{
    /// <summary>Applies one event.</summary>
    /// <param name="shelf">What the store holds; told of every change.</param>
    /// <param name="told">The event.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <exception cref="InvalidPreimageException">The preimage is not lower-case hex; nothing is changed.</exception>
    public static IngestOutcome Apply(ILedgerShelf shelf, SettlementEvent told, long nowMs)
    {
        if (told.Invoice is { } update)
        {
            var ingest = Apply(shelf, update, nowMs);
            return new IngestOutcome { Event = told, Invoice = ingest.Invoice, InvoiceChanged = ingest.Changed };
        }

        var reported = SettlementRules.Create(told, nowMs);
        var known = shelf.FindOrAdd(reported);
        var recorded = known ?? reported;
        var settled = SettlementRules.SettledInvoice(recorded, told.Record?.SettledAtMs) is { } settling ? Apply(shelf, settling, nowMs) : null;
        return new IngestOutcome
        {
            Event = told,
            Invoice = settled?.Invoice,
            InvoiceChanged = settled is { Changed: true },
            Settlement = recorded.Settlement,
            Existed = known is not null,
        };
    }

    private static InvoiceIngest Apply(ILedgerShelf shelf, InvoiceUpdate update, long nowMs)
    {
        var ingest = InvoiceRules.Apply(shelf.FindInvoice(update.InvoiceId), update, nowMs);
        if (ingest.Changed)
        {
            shelf.Put(ingest.Invoice);
        }

        return ingest;
    }
}
