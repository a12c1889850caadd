using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Sorts deletions and creations into groups. Services of one group match no request of another group.</summary>
internal sealed class AdminGroups
{
    private readonly ServiceOverlaps overlaps;
    private readonly List<(int Match, AdminStep Step)> steps = new();
    private readonly Dictionary<string, int> matchByName = new(System.StringComparer.Ordinal);
    private readonly Dictionary<int, int> parents = new();

    public AdminGroups(ServiceOverlaps overlaps) => this.overlaps = overlaps;

    /// <summary>Adds a deletion. Deletions are added from the last place to the first.</summary>
    public void AddDeleted(GatewayService service)
    {
        var match = Add(service, new DeleteStep(service.Name));
        matchByName[service.Name] = match;
    }

    /// <summary>Adds a creation. Creations are added in the desired order, after all deletions.</summary>
    public void AddCreated(GatewayService service)
    {
        var match = Add(service, new CreateStep(service));
        if (matchByName.TryGetValue(service.Name, out var deleted))
        {
            Join(match, deleted);
        }
    }

    /// <summary>The steps group by group; groups that only delete come first.</summary>
    public IEnumerable<AdminStep> Steps()
    {
        foreach (var match in parents.Keys.ToArray())
        {
            foreach (var other in overlaps.GetOverlapping(match))
            {
                if (parents.ContainsKey(other))
                {
                    Join(match, other);
                }
            }
        }

        return steps
            .GroupBy(step => Root(step.Match), step => step.Step)
            .OrderBy(group => group.Any(step => step is CreateStep))
            .SelectMany(group => group);
    }

    private int Add(GatewayService service, AdminStep step)
    {
        var match = overlaps.GetMatch(service);
        if (!parents.ContainsKey(match))
        {
            parents.Add(match, match);
        }

        steps.Add((match, step));
        return match;
    }

    private void Join(int one, int other) => parents[Root(one)] = Root(other);

    private int Root(int match)
    {
        while (parents[match] != match)
        {
            match = parents[match] = parents[parents[match]];
        }

        return match;
    }
}
