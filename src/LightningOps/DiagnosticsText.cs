using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps;

/// <summary>Text for a list of diagnostics.</summary>
internal static class DiagnosticsText
{
    private static readonly DiagnosticSeverity[] GravestFirst = [DiagnosticSeverity.Error, DiagnosticSeverity.Warn, DiagnosticSeverity.Info];

    /// <summary>
    /// Number of diagnostics per severity, highest first, for example <c>1 error, 2 warn</c>; <c>none</c> for an
    /// empty list.
    /// </summary>
    public static string Summarize(IEnumerable<DiagnosticSeverity> severities)
    {
        var counts = severities.GroupBy(static severity => severity).ToDictionary(static group => group.Key, static group => group.Count());
        return counts.Count == 0
            ? "none"
            : string.Join(", ", GravestFirst.Where(counts.ContainsKey).Select(severity => counts[severity].ToString(CultureInfo.InvariantCulture) + " " + severity.ToString().ToLowerInvariant()));
    }

    /// <summary>Number of diagnostics per severity in <paramref name="diagnostics"/>.</summary>
    public static string Summarize(IEnumerable<Diagnostic> diagnostics) =>
        Summarize(diagnostics.Select(static diagnostic => diagnostic.Severity));
}
