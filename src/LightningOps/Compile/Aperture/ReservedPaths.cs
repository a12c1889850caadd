using System;
using LightningOps.ApertureYaml.Check;
using LightningOps.Http;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Compile.Aperture;

/// <summary>Paths Aperture keeps for its admin API and dashboard (Aperture admin/server.go, reservedPaths).</summary>
internal static class ReservedPaths
{
    private static readonly string[] Stems = ReservedPathExpressions.Stems;
    private static readonly RegularLanguage[] Languages = Array.ConvertAll(Stems, RegularLanguage.Prefix);

    /// <summary>
    /// Whether the expression, all of whose matches begin with <paramref name="beginning"/>, matches a reserved path, as far as its
    /// syntax shows.
    /// </summary>
    public static Certainty Matches(Re2Expression expression, string beginning)
    {
        var result = Certainty.No;
        foreach (var stem in Stems)
        {
            if (!AffixIndex.AreCompatible(beginning, stem))
            {
                continue;
            }

            switch (Re2Beginnings.HasMatchThatBeginsWith(expression.Root, stem))
            {
                case Certainty.Yes:
                    return Certainty.Yes;
                case Certainty.Unknown:
                    result = Certainty.Unknown;
                    break;
            }
        }

        return result;
    }

    /// <summary>A reserved path that the pattern matches, in its encoded form; null when it matches none.</summary>
    public static string? FindMatch(RoutePattern path, AnalysisBudget budget)
    {
        if (path.IsReserved == Certainty.No)
        {
            return null;
        }

        for (var i = 0; i < Stems.Length; i++)
        {
            var stem = Stems[i];
            var begin = path.BeginsWith;
            if (!AffixIndex.AreCompatible(begin, stem))
            {
                continue;
            }

            // A pattern that cannot be analysed counts as matching everything that begins with its literal prefix. If
            // that is shorter than the stem, the bare stem is tested, as Aperture does.
            var witness = path.Language.IsAnalyzable
                ? path.Language.FindCommon(Languages[i], budget)
                : begin.Length >= stem.Length ? begin : path.Language.Matches(stem) ? stem : null;
            if (witness is not null)
            {
                return PathEncoding.Encode(witness);
            }
        }

        return null;
    }
}
