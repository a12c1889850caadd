using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// The list as it must be before the next write: what was read, with the own steps since. Where the answer to a step was
/// lost, the service before it is as good.
/// </summary>
internal sealed class AdminListGuard
{
    private readonly string gateway;
    private IReadOnlyList<GatewayService> expected;
    private IReadOnlyList<GatewayService> seen;

    /// <param name="gateway">Name of the gateway, for the failure.</param>
    /// <param name="read">The list as read.</param>
    public AdminListGuard(string gateway, IReadOnlyList<GatewayService> read)
    {
        this.gateway = gateway;
        expected = read;
        seen = read;
    }

    /// <summary>Takes note of a step before it is sent.</summary>
    public void Expect(AdminStep step)
    {
        expected = step switch
        {
            UpdateStep update => expected.Select(service => service.Name == update.Name ? update.Desired : service).ToArray(),
            CreateStep create => [.. expected, create.Desired],
            _ => expected.Where(service => service.Name != step.Name).ToArray(),
        };
    }

    /// <summary>Looks whether the list is as it must be, and goes on from it.</summary>
    /// <exception cref="GatewayChangedException">Somebody else changed it.</exception>
    public void Check(IReadOnlyList<GatewayService> now)
    {
        var changed = FindChanged(expected, now);
        if (changed.Count > 0)
        {
            // The answer to a step may have been lost: each service is as before it or as after it.
            changed = changed.Intersect(FindChanged(seen, now), StringComparer.Ordinal).ToArray();
        }

        if (changed.Count > 0)
        {
            throw new GatewayChangedException(gateway, changed);
        }

        expected = now;
        seen = now;
    }

    /// <summary>Names of the services in which two lists differ, their order aside.</summary>
    public static IReadOnlyCollection<string> FindChanged(IReadOnlyList<GatewayService> one, IReadOnlyList<GatewayService> other)
    {
        var left = one.ToLookup(static service => service.Name, StringComparer.Ordinal);
        var right = other.ToLookup(static service => service.Name, StringComparer.Ordinal);
        return left.Select(static same => same.Key).Union(right.Select(static same => same.Key), StringComparer.Ordinal)
            .Where(name => left[name].Count() != right[name].Count() || left[name].Zip(right[name], static (before, after) => MemberChanges.Between(before, after).Count).Any(static count => count > 0))
            .OrderBy(static name => name, StringComparer.Ordinal)
            .ToArray();
    }
}
