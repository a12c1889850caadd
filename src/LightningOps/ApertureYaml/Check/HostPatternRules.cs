using System;
using System.Collections.Generic;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Finds host expressions that no Host header matches, or only one that no usual client sends.</summary>
internal sealed class HostPatternRules(ConfigFindings findings)
{
    private const int MaxRemembered = 10_000;

    private readonly Dictionary<string, (string Code, string Message)?> known = new(StringComparer.Ordinal);

    /// <summary>Reports the host expression of a service.</summary>
    /// <returns>The code of what was reported; null for nothing.</returns>
    public string? Check(Section service)
    {
        var pattern = service.Text("hostregexp");
        if (findings.IsForErrors || pattern.Length == 0 || SentHosts.IsLiteralName(pattern))
        {
            return null;
        }

        if (!known.TryGetValue(pattern, out var fault))
        {
            fault = Find(pattern);
            if (known.Count < MaxRemembered)
            {
                known.Add(pattern, fault);
            }
        }

        if (fault is not var (code, message))
        {
            return null;
        }

        findings.Warn(code, message, service.At("hostregexp"), service.GetPath("hostregexp"));
        return code;
    }

    private static (string Code, string Message)? Find(string pattern)
    {
        if (!Re2Expression.TryParse(pattern, out var expression, out _) || expression.UsesUnanalyzableFeature)
        {
            return null;
        }

        var any = RegularLanguage.FromExpression(expression);
        if (any.TryGetLiteral(out var literal) && literal.IndexOf('/') >= 0)
        {
            return ("pattern_never_matches", "a Host header has no scheme and no path, and the service is not reached: write the host only");
        }

        var hosts = RegularLanguage.FromExpression(expression, null, CodePointSet.Hosts);
        if (!hosts.IsAnalyzable || !hosts.MatchesExactly)
        {
            return null;
        }

        if (hosts.IsEmpty)
        {
            return ("pattern_never_matches", "no Host header matches the expression, as it has no blank, brace or path, and \"^\" and \"$\" are its ends, and the service is not reached: correct it; Aperture reads variables in headers only");
        }

        return SentHosts.FindFault(hosts, new AnalysisBudget(LanguageBounds.Default.MaxWork));
    }
}
