using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Compile.Languages;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>Finds the route the checks go to: the first rule that sells, and a request that reaches it.</summary>
internal sealed class ProbeRouteFinder
{
    private const int MostRules = 20;
    private const int MostTries = 50;
    private const long Units = 5_000_000;
    private const string AnyHost = "localhost";

    private readonly AnalysisBudget budget = new(Units);
    private readonly IReadOnlyList<CompiledRule> rules;
    private readonly Dictionary<string, RegularLanguage?> languages = new(System.StringComparer.Ordinal);

    private ProbeRouteFinder(IReadOnlyList<CompiledRule> rules) => this.rules = rules;

    /// <summary>The probe route, or null when nothing sells or no request could be found.</summary>
    public static ProbeRoute? Find(IReadOnlyList<CompiledRule> rules)
    {
        var finder = new ProbeRouteFinder(rules);
        return Enumerable.Range(0, rules.Count)
            .Where(place => !rules[place].IsClosed)
            .Take(MostRules)
            .Select(finder.Find)
            .FirstOrDefault(route => route is not null);
    }

    private ProbeRoute? Find(int place)
    {
        var rule = rules[place];
        if (rule.HostRegexp is null || rule.PathRegexp is null)
        {
            return new ProbeRoute(rule, rule.Host, rule.Path);
        }

        return HostOf(rule.HostRegexp) is { } host && PathOf(rule.PathRegexp, host, place) is { } path
            ? new ProbeRoute(rule, host, path)
            : null;
    }

    private string? HostOf(string expression)
    {
        if (LanguageOf(expression) is not { } language)
        {
            return null;
        }

        var host = language.TryGetHost(out var known) || language.TryGetLiteral(out known) ? known : language.FindOutside([], budget, out _);
        return host is { Length: > 0 } ? host : language.Matches(AnyHost) ? AnyHost : null;
    }

    /// <summary>Asks for a path outside the earlier rules that were in the way so far, until none is.</summary>
    private string? PathOf(string expression, string host, int place)
    {
        if (LanguageOf(expression) is not { } language)
        {
            return null;
        }

        var inTheWay = new List<RegularLanguage>();
        for (var tries = 0; tries < MostTries; tries++)
        {
            var path = tries == 0 && language.TryGetLiteral(out var known) ? known : language.FindOutside(inTheWay, budget, out _);
            if (path is null)
            {
                return null;
            }

            var taker = rules.Take(place).FirstOrDefault(rule => Matches(rule.HostRegexp, host) && Matches(rule.PathRegexp, path));
            if (taker is null)
            {
                return path;
            }

            inTheWay.Add(LanguageOf(taker.PathRegexp!)!);
        }

        return null;
    }

    private bool Matches(string? expression, string text) => expression is not null && LanguageOf(expression)?.Matches(text) == true;

    private RegularLanguage? LanguageOf(string expression)
    {
        if (!languages.TryGetValue(expression, out var language))
        {
            languages.Add(expression, language = Re2Expression.TryParse(expression, out var parsed, out _) ? RegularLanguage.FromExpression(parsed) : null);
        }

        return language;
    }
}
