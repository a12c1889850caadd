namespace LightningOps.ControlPlane.Rules;

/// <summary>Where a store keeps invoices and settlements.</summary>
internal interface ILedgerShelf
{
    /// <summary>An invoice as it stands, or null.</summary>
    Invoice? FindInvoice(string invoiceId);

    /// <summary>Keeps an invoice.</summary>
    void Put(Invoice invoice);

    /// <summary>The settlement known by the same id; null when there was none, and this one is now kept.</summary>
    RecordedSettlement? FindOrAdd(RecordedSettlement reported);
}
