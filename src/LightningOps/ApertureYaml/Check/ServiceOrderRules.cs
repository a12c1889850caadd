using System;
using System.Collections.Generic;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Checks services against one another: unique names, and a request that reaches each one (first match wins).</summary>
internal sealed class ServiceOrderRules(ConfigFindings findings)
{
    private readonly Dictionary<string, int> lineByName = new(StringComparer.Ordinal);
    private const int MaxWide = 256;

    private readonly Dictionary<(string Host, string Path), (int Line, long Price)> routes = new();
    private readonly List<Route> wide = new();
    private readonly AnalysisBudget budget = new(50_000_000);

    public void Check(Section service)
    {
        CheckName(service);
        if (!findings.IsForErrors)
        {
            // These are only warnings, and the most expensive checks over thousands of services.
            CheckReach(service);
        }
    }

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

    private void CheckReach(Section service)
    {
        if (service.IsBroken("hostregexp") || service.IsBroken("pathregexp"))
        {
            return;
        }

        var host = service.Text("hostregexp");
        var path = service.Text("pathregexp");
        if (FindEarlier(host, path) is var (line, price))
        {
            findings.Warn(
                "unreachable_service",
                FormattableString.Invariant($"the service on line {line} matches every request of this one, as the first match wins{FindWitness(host, path, price, GetPrice(service))}: move this one before it, or remove it"),
                service.Position,
                service.Path);
        }
        else
        {
            routes.Add((host, path), (service.Position.Line, GetPrice(service)));
            CheckLanguage(service, host, path);
        }
    }

    /// <summary>
    /// Finds a service whose requests all match an earlier service with other expressions. Only an expression that
    /// matches several texts can hide another.
    /// </summary>
    private void CheckLanguage(Section service, string host, string path)
    {
        if (CreateRoute(service, host, path) is not { } route)
        {
            return;
        }

        foreach (var earlier in wide)
        {
            if (Contains(earlier.Host, route.Host) && Contains(earlier.Path, route.Path)
                && earlier.Host.FindCommon(route.Host, budget) is { } witnessHost && earlier.Path.FindCommon(route.Path, budget) is { } witnessPath)
            {
                findings.Warn(
                    "unreachable_service",
                    FormattableString.Invariant($"the service on line {earlier.Line} takes every request of this one{Except(path, earlier.PathRegexp)}, as the first match wins, and a request such as \"{witnessHost}{witnessPath}\" {FormatPrices(earlier.Price, route.Price)}: move this one before it, or remove it"),
                    service.Position,
                    service.Path);
                return;
            }
        }

        if (wide.Count < MaxWide && !route.Path.TryGetLiteral(out _))
        {
            wide.Add(route);
        }
    }

    private bool Contains(RegularLanguage earlier, RegularLanguage later) =>
        earlier.Relate(later, budget) is Relation.Contains or Relation.Equal;

    // The languages exclude control characters, which clients can send as %0A and the like.
    private string Except(string path, string earlier) =>
        PathTexts.FindOutside(path, [earlier], budget, out var decided) is { } left ? " but some with a control character in the path (" + Uri.EscapeUriString(left) + ")"
        : decided ? string.Empty
        : " (control characters in the path aside)";

    private static Route? CreateRoute(Section service, string host, string path)
    {
        if (!Re2Expression.TryParse(host, out var hosts, out _) || !Re2Expression.TryParse(path, out var paths, out _))
        {
            return null;
        }

        var route = new Route(
            service.Position.Line,
            path,
            RegularLanguage.FromExpression(hosts),
            RegularLanguage.FromExpression(paths),
            GetPrice(service));
        return route.Host.MatchesExactly && route.Path.MatchesExactly ? route : null;
    }

    /// <summary>The requests and price of a service; 0 when it is free.</summary>
    private sealed record Route(int Line, string PathRegexp, RegularLanguage Host, RegularLanguage Path, long Price);

    /// <summary>A price in satoshis; 0 when it is free.</summary>
    private static long GetPrice(Section service) =>
        GatewayService.NormalizeAuth(service.Text("auth")) == GatewayService.AuthOff ? 0 : Math.Max(1, service.Number("price"));

    private static string FormatPrices(long earlier, long own) => earlier == 0
        ? own == 0 ? "reaches its upstream" : FormattableString.Invariant($"is free instead of {own} sat")
        : own == 0 ? FormattableString.Invariant($"costs {earlier} sat instead of being free") : FormattableString.Invariant($"costs {earlier} sat instead of {own}");

    /// <summary>A request of both and its prices; empty where the expressions are not analysed.</summary>
    private string FindWitness(string host, string path, long earlier, long own) =>
        findings.HasRoom("unreachable_service") && Re2Expression.TryParse(host, out var hosts, out _) && Re2Expression.TryParse(path, out var paths, out _)
        && RegularLanguage.FromExpression(hosts, universe: CodePointSet.Hosts).FindOutside([], budget, out _) is { } witnessHost
        && RegularLanguage.FromExpression(paths).Intersect(RegularLanguage.Prefix("/"), budget).FindOutside([], budget, out _) is { } witnessPath
            ? ", and a request such as \"" + witnessHost + Uri.EscapeUriString(witnessPath) + "\" " + FormatPrices(earlier, own)
            : string.Empty;

    /// <summary>The earlier service with the same expressions, or with a missing one, which matches everything.</summary>
    private (int Line, long Price)? FindEarlier(string host, string path)
    {
        (int Line, long Price)? first = null;
        foreach (var key in new[] { (host, path), (host, string.Empty), (string.Empty, path), (string.Empty, string.Empty) })
        {
            if (routes.TryGetValue(key, out var route) && !(route.Line > first?.Line))
            {
                first = route;
            }
        }

        return first;
    }
}
