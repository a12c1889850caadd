using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;

namespace LightningOps.Compile.RouteDocument;

/// <summary>The older service's checks of ordered rules, preserved exactly (docs/reference/compile.md#routedocument-rendering).</summary>
internal static class RouteDocumentChecks
{
    // The older service listed every pair. More than this per code cannot be read, nor accepted by a control plane.
    private const int MaxPerCode = 10_000;

    public static IReadOnlyList<Diagnostic> Check(IReadOnlyList<RouteDocumentRule> rules, CancellationToken cancellationToken)
    {
        var duplicates = new LimitedDiagnostics(MaxPerCode);
        AddDuplicates(rules, duplicates);
        var overlaps = new LimitedDiagnostics(MaxPerCode);
        var (pairs, cut) = RouteDocumentOverlaps.Find(rules, cancellationToken);
        foreach (var (earlier, later) in pairs)
        {
            AddPair(rules[earlier], rules[later], overlaps);
        }

        var found = new List<Diagnostic>(duplicates.Listed);
        found.AddRange(overlaps.Listed);
        found.AddRange(duplicates.Truncations(atLeast: false));
        found.AddRange(overlaps.Truncations(atLeast: cut));
        return found;
    }

    private static void AddDuplicates(IReadOnlyList<RouteDocumentRule> rules, LimitedDiagnostics found)
    {
        var seen = new HashSet<(string, string)>();
        foreach (var rule in rules)
        {
            if (!seen.Add((rule.Host, rule.Path)))
            {
                found.Add(new Diagnostic
                {
                    Code = "duplicate_route",
                    Severity = DiagnosticSeverity.Error,
                    Message = "Duplicate host/path rule detected (" + rule.Host + "::" + rule.Path + ")",
                    PaywallId = rule.Candidate.Paywall.PaywallId,
                    RouteId = rule.Candidate.Route.RouteId,
                });
            }
        }
    }

    private static void AddPair(RouteDocumentRule earlier, RouteDocumentRule later, LimitedDiagnostics found)
    {
        if (earlier.Priority == later.Priority && earlier.Kind == later.Kind)
        {
            found.Add(CreateDiagnostic(
                "ambiguous_route",
                "Ambiguous overlapping routes for host " + later.Host,
                earlier,
                later,
                DiagnosticDetails.Create("primaryPath", earlier.Path, "secondaryPath", later.Path)));
        }

        if (earlier.IsMoreGeneralThan(later))
        {
            found.Add(CreateDiagnostic(
                "first_match_shadowed",
                string.Format(
                    CultureInfo.InvariantCulture,
                    "Route {0} is shadowed by earlier first-match rule {1}",
                    later.Candidate.Route.RouteId,
                    earlier.Candidate.Route.RouteId),
                earlier,
                later,
                DiagnosticDetails.Create(
                    "primaryPriority",
                    earlier.Priority,
                    "secondaryPriority",
                    later.Priority,
                    "primaryPath",
                    earlier.Path,
                    "secondaryPath",
                    later.Path)));
        }
    }

    private static Diagnostic CreateDiagnostic(string code, string message, RouteDocumentRule earlier, RouteDocumentRule later, System.Collections.IDictionary details) => new()
    {
        Code = code,
        Severity = DiagnosticSeverity.Error,
        Message = message,
        PaywallId = later.Candidate.Paywall.PaywallId,
        RouteId = later.Candidate.Route.RouteId,
        RelatedRouteId = earlier.Candidate.Route.RouteId,
        Details = details,
    };
}
