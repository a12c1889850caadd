using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Http;
using LightningOps.Paywalls;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>Paths that a paywall gives away, or makes no invoice for. They are patterns like those of a route.</summary>
internal static class PathTermChecks
{
    private const long BudgetPerPaywall = 2_000_000;
    private static readonly RegularLanguage Everything = RegularLanguage.Prefix("/");

    public static void Check(Paywall paywall, PatternTable patterns, LimitedDiagnostics found)
    {
        Check(paywall, "whitelistPaths", paywall.Policy.WhitelistPaths, patterns, found);
        Check(paywall, "skipInvoicePaths", paywall.Policy.SkipInvoicePaths, patterns, found);
    }

    private static void Check(Paywall paywall, string member, IReadOnlyList<string>? paths, PatternTable patterns, LimitedDiagnostics found)
    {
        if (paths is not { Count: > 0 })
        {
            return;
        }

        var isFree = member == "whitelistPaths";
        var isIgnored = !isFree && paywall.Policy.Freebie is not null;
        if (isIgnored)
        {
            found.Add(TermChecks.CreateDiagnostic(paywall, "skip_invoice_ignored", DiagnosticSeverity.Warn, member, "has no effect with freebie: Aperture makes an invoice for each path; remove one of them"));
        }

        var routes = paywall.Routes.Select(route => patterns.Path(route.PathPattern)).Where(static path => path is { IsReadable: true, UnreachableReason: null }).Select(static path => path.Language).ToArray();
        for (var place = 0; place < paths.Count; place++)
        {
            var name = member + "[" + place.ToString(System.Globalization.CultureInfo.InvariantCulture) + "]";
            if (paths[place].Trim().Length == 0)
            {
                Add("expression_matches_all", DiagnosticSeverity.Error, "is empty and would match every path: write the path that is meant");
                continue;
            }

            var pattern = patterns.Path(paths[place]);
            if (pattern.Error is { } error)
            {
                Add("unsupported_regex", DiagnosticSeverity.Error, "is not a valid RE2 expression: " + error.Message + (PlainSigns.FindText(pattern.Text) is { } text ? "; write " + text + " for the path" : string.Empty));
            }
            else if (pattern.Unlikely is { } unlikely)
            {
                Add("unlikely_pattern", DiagnosticSeverity.Error, "is probably not intended: " + unlikely.Reason + (unlikely.Intent is null ? string.Empty : "; write " + unlikely.Intent));
            }
            else if (pattern.UnreachableReason is { } reason)
            {
                Add("unreachable_pattern", DiagnosticSeverity.Error, "matches no request: " + reason);
            }
            else if (pattern.Language.MatchesExactly)
            {
                if (PlainSigns.FindMissed(pattern) is { } text)
                {
                    Add(PlainSigns.Code, DiagnosticSeverity.Warn, PlainSigns.Explain(pattern, text));
                }

                if (pattern.HasIdleAlternative)
                {
                    Add(IdleAlternative.Code, DiagnosticSeverity.Warn, IdleAlternative.Explain(IdleAlternative.FindText(pattern)));
                }

                if (!isIgnored)
                {
                    CheckReach(pattern);
                }
            }

            void Add(string code, DiagnosticSeverity severity, string message) => found.Add(TermChecks.CreateDiagnostic(paywall, code, severity, name, message));

            void CheckReach(RoutePattern reach)
            {
                var budget = new AnalysisBudget(BudgetPerPaywall);
                var covered = paywall.Routes.FirstOrDefault(route => patterns.Path(route.PathPattern) is { IsReadable: true, UnreachableReason: null } path
                    && reach.Language.Relate(path.Language, budget) is Relation.Contains or Relation.Equal);
                if (reach.Language.Relate(Everything, budget) is Relation.Contains or Relation.Equal || covered is not null)
                {
                    var where = covered is null ? "every path" : "every path of route " + covered.RouteId;
                    if (isFree)
                    {
                        Add("whitelist_matches_all", DiagnosticSeverity.Error, "frees " + where + ", and nothing is sold there: name the paths that are meant, or remove the route");
                    }
                    else
                    {
                        Add("skip_invoice_matches_all", DiagnosticSeverity.Error, "matches " + where + ": no invoice is made, and every buyer is answered 401; name the paths that are meant");
                    }
                }
                else if (!routes.Any(path => reach.Language.Relate(path, budget) != Relation.Disjoint))
                {
                    Add("path_without_effect", DiagnosticSeverity.Warn, "matches no request of the paywall's routes and has no effect: write a path of a route");
                }
                else if (isFree && routes.Select(path => new DotSegments(budget).FindFree(reach.Language, path)).FirstOrDefault(static found => found is not null) is { } witness)
                {
                    Add("whitelist_escapable", DiagnosticSeverity.Warn, "also frees a request that leaves it with dot segments, for example " + PathEncoding.Encode(witness) + ": Aperture does not resolve them; name each path, or let the upstream refuse them");
                }
            }
        }
    }
}
