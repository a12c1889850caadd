using System;
using System.Collections.Generic;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Planning;

/// <summary>Computes the changes of a roll-out from the live and the desired services; near-linear in their number.</summary>
internal sealed class RolloutPlanner
{
    private readonly IReadOnlyList<GatewayService> current;
    private readonly IReadOnlyList<GatewayService> desired;
    private readonly ICollection<string>? recreated;
    private readonly Dictionary<string, int> currentPlaces;
    private readonly List<ServiceChange> changes = new();
    private readonly MatchGrowth growth = new();

    private RolloutPlanner(IReadOnlyList<GatewayService> current, IReadOnlyList<GatewayService> wanted, ICollection<string>? recreated)
    {
        this.current = current;
        this.desired = wanted;
        this.recreated = recreated;
        currentPlaces = new Dictionary<string, int>(current.Count, StringComparer.Ordinal);
        for (var i = 0; i < current.Count; i++)
        {
            if (!currentPlaces.ContainsKey(current[i].Name))
            {
                currentPlaces.Add(current[i].Name, i);
            }
        }
    }

    /// <summary>The changes in the desired order, removals last; empty when the live services are as desired.</summary>
    /// <param name="current">Live services, in match order.</param>
    /// <param name="wanted">Desired services, in match order, with unique names.</param>
    /// <param name="recreated">Names that the gateway deletes and creates again, which makes them unreachable for a
    /// moment. Null for a gateway that replaces the whole list at once; moves are then the smallest set that explains
    /// the new order.</param>
    public static IReadOnlyList<ServiceChange> Compare(
        IReadOnlyList<GatewayService> current,
        IReadOnlyList<GatewayService> wanted,
        ICollection<string>? recreated = null)
    {
        var planner = new RolloutPlanner(current, wanted, recreated);
        planner.AddDesired();
        planner.AddRemoved();
        return planner.changes;
    }

    private void AddDesired()
    {
        var moved = Moved();
        var removedByMatch = RemovedByMatch();
        for (var i = 0; i < desired.Count; i++)
        {
            var service = desired[i];
            if (currentPlaces.TryGetValue(service.Name, out var oldPlace))
            {
                AddKept(service, oldPlace, i, moved.Contains(service.Name));
                continue;
            }

            removedByMatch.TryGetValue((service.HostRegexp, service.PathRegexp), out var oldName);
            var holders = HolderAccesses.ForAdded(oldName is null ? null : current[currentPlaces[oldName]], service);
            changes.Add(new ServiceChange
            {
                Name = service.Name,
                Kind = ServiceChangeKind.Added,
                NewPlace = i,
                RenamedFrom = oldName,
                KeepsCredentials = holders != HolderAccess.Refused,
                Holders = holders,
                SellsForEver = HolderAccesses.SellsForEver(service),
                FailsAtPortZero = service.Sells && service.HasPortZero,
            });
        }
    }

    private void AddKept(GatewayService service, int oldPlace, int place, bool isMoved)
    {
        var served = current[oldPlace];
        var isRecreated = recreated?.Contains(service.Name) == true;
        var members = MemberChanges.Between(served, service);
        var holders = HolderAccesses.ForKept(served, service, growth);
        if (members.Count > 0)
        {
            changes.Add(new ServiceChange
            {
                Name = service.Name,
                Kind = GetKind(served, service),
                Members = members,
                KeepsCredentials = holders != HolderAccess.Refused,
                Holders = holders,
                SellsForEver = HolderAccesses.SellsForEver(service),
                SoldForATime = served.Sells && !HolderAccesses.SellsForEver(served),
                FailsAtPortZero = service.Sells && service.HasPortZero,
                OldPlace = oldPlace,
                NewPlace = place,
                IsBrieflyUnreachable = isRecreated,
            });
        }

        if (isMoved)
        {
            changes.Add(new ServiceChange
            {
                Name = service.Name,
                Kind = ServiceChangeKind.Moved,
                OldPlace = oldPlace,
                NewPlace = place,
                FailsAtPortZero = service.Sells && service.HasPortZero,
                KeepsCredentials = holders != HolderAccess.Refused,
                Holders = holders,
                IsBrieflyUnreachable = isRecreated,
            });
        }
    }

    private void AddRemoved()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in desired)
        {
            names.Add(service.Name);
        }

        for (var i = 0; i < current.Count; i++)
        {
            // A duplicate name is desired once: Aperture matches the first of the two.
            if (!names.Contains(current[i].Name) || currentPlaces[current[i].Name] != i)
            {
                var holders = HolderAccesses.ForRemoved(current[i], isDuplicate: names.Contains(current[i].Name));
                changes.Add(new ServiceChange
                {
                    Name = current[i].Name,
                    Kind = ServiceChangeKind.Removed,
                    OldPlace = i,
                    KeepsCredentials = holders != HolderAccess.Suspended,
                    Holders = holders,
                });
            }
        }
    }

    private static ServiceChangeKind GetKind(GatewayService served, GatewayService service) => (served.IsClosed || (served.IsClosedAtFormerAddress && !service.IsClosed), service.IsClosed) switch
    {
        (false, true) => ServiceChangeKind.Closed,
        (true, false) => ServiceChangeKind.Opened,
        _ => ServiceChangeKind.Changed,
    };

    private ICollection<string> Moved()
    {
        if (recreated is not null)
        {
            return recreated;
        }

        var kept = new List<string>();
        var oldPlaces = new List<int>();
        foreach (var service in desired)
        {
            if (currentPlaces.TryGetValue(service.Name, out var oldPlace))
            {
                kept.Add(service.Name);
                oldPlaces.Add(oldPlace);
            }
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var index in OrderMoves.Find(oldPlaces))
        {
            names.Add(kept[index]);
        }

        return names;
    }

    /// <summary>Removed names by their host and path. Another name with the same two is a rename.</summary>
    private Dictionary<(string Host, string Path), string> RemovedByMatch()
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in desired)
        {
            kept.Add(service.Name);
        }

        var removed = new Dictionary<(string Host, string Path), string>();
        foreach (var service in current)
        {
            if (!kept.Contains(service.Name))
            {
                removed[(service.HostRegexp, service.PathRegexp)] = service.Name;
            }
        }

        return removed;
    }
}
