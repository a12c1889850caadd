using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Re2;

/// <summary>Decides whether other rules together match all requests of a rule (a host language times a path language).</summary>
internal static class ProductCover
{
    /// <summary>
    /// A host and a path of the rule that no cover matches together; null when every pair is covered. It examines the
    /// sets of covers that the rule's hosts fall into, and for each the paths that those covers leave.
    /// </summary>
    /// <param name="host">The rule's hosts.</param>
    /// <param name="path">The rule's paths.</param>
    /// <param name="covers">The hosts and paths of the covers.</param>
    /// <param name="budget">Budget of the search.</param>
    /// <param name="decided">False (with null) when it is not known.</param>
    public static (string Host, string Path)? FindOutside(
        RegularLanguage host,
        RegularLanguage path,
        IReadOnlyList<(RegularLanguage Host, RegularLanguage Path)> covers,
        AnalysisBudget budget,
        out bool decided)
    {
        decided = false;
        if (!budget.TrySpend(1 + covers.Count))
        {
            return null;
        }

        var near = covers
            .Where(cover => !LanguageComparison.AreApart(host, cover.Host) &&
                !LanguageComparison.AreApart(path, cover.Path))
            .ToList();
        var groups = GroupByHost(near);
        var cells = HostCells(host, groups, budget);
        if (cells is null)
        {
            return null;
        }

        decided = true;
        foreach (var cell in Smallest(cells))
        {
            var paths = cell.Groups.SelectMany(group => groups[group].Paths).ToList();
            var outside = path.FindOutside(paths, budget, out var isCellDecided);
            if (outside is not null && IsOutsideUnknown(groups, cell.Host, outside))
            {
                decided = true;
                return (cell.Host, outside);
            }

            decided &= isCellDecided && outside is null;
        }

        return null;
    }

    private static List<HostGroup> GroupByHost(List<(RegularLanguage Host, RegularLanguage Path)> covers)
    {
        var groups = new List<HostGroup>();
        var byName = new Dictionary<string, HostGroup>(StringComparer.Ordinal);
        foreach (var (host, path) in covers)
        {
            var name = host.ToString();
            if (!byName.TryGetValue(name, out var group) || !group.Host.IsWrittenAs(host))
            {
                group = new HostGroup(host);
                byName[name] = group;
                groups.Add(group);
            }

            group.Paths.Add(path);
        }

        return groups;
    }

    // The distinct sets of groups with hosts of the rule, each with a host; null when the budget ran out or the
    // rule's host cannot be analyzed. Groups whose host cannot be analyzed are left out.
    private static List<Cell>? HostCells(RegularLanguage host, List<HostGroup> groups, AnalysisBudget budget)
    {
        if (host.TryGetLiteral(out var literal))
        {
            var takers = Enumerable.Range(0, groups.Count)
                .Where(i => groups[i].Host.MatchesExactly && groups[i].Host.Matches(literal));
            return new List<Cell> { new(literal, takers.ToArray()) };
        }

        if (host.Automaton is not { } automaton)
        {
            return null;
        }

        var known = Enumerable.Range(0, groups.Count).Where(i => groups[i].Host.Automaton is not null).ToArray();
        var automata = Array.ConvertAll(known, i => groups[i].Host.Automaton!);
        var cells = new Dictionary<int[], Cell>(IntSequenceComparer.Instance);
        var walk = new ProductWalk(new[] { automaton }, automata, budget);
        var isWhole = walk.Run((place, accepting) =>
        {
            var members = accepting.Select(i => known[i]).ToArray();
            if (!cells.ContainsKey(members))
            {
                cells.Add(members, new Cell(walk.GetText(place), members));
            }

            return false;
        });
        return isWhole ? cells.Values.ToList() : null;
    }

    // A pair outside the covers of a set is outside those of any smaller set, so the smallest sets decide.
    private static List<Cell> Smallest(List<Cell> cells)
    {
        var kept = new List<(Cell Cell, HashSet<int> Groups)>();
        foreach (var cell in cells.OrderBy(cell => cell.Groups.Length).ThenBy(cell => cell.Host.Length))
        {
            var groups = new HashSet<int>(cell.Groups);
            if (!kept.Exists(smaller => smaller.Groups.IsSubsetOf(groups)))
            {
                kept.Add((cell, groups));
            }
        }

        return kept.ConvertAll(pair => pair.Cell);
    }

    private static bool IsOutsideUnknown(List<HostGroup> groups, string host, string path) =>
        groups.TrueForAll(group => !group.Host.Matches(host) || group.Paths.TrueForAll(own => !own.Matches(path)));

    private sealed record Cell(string Host, int[] Groups);

    private sealed class HostGroup(RegularLanguage host)
    {
        public RegularLanguage Host { get; } = host;

        public List<RegularLanguage> Paths { get; } = new();
    }
}
