using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway.Probes;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Reconcile;

/// <summary>Finds the route of the checks: the first rule that sells, and a request that reaches it.</summary>
internal sealed class ProbeRouteFinder
{
    private const int MaxRules = 20;
    private const int MaxTries = 50;
    private const long Units = 5_000_000;
    private const string AnyHost = "localhost";

    private readonly AnalysisBudget budget = new(Units);
    private readonly IReadOnlyList<(string? Host, string? Path)> rules;
    private readonly Dictionary<string, RegularLanguage?> languages = new(System.StringComparer.Ordinal);

    private ProbeRouteFinder(IReadOnlyList<(string? Host, string? Path)> rules) => this.rules = rules;

    /// <summary>The probe route, or null when nothing sells or no request could be found.</summary>
    public static ProbeRoute? Find(IReadOnlyList<CompiledRule> rules)
    {
        var finder = Create(rules);
        return Enumerable.Range(0, rules.Count)
            .Where(place => !rules[place].IsClosed)
            .Take(MaxRules)
            .Select(place => finder.Find(rules[place], place))
            .FirstOrDefault(route => route is not null);
    }

    /// <summary>The routes of some rules; null for a rule without a known request.</summary>
    public static IReadOnlyList<(CompiledRule Rule, ProbeRoute? Route)> FindAll(IReadOnlyList<CompiledRule> rules, IReadOnlyList<CompiledRule> asked)
    {
        var finder = Create(rules);
        var places = new Dictionary<CompiledRule, int>();
        for (var place = 0; place < rules.Count; place++)
        {
            places[rules[place]] = place;
        }

        return asked.Select(rule => (rule, finder.Find(rule, places[rule]))).ToArray();
    }

    /// <summary>A request that reaches each of some services; null if none could be found.</summary>
    public static IReadOnlyList<(GatewayService Service, string? Host, string? Path)> FindRequests(IReadOnlyList<GatewayService> services, IReadOnlyList<GatewayService> asked)
    {
        var finder = new ProbeRouteFinder(services.Select(service => ((string?)service.HostRegexp, (string?)service.PathRegexp)).ToArray());
        var places = new Dictionary<string, int>(System.StringComparer.Ordinal);
        for (var place = services.Count - 1; place >= 0; place--)
        {
            places[services[place].Name] = place;
        }

        return asked.Select(service =>
        {
            var host = finder.FindHost(service.HostRegexp, places[service.Name]);
            return (service, host, host is null ? null : finder.FindPath(service.PathRegexp, host, places[service.Name]));
        }).ToArray();
    }

    private static ProbeRouteFinder Create(IReadOnlyList<CompiledRule> rules) => new(rules.Select(rule => (rule.HostRegexp, rule.PathRegexp)).ToArray());

    private ProbeRoute? Find(CompiledRule rule, int place)
    {
        if (rule.HostRegexp is null || rule.PathRegexp is null)
        {
            return new ProbeRoute(rule, rule.Host, rule.Path);
        }

        return FindHost(rule.HostRegexp, place) is { } host && FindPath(rule.PathRegexp, host, place) is { } path
            ? new ProbeRoute(rule, host, path)
            : null;
    }

    private string? FindHost(string expression, int place)
    {
        if (GetLanguage(expression) is not { } language)
        {
            return null;
        }

        if (language.TryGetHost(out var known) || language.TryGetLiteral(out known))
        {
            return known.Length > 0 ? known : null;
        }

        var host = language.FindOutside([], budget, out _);
        return host is { Length: > 0 } ? HostExample.Improve(host, text => language.Matches(text) && IsTakenAlike(host, text, place)) : language.Matches(AnyHost) ? AnyHost : null;
    }

    // The same earlier rules match both hosts.
    private bool IsTakenAlike(string host, string text, int place) => rules.Take(place).All(rule => Matches(rule.Host, host) == Matches(rule.Host, text));

    /// <summary>Finds a path outside the earlier rules. Rules in its way are excluded one by one.</summary>
    private string? FindPath(string expression, string host, int place)
    {
        if (GetLanguage(expression) is not { } language)
        {
            return null;
        }

        var inTheWay = new List<RegularLanguage>();
        for (var tries = 0; tries < MaxTries; tries++)
        {
            var path = tries == 0 && language.TryGetLiteral(out var known) ? known : language.FindOutside(inTheWay, budget, out _);
            if (path is null)
            {
                return null;
            }

            var taker = rules.Take(place).FirstOrDefault(rule => Matches(rule.Host, host) && Matches(rule.Path, path)).Path;
            if (taker is null)
            {
                return path;
            }

            inTheWay.Add(GetLanguage(taker)!);
        }

        return null;
    }

    private bool Matches(string? expression, string text) => expression is not null && GetLanguage(expression)?.Matches(text) == true;

    private RegularLanguage? GetLanguage(string expression)
    {
        if (!languages.TryGetValue(expression, out var language))
        {
            languages.Add(expression, language = Re2Expression.TryParse(expression, out var parsed, out _) ? RegularLanguage.FromExpression(parsed) : null);
        }

        return language;
    }
}
