using System;
using System.Collections.Generic;
using System.Globalization;

namespace LightningOps.Compile;

/// <summary>Diagnostics with a maximum number listed per kind; the rest are counted (docs/reference/compile.md#scale).</summary>
internal sealed class LimitedDiagnostics
{
    private readonly int maxPerCode;
    private readonly List<Diagnostic> listed = new();
    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);

    public LimitedDiagnostics(int mostOfAKind) => this.maxPerCode = mostOfAKind;

    public IReadOnlyList<Diagnostic> Listed => listed;

    public bool HasErrors { get; private set; }

    /// <summary>Whether another diagnostic of the kind would be listed. If not, no witness is needed.</summary>
    public bool HasRoomFor(string code) => !counts.TryGetValue(code, out var count) || count < maxPerCode;

    public void Add(Diagnostic diagnostic)
    {
        var hasRoom = HasRoomFor(diagnostic.Code);
        Count(diagnostic.Code, diagnostic.Severity);
        if (hasRoom)
        {
            listed.Add(diagnostic);
        }
    }

    /// <summary>Counts a diagnostic that is not listed, because there is no room for it.</summary>
    public void Count(string code, DiagnosticSeverity severity)
    {
        counts.TryGetValue(code, out var count);
        counts[code] = count + 1;
        HasErrors |= severity == DiagnosticSeverity.Error;
    }

    /// <summary>One <c>diagnostics_truncated</c> per kind that overflowed.</summary>
    /// <param name="atLeast">Whether the count is a lower bound.</param>
    public IEnumerable<Diagnostic> Truncations(bool atLeast)
    {
        foreach (var kind in counts)
        {
            if (kind.Value > maxPerCode)
            {
                yield return new Diagnostic
                {
                    Code = "diagnostics_truncated",
                    Severity = DiagnosticSeverity.Warn,
                    Message = string.Format(
                        CultureInfo.InvariantCulture,
                        "{0} {1} of {2} diagnostics are listed: correct these and compile again",
                        "The first " + maxPerCode.ToString(CultureInfo.InvariantCulture),
                        kind.Key,
                        (atLeast ? "at least " : string.Empty) + kind.Value.ToString(CultureInfo.InvariantCulture)),
                    Details = DiagnosticDetails.Create("code", kind.Key, "count", kind.Value, "listed", (long)maxPerCode),
                };
            }
        }
    }
}
