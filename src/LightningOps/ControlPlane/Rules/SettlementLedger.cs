namespace LightningOps.ControlPlane.Rules;

/// <summary>Applies events to the records of a store. Only here are an invoice and its settlement combined.</summary>
internal static class SettlementLedger
{
    /// <summary>Applies one event.</summary>
    /// <param name="shelf">The records; it receives every change.</param>
    /// <param name="told">The event.</param>
    /// <param name="nowMs">The time, Unix milliseconds.</param>
    /// <exception cref="InvalidPreimageException">The preimage is invalid; nothing is changed.</exception>
    public static IngestOutcome Apply(ILedgerStorage shelf, SettlementEvent told, long nowMs)
    {
        if (told.Invoice is { } update)
        {
            if (shelf.FindInvoice(update.InvoiceId) is { } before && InvoiceRules.FindConflict(before, update) is { } member)
            {
                return new IngestOutcome { Event = told, Invoice = before, Conflict = member };
            }

            var ingest = Apply(shelf, update, nowMs);
            return new IngestOutcome { Event = told, Invoice = ingest.Invoice, InvoiceChanged = ingest.Changed };
        }

        var invoice = told.InvoiceId is { } invoiceId ? shelf.FindInvoice(invoiceId) : null;
        var reported = SettlementRules.Create(told, told.PaidAtMs ?? invoice?.SettledAtMs ?? nowMs);
        if (invoice is not null && SettlementRules.FindConflict(invoice, reported) is { } contradicted && shelf.Find(reported)?.Settlement.SettlementId != reported.Settlement.SettlementId)
        {
            // An invoice is paid once, to its owner. The settlement is not recorded, and the invoice stays as it is.
            return new IngestOutcome { Event = told, Invoice = invoice, Conflict = contradicted };
        }

        var known = shelf.FindOrAdd(reported);
        var recorded = known ?? reported;
        var conflict = known is null ? null : SettlementRules.FindConflict(known, reported);
        var settledAtMs = told.PaidAtMs;
        var settled = SettlementRules.SettledInvoice(recorded, settledAtMs) is { } settling ? Apply(shelf, settling, nowMs) : null;
        if (known is not null && conflict is null && IsOtherInvoice(shelf, recorded, reported))
        {
            settled = Apply(shelf, SettlementRules.SettledInvoice(reported, settledAtMs)!, nowMs);
        }

        return new IngestOutcome
        {
            Event = told,
            Invoice = settled?.Invoice,
            InvoiceChanged = settled is { Changed: true },
            Settlement = recorded.Settlement,
            Existed = known is not null,
            Conflict = conflict,
            UnderpaidMsats = known is null && invoice is not null && invoice.AmountMsats > reported.Settlement.AmountMsats ? invoice.AmountMsats : null,
        };
    }

    /// <summary>The answer to a single settlement.</summary>
    /// <exception cref="InvalidPreimageException">Its invoice is recorded with another payment; nothing is changed.</exception>
    /// <exception cref="SettlementConflictException">Its invoice is recorded with another owner or paywall; nothing is changed.</exception>
    public static SettlementIngestResult ToResult(IngestOutcome outcome) => outcome.Settlement is { } settlement
        ? new() { Existed = outcome.Existed, Settlement = settlement, Invoice = outcome.Invoice }
        : outcome.Conflict == SettlementRules.PaymentHashMember ? throw InvalidPreimageException.ForAnotherPayment(outcome.Event.SettlementId!, outcome.Invoice!.InvoiceId)
        : throw new SettlementConflictException(outcome.Event.SettlementId!, outcome.Invoice!.InvoiceId, outcome.Conflict!);

    // The same payment under another id. A known invoice of that id becomes paid, but no invoice is created for it.
    private static bool IsOtherInvoice(ILedgerStorage shelf, StoredSettlement recorded, StoredSettlement reported) =>
        recorded.Settlement.SettlementId != reported.Settlement.SettlementId
        && reported.Settlement.InvoiceId is { } invoice
        && invoice != recorded.Settlement.InvoiceId
        && shelf.FindInvoice(invoice) is not null;

    private static InvoiceIngestResult Apply(ILedgerStorage shelf, InvoiceUpdate update, long nowMs)
    {
        var ingest = InvoiceRules.Apply(shelf.FindInvoice(update.InvoiceId), update, nowMs);
        if (ingest.Changed)
        {
            shelf.Put(ingest.Invoice);
        }

        return ingest;
    }
}

/// <summary>Storage of invoices and settlements.</summary>
internal interface ILedgerStorage
{
    /// <summary>The current invoice, or null.</summary>
    Invoice? FindInvoice(string invoiceId);

    /// <summary>Keeps an invoice.</summary>
    void Put(Invoice invoice);

    /// <summary>The settlement with the same id, else of the same payment; null when there is neither.</summary>
    StoredSettlement? Find(StoredSettlement reported);

    /// <summary>The settlement with the same id or of the same payment; null when there was none, and this one is now stored.</summary>
    StoredSettlement? FindOrAdd(StoredSettlement reported);
}

/// <summary>A settlement that contradicts its recorded invoice (<c>settlement_conflict</c>).</summary>
internal sealed class SettlementConflictException(string settlementId, string invoiceId, string member) : LightningOpsException(
    Code,
    "the invoice " + invoiceId + " of settlement " + settlementId + " is recorded with another " + member,
    "Find out which of the two is right: Get-L402Invoice " + invoiceId + ". The first one is kept.")
{
    /// <summary>Code of a report that contradicts a record.</summary>
    internal const string Code = "settlement_conflict";
}
