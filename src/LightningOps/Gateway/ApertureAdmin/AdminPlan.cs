using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>The calls that turn one list of services into another.</summary>
internal sealed record AdminPlan
{
    /// <summary>The calls, in order. After each call, every request gets its old service, its new one, or none.</summary>
    public required IReadOnlyList<AdminStep> Steps { get; init; }

    /// <summary>Names of services that are deleted and created again.</summary>
    public required ISet<string> Recreated { get; init; }

    /// <summary>Services of others that would take requests of a service created after them.</summary>
    public required IReadOnlyList<(GatewayService Foreign, GatewayService Wanted)> Conflicts { get; init; }

    /// <summary>Pairs of desired services that share a request; the first must precede the second.</summary>
    public required IReadOnlyList<(GatewayService First, GatewayService Second)> Ordered { get; init; }

    /// <summary>The list after all steps, until the next start.</summary>
    /// <param name="services">The list before them.</param>
    public IReadOnlyList<GatewayService> Apply(IReadOnlyList<GatewayService> services)
    {
        var updated = new Dictionary<string, GatewayService>(StringComparer.Ordinal);
        var deleted = new HashSet<string>(StringComparer.Ordinal);
        var created = new List<GatewayService>();
        foreach (var step in Steps)
        {
            switch (step)
            {
                case UpdateStep update:
                    updated[update.Name] = update.Desired;
                    break;
                case CreateStep create:
                    created.Add(create.Desired);
                    break;
                default:
                    deleted.Add(step.Name);
                    break;
            }
        }

        return [.. services.Where(service => !deleted.Contains(service.Name)).Select(service => updated.TryGetValue(service.Name, out var desired) ? desired : service), .. created];
    }
}

/// <summary>One call that changes the list of services.</summary>
internal abstract record AdminStep(string Name);

/// <summary>Changes members of a service in place.</summary>
internal sealed record UpdateStep(GatewayService Current, GatewayService Desired) : AdminStep(Desired.Name);

/// <summary>Removes a service.</summary>
internal sealed record DeleteStep(string Name) : AdminStep(Name);

/// <summary>Appends a service at the end.</summary>
internal sealed record CreateStep(GatewayService Desired) : AdminStep(Desired.Name);
