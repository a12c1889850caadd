namespace LightningOps.Settlements.Transactions;

/// <summary>What the metadata of a settlement says about the transaction it was made of.</summary>
internal sealed record TransactionMetadata(string Source, string Gateway, long TransactionId, string? TokenId, long? InvoiceCreatedAtMs);
