using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Finds hosts whose other spellings (letter case, trailing dot, port) an expression misses and a cheaper or open service
/// takes: Aperture matches the Host header as sent.
/// </summary>
internal sealed class HostSpellingRules(ConfigFindings findings)
{
    private const int MaxServices = 256;
    private const string OtherPort = ":8443";

    private readonly List<ServiceRoute> strict = new();
    private readonly List<ServiceRoute> others = new();

    /// <summary>Adds a service that some request reaches.</summary>
    public void Add(ServiceRoute route)
    {
        var list = route.Host.TryGetLiteral(out _) || route.Host.TryGetPrefix(out var begin) && begin.Length > 0 ? strict : others;
        if (list.Count < MaxServices)
        {
            list.Add(route);
        }
    }

    /// <summary>Reports what was found.</summary>
    public void Report(AnalysisBudget budget)
    {
        foreach (var route in strict)
        {
            foreach (var host in GetSpellings(route.Host))
            {
                if (!route.Host.Matches(host) && FindCheaper(route, host, budget) is var (taker, example))
                {
                    findings.Warn(
                        "host_expression_misses",
                        FormattableString.Invariant($"the expression misses \"{host}\", which reaches the service on line {taker.Line}: a request such as \"{example}\" {taker.Answer(example).GetPredicate()} instead of {route.Price} sat; begin the expression with (?i)^ and end it with \\.?(:[0-9]+)?$"),
                        route.Service.At("hostregexp"),
                        route.Service.GetPath("hostregexp"));
                    break;
                }
            }
        }
    }

    private (ServiceRoute Taker, RequestExample Example)? FindCheaper(ServiceRoute route, string host, AnalysisBudget budget)
    {
        foreach (var other in others)
        {
            if (other.Price < 0 || other.Price >= route.Price || other.IsDynamic || route.IsDynamic || !other.Host.Matches(host) || route.FindExample(budget, other with { Host = route.Host }) is not { } common)
            {
                continue;
            }

            var example = common with { Host = host };
            if (others.Concat(strict).OrderBy(static one => one.Line).First(one => one.Matches(example)) == other && other.Answer(example).TakesSaleFrom(route.Answer(example)))
            {
                return (other, example);
            }
        }

        return null;
    }

    private static IEnumerable<string> GetSpellings(RegularLanguage language)
    {
        if (!language.TryGetLiteral(out var host))
        {
            language.TryGetPrefix(out host);
            yield return host.ToUpperInvariant();
            yield return host.ToLowerInvariant();
            yield break;
        }

        yield return host.ToUpperInvariant();
        yield return host.ToLowerInvariant();
        yield return host + ".";
        if (host.IndexOf(':') < 0)
        {
            yield return host + OtherPort;
        }
    }
}
