using System.Collections.Generic;

namespace LightningOps.L402.Headers;

/// <summary>One challenge or credential of a header value: its scheme and the comma-separated texts after it.</summary>
/// <param name="SchemeName">As written, in any case.</param>
/// <param name="Entries">Trimmed; empty where two commas meet.</param>
/// <param name="IsUnterminated">Whether the last entry opens a quote that does not end.</param>
internal sealed record SchemeSegment(string SchemeName, IReadOnlyList<string> Entries, bool IsUnterminated);
