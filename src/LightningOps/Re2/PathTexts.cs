using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// Languages of decoded paths including control characters, which clients send percent-encoded (<c>%00</c> to
/// <c>%1F</c> and <c>%7F</c>). The comparison of all rules excludes them; statements about every request are checked
/// here.
/// </summary>
internal static class PathTexts
{
    private static readonly RegularLanguage Rooted = Read("^/")!;

    /// <summary>The decoded paths in which an expression matches; null if it cannot be analyzed.</summary>
    /// <param name="expression">A Go RE2 expression; an empty one matches every path.</param>
    /// <param name="shared">Total budget for automata; null for no bound.</param>
    public static RegularLanguage? Read(string expression, AnalysisBudget? shared = null) =>
        Re2Expression.TryParse(expression, out var parsed, out _) && !parsed.UsesUnanalyzableFeature
            ? new ExpressionLanguage(parsed, shared is null ? LanguageBounds.Default : LanguageBounds.Default with { Shared = shared }, CodePointSet.Paths)
            : null;

    /// <summary>A request path, control characters included, in which an expression matches and none of the others does.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="covers">The others.</param>
    /// <param name="budget">What may be spent.</param>
    /// <param name="decided">False, with null, where it could not be told.</param>
    /// <param name="shared">Steps that automata may take together; null for no bound.</param>
    public static string? FindOutside(string expression, IReadOnlyList<string> covers, AnalysisBudget budget, out bool decided, AnalysisBudget? shared = null)
    {
        decided = covers.Contains(expression);
        if (decided)
        {
            return null;
        }

        var others = covers.Select(cover => Read(cover, shared)).ToArray();
        return Read(expression, shared) is not { } language || Array.Exists(others, static other => other is null)
            ? null
            : language.Intersect(Rooted, budget).FindOutside(others.OfType<RegularLanguage>().ToArray(), budget, out decided);
    }
}
