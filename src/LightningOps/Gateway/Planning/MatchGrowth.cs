using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Re2;

namespace LightningOps.Gateway.Planning;

/// <summary>
/// Whether a service matches requests after a change that it did not match before. What cannot be decided within counted
/// steps counts as more. Not thread-safe.
/// </summary>
internal sealed class MatchGrowth
{
    private const long Units = 20_000_000;
    private readonly AnalysisBudget budget = new(Units);
    private readonly ServicePatterns patterns;

    public MatchGrowth() => patterns = new ServicePatterns(budget);

    /// <summary>Whether it matches more.</summary>
    /// <param name="served">The service before.</param>
    /// <param name="desired">The service after.</param>
    public bool MatchesMore(GatewayService served, GatewayService desired)
    {
        if (MemberChanges.HasSameMatch(served, desired))
        {
            return false;
        }

        var before = patterns.Read(served.HostRegexp, served.PathRegexp);
        var after = patterns.Read(desired.HostRegexp, desired.PathRegexp);
        return !before.IsAnalyzed || !after.IsAnalyzed
            || (served.HostRegexp != desired.HostRegexp && !Contains(before.Host.Language, after.Host.Language))
            || (served.PathRegexp != desired.PathRegexp && !Contains(before.Path.Language, after.Path.Language));
    }

    private bool Contains(RegularLanguage wide, RegularLanguage narrow) =>
        wide.MatchesExactly && narrow.MatchesExactly && wide.Relate(narrow, budget) is Relation.Contains or Relation.Equal;
}
