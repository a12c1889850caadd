using System.Collections.Generic;
using System.Globalization;
using LightningOps.ApertureYaml;
using LightningOps.Http;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Aperture joins the upstream path and the path of the request after matching, and the join resolves dot segments. A
/// request with enough of them leaves the prefix (<c>/../../etc</c> reached <c>/etc</c>).
/// </summary>
internal static class PrefixEscape
{
    private const long MaxSteps = 2_000_000;

    /// <summary>One diagnostic for all rules with an escapable prefix, with one example request; null when there is none.</summary>
    public static Diagnostic? Find(IEnumerable<ApertureRule> rules)
    {
        var search = new DotSegments(new AnalysisBudget(MaxSteps));
        ApertureRule? first = null;
        string? witness = null;
        long count = 0;
        foreach (var rule in rules)
        {
            if (rule.IsAnalyzed && rule.Candidate.Upstream?.PathPrefix is { } prefix && rule.Path.Language.MatchesExactly && search.FindOutside(rule.Path.Language, rule.Path.Expression, prefix, GetSample(rule.Path.Text)) is { } path)
            {
                first ??= rule;
                witness ??= PathEncoding.Encode(path);
                count++;
            }
        }

        return first is null ? null : new Diagnostic
        {
            Code = "rewrite_prefix_escapable",
            Severity = DiagnosticSeverity.Warn,
            Message = string.Format(
                CultureInfo.InvariantCulture,
                "Requests of {0}{1} with an upstream path can leave that path with dot segments, for example {2} at {3}: let the upstream refuse paths outside it",
                search.IsCutShort ? "at least " : string.Empty,
                count == 1 ? "1 route" : count.ToString(CultureInfo.InvariantCulture) + " routes",
                witness,
                first.Place),
            PaywallId = first.PaywallId,
            RouteId = first.RouteId,
            Details = DiagnosticDetails.Create("routes", count, "witness", DiagnosticDetails.Create("path", witness!)),
        };
    }

    // A path that a text pattern matches.
    private static string? GetSample(string pattern) =>
        pattern.IndexOf('*') < 0 || PatternKind.HasMetacharacter(pattern) ? null : CandidateRoute.NormalisePath(pattern).Replace("**", "*").Replace("*", "a");
}
