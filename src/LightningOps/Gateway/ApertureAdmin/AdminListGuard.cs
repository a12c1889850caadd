using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// The expected list before the next write: the list as read, with the own steps since. If the answer to a step was
/// lost, both states of its service are accepted.
/// </summary>
internal sealed class AdminListGuard
{
    private readonly string gateway;
    private IReadOnlyList<GatewayService> expected;
    private IReadOnlyList<GatewayService> seen;

    /// <param name="gateway">Name of the gateway, for the failure.</param>
    /// <param name="read">The list that was read.</param>
    public AdminListGuard(string gateway, IReadOnlyList<GatewayService> read)
    {
        this.gateway = gateway;
        expected = read;
        seen = read;
    }

    /// <summary>Records a step before it is sent.</summary>
    public void Expect(AdminStep step)
    {
        expected = step switch
        {
            UpdateStep update => expected.Select(service => service.Name == update.Name ? update.Desired : service).ToArray(),
            CreateStep create => [.. expected, create.Desired],
            _ => expected.Where(service => service.Name != step.Name).ToArray(),
        };
    }

    /// <summary>Checks the list against the expected one and continues from it.</summary>
    /// <exception cref="GatewayChangedException">Another user changed the list.</exception>
    public void Check(IReadOnlyList<GatewayService> now)
    {
        var changed = FindChanged(expected, now);
        if (changed.Count > 0)
        {
            // The answer to a step may have been lost, so each service may be as before it or as after it.
            changed = changed.Intersect(FindChanged(seen, now), StringComparer.Ordinal).ToArray();
        }

        if (changed.Count > 0)
        {
            throw new GatewayChangedException(gateway, changed);
        }

        expected = now;
        seen = now;
    }

    /// <summary>Names of the services that differ between two lists, regardless of order.</summary>
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
