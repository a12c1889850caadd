using System.Linq;
using LightningOps.Compile.Languages;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>The paths of the admin API and its dashboard, which the API refuses to services (Aperture admin/server.go).</summary>
internal static class ReservedPaths
{
    /// <summary>Whether the expression matches a reserved path; an absent one matches every path, an invalid one none.</summary>
    public static bool AreMatchedBy(string pathExpression)
    {
        if (pathExpression.Length == 0)
        {
            return true;
        }

        if (!Re2Expression.TryParse(pathExpression, out var expression, out _))
        {
            return false;
        }

        var language = RegularLanguage.FromExpression(expression);
        return Compile.Aperture.ReservedPaths.Stems.Any(language.Matches) && language.MatchesExactly;
    }
}
