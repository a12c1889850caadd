using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;
using LightningOps.Http;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// Finds path expressions that no request matches, or only one that their author cannot have meant: Aperture matches the
/// decoded path without the query.
/// </summary>
internal sealed class PathPatternRules(ConfigFindings findings)
{
    /// <summary>The code of an expression that no request matches.</summary>
    public const string NeverMatches = "pattern_never_matches";

    private const string NeverMeant = "pattern_never_meant";
    private const string Reach = "and usual requests do not reach the service";

    private static readonly Regex Octet = new("%[0-9A-Fa-f]{2}", RegexOptions.CultureInvariant);
    private static readonly Regex Template = new("[{<][A-Za-z_][A-Za-z0-9_:]*[}>]", RegexOptions.CultureInvariant);

    // Paths that lack a sign: an expression whose paths all have it is disjoint from them.
    private readonly RegularLanguage withoutPercent = Without("%");
    private readonly RegularLanguage withoutQuery = Without("?");
    private readonly RegularLanguage withoutBraces = Without("{}");
    private readonly RegularLanguage withoutAngles = Without("<>");
    private readonly RegularLanguage withoutFragment = Without("#");

    /// <summary>Reports the path expressions of a service.</summary>
    /// <returns>The code of what was reported of its own path; null for nothing.</returns>
    public string? Check(Section service)
    {
        if (findings.IsForErrors)
        {
            return null;
        }

        var code = CheckRoute(service);
        CheckMeant(service.Texts("authwhitelistpaths"), "and usual requests are not free");
        CheckMeant(service.Texts("authskipinvoicecreationpaths"), "and usual requests still get an invoice");
        foreach (var limit in service.Sections("ratelimits"))
        {
            if (limit is not null && limit.Text("pathregexp") is { Length: > 0 } path && Read(path) is { } language && FindMistake(path, language, "and usual requests are not limited") is { } mistake)
            {
                findings.Warn(NeverMeant, mistake, limit.At("pathregexp"), limit.GetPath("pathregexp"));
            }
        }

        return code;
    }

    private string? CheckRoute(Section service)
    {
        var path = service.Text("pathregexp");
        if (path.Length == 0 || Read(path) is not { } language)
        {
            return null;
        }

        var budget = new AnalysisBudget(LanguageBounds.Default.MaxWork);
        var (code, message) = language.Relate(RegularLanguage.Prefix("/"), budget) != Relation.Disjoint ? (NeverMeant, FindMistake(path, language, Reach))
            : PathTexts.FindOutside(path, [], budget, out var decided) is { } unusual ? (NeverMeant, "only requests with a control character in the path match, for example " + PathEncoding.Encode(unusual) + ", " + Reach + ": correct the expression")
            : decided ? (NeverMatches, "no request path matches the expression, as each begins with \"/\" and \"$\" is its very end, and the service is not reached: correct it")
            : (NeverMeant, null);
        if (message is null)
        {
            return null;
        }

        findings.Warn(code, message, service.At("pathregexp"), service.GetPath("pathregexp"));
        return code;
    }

    private void CheckMeant(IReadOnlyList<TextItem> items, string effect)
    {
        foreach (var item in items)
        {
            if (item.Text.Length > 0 && Read(item.Text) is { } language && FindMistake(item.Text, language, effect) is { } mistake)
            {
                findings.Warn(NeverMeant, mistake, item.Position, item.Path);
            }
        }
    }

    private string? FindMistake(string pattern, RegularLanguage language, string effect)
    {
        var budget = new AnalysisBudget(LanguageBounds.Default.MaxWork);
        if (Octet.IsMatch(pattern) && Lacks(withoutPercent))
        {
            return Say(
                "the path is decoded before it is matched",
                language.TryGetLiteral(out var literal) ? "write " + Uri.UnescapeDataString(literal) + " instead" : "write the character that " + Octet.Match(pattern).Value + " stands for");
        }

        if (pattern.IndexOf('?') >= 0 && Lacks(withoutQuery))
        {
            return Say("the query is not matched", "end the expression before the question mark" + (language.TryGetLiteral(out var literal) ? ", as in ^" + literal.Substring(0, literal.IndexOf('?')) + "$" : string.Empty));
        }

        if (pattern.IndexOf('#') >= 0 && Lacks(withoutFragment))
        {
            return Say("a fragment is never sent", "end the expression before the #");
        }

        // A path may have that text, which nobody requests.
        return !Template.IsMatch(pattern) ? null
            : Lacks(withoutBraces) ? "a name in braces is matched as text, and requests with a value in its place do not match: write [^/]+ for a segment"
            : Lacks(withoutAngles) ? "a name in angle brackets is matched as text, and requests with a value in its place do not match: write [^/]+ for a segment"
            : null;

        bool Lacks(RegularLanguage others) => language.Relate(others, budget) == Relation.Disjoint;

        string Say(string reason, string remedy) =>
            reason + ", " + (language.TryGetLiteral(out var literal) ? "and a request for " + literal + " does not match" : effect) + ": " + remedy;
    }

    private static RegularLanguage? Read(string pattern) =>
        Re2Expression.TryParse(pattern, out var expression, out _) && RegularLanguage.FromExpression(expression) is { IsAnalyzable: true, MatchesExactly: true } language ? language : null;

    private static RegularLanguage Without(string signs) =>
        Re2Expression.TryParse("^/[^" + signs + "]*$", out var expression, out _) ? RegularLanguage.FromExpression(expression) : throw new InvalidOperationException(signs);
}
