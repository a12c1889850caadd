namespace LightningOps.L402;

/// <summary>What the human-readable part of an invoice says of its amount.</summary>
public enum InvoiceAmountKind
{
    /// <summary>The invoice is not BOLT 11, or of a network that is not known.</summary>
    NotBolt11,

    /// <summary>The payer chooses the amount.</summary>
    Absent,

    /// <summary>A positive number of millisatoshis.</summary>
    Stated,

    /// <summary>Zero, not whole millisatoshis, out of range, malformed, or in pico-bitcoin without a checksum that holds: nothing may be paid on the word of another amount.</summary>
    Unusable,
}
