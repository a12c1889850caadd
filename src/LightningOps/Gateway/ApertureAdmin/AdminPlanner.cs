using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Plans how one list of services becomes another when services can only be changed in place, deleted, and appended
/// (docs/reference/aperture.md#admin-api).
/// </summary>
/// <remarks>
///  A service that cannot stay is deleted and created again: a new one, one that matches other requests than before,
/// one that precedes a service it has to follow, and one that has to follow any of these. Services without common
/// requests keep their order. Services that stay get their new members first, and closings come before the rest. The
/// others form groups that share requests only among themselves. Each group is deleted from its last place to its
/// first, then created in the desired order. So a request gets its old service until that is deleted, then none, then
/// its new one, and never a service behind them. While a group is in between, none of its services is reachable, just
/// like a closed service.
/// </remarks>
internal sealed class AdminPlanner
{
    private readonly IReadOnlyList<GatewayService> current;
    private readonly IReadOnlyList<GatewayService> desired;
    private readonly Func<string, bool> isOurs;
    private readonly ServiceOverlaps overlaps;
    private readonly Dictionary<string, int> currentPlaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> desiredPlaces = new(StringComparer.Ordinal);
    private readonly List<int>[] currentByMatch;
    private readonly List<int>[] desiredByMatch;
    private readonly bool[] isCreated;

    private AdminPlanner(IReadOnlyList<GatewayService> current, IReadOnlyList<GatewayService> wanted, Func<string, bool> isOurs)
    {
        this.current = current;
        this.desired = wanted;
        this.isOurs = isOurs;
        overlaps = ServiceOverlaps.Compute(current.Concat(wanted));
        currentByMatch = ByMatch(current, currentPlaces);
        desiredByMatch = ByMatch(wanted, desiredPlaces);
        isCreated = new bool[wanted.Count];
    }

    /// <param name="current">The list, in match order.</param>
    /// <param name="wanted">The desired services, in match order.</param>
    /// <param name="isOurs">Whether a service that is not desired may be removed, by its name.</param>
    public static AdminPlan Make(IReadOnlyList<GatewayService> current, IReadOnlyList<GatewayService> wanted, Func<string, bool> isOurs) =>
        new AdminPlanner(current, wanted, isOurs).Make();

    private AdminPlan Make()
    {
        FindCreated();
        var steps = new List<AdminStep>();
        AddUpdates(steps);
        AddGroups(steps);
        return new AdminPlan
        {
            Steps = steps,
            Recreated = new HashSet<string>(Created().Select(place => desired[place].Name).Where(currentPlaces.ContainsKey), StringComparer.Ordinal),
            Conflicts = FindConflicts(),
            Ordered = Enumerable.Range(0, desired.Count).SelectMany(place => GetEarlierOverlapping(place).Select(earlier => (desired[earlier], desired[place]))).ToArray(),
        };
    }

    private List<int>[] ByMatch(IReadOnlyList<GatewayService> services, Dictionary<string, int> places)
    {
        var byMatch = new List<int>[overlaps.Count];
        for (var place = 0; place < services.Count; place++)
        {
            var match = overlaps.GetMatch(services[place]);
            (byMatch[match] ??= new List<int>(1)).Add(place);
            places[services[place].Name] = place;
        }

        return byMatch;
    }

    private IEnumerable<int> Created() => Enumerable.Range(0, desired.Count).Where(place => isCreated[place]);

    private bool IsKept(string name) => desiredPlaces.TryGetValue(name, out var place) ? !isCreated[place] : !isOurs(name);

    private void FindCreated()
    {
        for (var place = 0; place < desired.Count; place++)
        {
            var service = desired[place];
            var isServed = currentPlaces.TryGetValue(service.Name, out var oldPlace);
            isCreated[place] = !isServed
                || (!MemberChanges.HasSameMatch(current[oldPlace], service) && !(OverlapsNoOther(current[oldPlace]) && OverlapsNoOther(service)))
                || HasToFollow(place, oldPlace);
        }
    }

    /// <summary>Whether an earlier service of the desired order with common requests is created or is behind it now.</summary>
    private bool HasToFollow(int place, int oldPlace) => GetEarlierOverlapping(place).Any(
        earlier => isCreated[earlier] || currentPlaces[desired[earlier].Name] > oldPlace);

    private IEnumerable<int> GetEarlierOverlapping(int place) =>
        Places(desiredByMatch, overlaps.GetMatch(desired[place])).Where(other => other < place);

    private bool OverlapsNoOther(GatewayService service)
    {
        var match = overlaps.GetMatch(service);
        return Places(currentByMatch, match).All(place => current[place].Name == service.Name)
            && Places(desiredByMatch, match).All(place => desired[place].Name == service.Name);
    }

    private IEnumerable<int> Places(List<int>[] byMatch, int match) =>
        overlaps.GetOverlapping(match).Where(other => byMatch[other] is not null).SelectMany(other => byMatch[other]);

    private void AddUpdates(List<AdminStep> steps)
    {
        var changed = Enumerable.Range(0, desired.Count)
            .Where(place => !isCreated[place])
            .Select(place => new UpdateStep(current[currentPlaces[desired[place].Name]], desired[place]))
            .Where(step => MemberChanges.Between(step.Current, step.Desired).Count > 0)
            .ToList();
        steps.AddRange(changed.Where(step => step.Desired.IsClosed));
        steps.AddRange(changed.Where(step => !step.Desired.IsClosed));
    }

    private void AddGroups(List<AdminStep> steps)
    {
        var groups = new AdminGroups(overlaps);
        for (var place = current.Count - 1; place >= 0; place--)
        {
            if (!IsKept(current[place].Name))
            {
                groups.AddDeleted(current[place]);
            }
        }

        foreach (var place in Created())
        {
            groups.AddCreated(desired[place]);
        }

        steps.AddRange(groups.Steps());
    }

    private List<(GatewayService Foreign, GatewayService Wanted)> FindConflicts()
    {
        var found = new List<(GatewayService Foreign, GatewayService Wanted)>();
        foreach (var place in Created())
        {
            var service = desired[place];
            var oldPlace = currentPlaces.TryGetValue(service.Name, out var served) ? served : -1;
            foreach (var other in Places(currentByMatch, overlaps.GetMatch(service)))
            {
                if (other > oldPlace && !desiredPlaces.ContainsKey(current[other].Name) && IsKept(current[other].Name))
                {
                    found.Add((current[other], service));
                }
            }
        }

        return found;
    }
}
