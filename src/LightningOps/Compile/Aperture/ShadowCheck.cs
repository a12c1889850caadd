using System;
using System.Collections.Generic;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>Finds rules whose requests are all matched by earlier rules together, though by none of them alone.</summary>
internal sealed class ShadowCheck
{
    // More covers than this are not tried together; the rule then counts as reachable.
    private const int MaxCovers = 4_096;

    private readonly AnalysisBudget budget;

    public ShadowCheck(AnalysisBudget budget) => this.budget = budget;

    /// <summary>Whether <paramref name="earlier"/> leaves no request of <paramref name="rule"/>; false when it cannot be decided.</summary>
    public bool IsCovered(ApertureRule rule, IReadOnlyList<ApertureRule> earlier)
    {
        if (earlier.Count < 2 || earlier.Count > MaxCovers || HasUncoveredRequest(rule, earlier) || LeavesShortest(rule, earlier))
        {
            return false;
        }

        var covers = new List<(RegularLanguage Host, RegularLanguage Path)>(earlier.Count);
        foreach (var one in earlier)
        {
            covers.Add((one.Host.Language, one.Path.Language));
        }

        var left = ProductCover.FindOutside(rule.Host.Language, rule.Path.Language, covers, budget, out var decided);
        return left is null && decided;
    }

    // One request of the rule that nothing else takes decides, and mostly the shortest one is free.
    private static bool LeavesShortest(ApertureRule rule, IReadOnlyList<ApertureRule> earlier)
    {
        if (rule.Host.Language.ShortestText() is not { } host || rule.Path.Language.ShortestText() is not { } path)
        {
            return false;
        }

        foreach (var one in earlier)
        {
            if (one.Path.Language.Matches(path) && one.Host.Language.Matches(host))
            {
                return false;
            }
        }

        return true;
    }

    // Finitely many literals never cover a prefix, and usually its stem is free.
    private static bool HasUncoveredRequest(ApertureRule rule, IReadOnlyList<ApertureRule> earlier)
    {
        if (rule.Shape != PathComplexity.Prefix)
        {
            return false;
        }

        var stem = rule.PathText;
        foreach (var one in earlier)
        {
            var takesStem = one.Shape switch
            {
                PathComplexity.Literal => false,
                PathComplexity.Prefix => stem.StartsWith(one.PathText, StringComparison.Ordinal),
                _ => true,
            };
            if (takesStem)
            {
                return false;
            }
        }

        return true;
    }
}
