using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Http;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Checks services against one another: unique names, and a request that reaches each one (first match wins).</summary>
internal sealed class ServiceOrderRules(ConfigFindings findings)
{
    private const string Unreachable = "unreachable_service";
    private const string Remedy = ": move this one before it, or remove it";
    private const int MaxWide = 256;
    private const int MaxOnePath = 64;

    private readonly Dictionary<string, int> lineByName = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Host, string Path), Section> byRoute = new();
    private readonly List<ServiceRoute> wide = new();
    private readonly Dictionary<string, List<ServiceRoute>> byLiteralPath = new(StringComparer.Ordinal);
    private readonly AnalysisBudget budget = new(50_000_000);
    private readonly HostSpellingRules spellings = new(findings);

    /// <returns>Whether a request reaches the service, as far as it is known.</returns>
    public bool Check(Section service)
    {
        CheckName(service);

        // These are only warnings, and the most expensive checks over thousands of services.
        return findings.IsForErrors || CheckReach(service);
    }

    /// <summary>Reports what needs all services.</summary>
    public void Report() => spellings.Report(budget);

    private void CheckName(Section service)
    {
        var name = service.Text("name");
        if (name.Length == 0)
        {
            return;
        }

        if (lineByName.TryGetValue(name, out var line))
        {
            findings.Error(
                "duplicate_service_name",
                FormattableString.Invariant($"the service on line {line} has the same name, so a credential for one unlocks the other: use a unique name for each"),
                service.At("name"),
                service.GetPath("name"),
                stops: ApertureVersions.None);
        }
        else
        {
            lineByName.Add(name, service.Position.Line);
        }
    }

    private bool CheckReach(Section service)
    {
        if (service.IsBroken("hostregexp") || service.IsBroken("pathregexp"))
        {
            return true;
        }

        var host = service.Text("hostregexp");
        var path = service.Text("pathregexp");
        if (FindSame(host, path) is { } same)
        {
            var example = ServiceRoute.Create(service)?.FindExample(budget);
            Warn(
                Unreachable,
                FormattableString.Invariant($"the service on line {same.Position.Line} matches every request of this one, and the first match wins")
                    + (example is null ? string.Empty : ", and " + Compare(example, FindTaker(example)?.Service ?? same, service)) + Remedy);
            return false;
        }

        byRoute.Add((host, path), service);
        if (ServiceRoute.Create(service) is not { } route)
        {
            return true;
        }

        if (IsTaken(route, Warn))
        {
            return false;
        }

        spellings.Add(route);
        Keep(route);
        return true;

        void Warn(string code, string message) => findings.Warn(code, message, service.Position, service.Path);
    }

    /// <summary>
    /// Reports a service whose requests all match earlier services with other expressions, or of which some match one
    /// that is cheaper. Only an expression that matches several texts can hide another, except one with the same path.
    /// </summary>
    /// <returns>Whether no request is left.</returns>
    private bool IsTaken(ServiceRoute route, Action<string, string> warn)
    {
        var together = new List<ServiceRoute>();
        string? part = null;
        foreach (var earlier in GetEarlier(route))
        {
            var hosts = earlier.Host.Relate(route.Host, budget);
            if (hosts is Relation.Disjoint or Relation.Unknown)
            {
                continue;
            }

            var paths = earlier.Path.Relate(route.Path, budget);
            if (IsWhole(hosts) && IsWhole(paths))
            {
                if (route.FindExample(budget) is { } example)
                {
                    warn(Unreachable, FormattableString.Invariant($"the service on line {earlier.Line} takes every request of this one{Except(route.PathRegexp, earlier.PathRegexp)}, as the first match wins, and ") + Compare(example, (FindTaker(example) ?? earlier).Service, route.Service) + Remedy);
                }

                return true;
            }

            if (paths is Relation.Disjoint or Relation.Unknown)
            {
                continue;
            }

            if (IsWhole(hosts))
            {
                together.Add(earlier);
            }

            part ??= earlier.Price >= 0 && earlier.Price < route.Price && !earlier.IsDynamic && !route.IsDynamic && !(IsException(hosts) && IsException(paths)) && route.FindExample(budget, earlier) is { } common && FindTaker(common) == earlier && earlier.Answer(common).TakesSaleFrom(route.Answer(common))
                ? FormattableString.Invariant($"the service on line {earlier.Line} takes a part of the requests of this one, as the first match wins, and ") + Compare(common, earlier.Service, route.Service) + ": move this one before it, or narrow that one"
                : null;
        }

        if (together.Count > 1 && PathTexts.FindOutside(route.PathRegexp, together.ConvertAll(static one => one.PathRegexp), budget, out var decided) is null && decided
            && route.FindExample(budget) is { } taken && FindTaker(taken) is { } taker)
        {
            warn(
                Unreachable,
                "the services on lines " + string.Join(", ", together.Select(static one => one.Line.ToString(CultureInfo.InvariantCulture))) + " together take every request of this one, as the first match wins, and "
                    + Compare(taken, taker.Service, route.Service) + ": move this one before them, or remove it");
            return true;
        }

        if (part is not null)
        {
            warn("cheaper_service_first", part);
        }

        return false;
    }

    private IEnumerable<ServiceRoute> GetEarlier(ServiceRoute route) =>
        route.Path.TryGetLiteral(out var literal) && byLiteralPath.TryGetValue(literal, out var same) ? wide.Concat(same).OrderBy(static one => one.Line) : wide;

    // The first of the services so far that matches the request, as far as they are kept.
    private ServiceRoute? FindTaker(RequestExample example) =>
        (byLiteralPath.TryGetValue(example.Path, out var same) ? wide.Concat(same).OrderBy(static one => one.Line) : wide.AsEnumerable()).FirstOrDefault(one => one.Matches(example));

    private void Keep(ServiceRoute route)
    {
        if (!route.Path.TryGetLiteral(out var literal))
        {
            if (wide.Count < MaxWide)
            {
                wide.Add(route);
            }

            return;
        }

        if (!byLiteralPath.TryGetValue(literal, out var same))
        {
            byLiteralPath.Add(literal, same = new List<ServiceRoute>(1));
        }

        if (same.Count < MaxOnePath)
        {
            same.Add(route);
        }
    }

    // Earlier texts of which the later ones are a part.
    private static bool IsWhole(Relation relation) => relation is Relation.Contains or Relation.Equal;

    // Earlier texts that are a part of the later ones, as an exception before a rule.
    private static bool IsException(Relation relation) => relation is Relation.Inside or Relation.Equal;

    private static string Compare(RequestExample example, Section earlier, Section own) =>
        "a request such as \"" + example + "\" " + ServiceRoute.Answer(earlier, example.Path).Compare(ServiceRoute.Answer(own, example.Path));

    // The languages exclude control characters, which clients can send as %0A and the like.
    private string Except(string path, string earlier) =>
        PathTexts.FindOutside(path, [earlier], budget, out var decided) is { } left ? " but some with a control character in the path (" + PathEncoding.Encode(left) + ")"
        : decided ? string.Empty
        : " (control characters in the path aside)";

    /// <summary>The earlier service with the same expressions, or with a missing one, which matches everything.</summary>
    private Section? FindSame(string host, string path)
    {
        Section? first = null;
        foreach (var route in new[] { (host, path), (host, string.Empty), (string.Empty, path), (string.Empty, string.Empty) })
        {
            if (byRoute.TryGetValue(route, out var earlier) && !(earlier.Position.Line > first?.Position.Line))
            {
                first = earlier;
            }
        }

        return first;
    }
}
