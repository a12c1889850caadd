using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Aperture joins the upstream path and the path of the request after matching, and the join resolves dot segments. A
/// request with enough of them leaves the prefix (<c>/../../etc</c> reached <c>/etc</c>).
/// </summary>
internal static class PrefixEscape
{
    /// <summary>One diagnostic for all rules with an escapable prefix, with one example request; null when there is none.</summary>
    public static Diagnostic? Find(IEnumerable<ApertureRule> rules)
    {
        ApertureRule? first = null;
        string? witness = null;
        long count = 0;
        foreach (var rule in rules)
        {
            if (rule.IsAnalyzed && rule.Candidate.Upstream?.PathPrefix is { } prefix && FindWitness(rule.Path, prefix) is { } path)
            {
                first ??= rule;
                witness ??= path;
                count++;
            }
        }

        return first is null ? null : new Diagnostic
        {
            Code = "rewrite_prefix_escapable",
            Severity = DiagnosticSeverity.Warn,
            Message = string.Format(
                CultureInfo.InvariantCulture,
                "Requests of {0} with an upstream path can leave that path with dot segments, for example {1} at route {2}: let the upstream refuse paths outside it",
                count == 1 ? "1 route" : count.ToString(CultureInfo.InvariantCulture) + " routes",
                witness,
                first.RouteId),
            PaywallId = first.PaywallId,
            RouteId = first.RouteId,
            Details = DiagnosticDetails.Create("routes", count, "witness", DiagnosticDetails.Create("path", witness!)),
        };
    }

    private static string? FindWitness(RoutePattern path, string prefix)
    {
        var begin = path.BeginsWith;
        foreach (var stem in new[] { begin.Substring(0, begin.LastIndexOf('/') + 1), begin + "/" })
        {
            // One step per segment before it, and one out of the prefix.
            var steps = Segments(stem) + Segments(prefix);
            var climbed = new StringBuilder(stem.Length == 0 ? "/" : stem);
            for (var i = 0; i < steps; i++)
            {
                climbed.Append("../");
            }

            var candidate = climbed.Append("etc").ToString();
            if (path.Language.MatchesExactly && path.Language.Matches(candidate))
            {
                return PercentText.Encode(candidate);
            }
        }

        return null;
    }

    private static int Segments(string path) => path.Split('/').Count(segment => segment.Length > 0);
}
