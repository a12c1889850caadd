using System.Collections.Generic;
using LightningOps.ApertureYaml;
using LightningOps.Paywalls;
using LightningOps.Re2;

namespace LightningOps.Compile.Aperture;

/// <summary>
/// Whether a rule stays on the allowed hosts of its paywall (docs/reference/compile.md#allowed-hosts). Entries of
/// both lists are host patterns. An unreadable entry allows nothing and blocks everything.
/// </summary>
internal sealed class HostPermission
{
    private readonly PatternTable patterns;
    private readonly AnalysisBudget budget;

    public HostPermission(PatternTable patterns, AnalysisBudget budget)
    {
        this.patterns = patterns;
        this.budget = budget;
    }

    /// <summary>Why the host is refused, with an example host (null when none is known); null when it is permitted.</summary>
    public (string Message, string? Witness)? Refusal(PaywallPolicy policy, RoutePattern host)
    {
        if (policy.AllowedHosts is { Count: > 0 } allowed && FindOutside(host, allowed) is { } outside)
        {
            return ("The host pattern matches hosts outside the allowedHosts of the paywall", outside.Length == 0 ? null : outside);
        }

        foreach (var entry in policy.BlockedHosts ?? (IReadOnlyList<string>)System.Array.Empty<string>())
        {
            if (entry.Trim().Length > 0 && MeetingWith(host, patterns.Host(entry)) is { } met)
            {
                return ("The host pattern overlaps the blockedHosts entry " + entry.Trim(), met.Length == 0 ? null : met);
            }
        }

        return null;
    }

    // Empty text: outside, but no example is known.
    private string? FindOutside(RoutePattern host, IReadOnlyList<string> allowed)
    {
        var covers = new List<RegularLanguage>(allowed.Count);
        foreach (var entry in allowed)
        {
            if (entry.Trim().Length == 0 || patterns.Host(entry) is not { IsReadable: true } pattern)
            {
                continue;
            }

            if (ReferenceEquals(pattern, host) || host.Language.Relate(pattern.Language, budget) is Relation.Equal or Relation.Inside)
            {
                return null;
            }

            covers.Add(pattern.Language);
        }

        var witness = host.Language.FindOutside(covers, budget, out var decided);
        return witness is null ? decided ? null : string.Empty
            : HostExample.Improve(witness, text => host.Language.Matches(text) && !covers.Exists(cover => cover.Matches(text)));
    }

    private string? MeetingWith(RoutePattern host, RoutePattern blocked)
    {
        if (!blocked.IsReadable)
        {
            return string.Empty;
        }

        return host.Language.Relate(blocked.Language, budget) == Relation.Disjoint
            ? null
            : host.Language.FindCommon(blocked.Language, budget) is { } met
                ? HostExample.Improve(met, text => host.Language.Matches(text) && blocked.Language.Matches(text))
                : string.Empty;
    }
}
