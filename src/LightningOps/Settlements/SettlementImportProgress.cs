namespace LightningOps.Settlements;

/// <summary>How far an import is.</summary>
/// <param name="Inputs">Events and rejected ones so far.</param>
/// <param name="Position">How much of the source that is: bytes of a file.</param>
/// <param name="Length">Size of the whole source in the same unit, or null when nobody knows.</param>
public sealed record SettlementImportProgress(long Inputs, long Position, long? Length);
