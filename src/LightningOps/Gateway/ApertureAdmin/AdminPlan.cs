using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>The calls that turn one list of services into another.</summary>
internal sealed record AdminPlan
{
    /// <summary>The calls, in order; after each, every request gets what it got before, what it is to get, or nothing.</summary>
    public required IReadOnlyList<AdminStep> Steps { get; init; }

    /// <summary>Names deleted and created again.</summary>
    public required ISet<string> Recreated { get; init; }

    /// <summary>Services not made here that would take requests of a service that is created behind them.</summary>
    public required IReadOnlyList<(GatewayService Foreign, GatewayService Wanted)> Conflicts { get; init; }

    /// <summary>Desired services of which some request matches both: the first is to stand before the second.</summary>
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

/// <summary>Changes members of a service where it stands.</summary>
internal sealed record UpdateStep(GatewayService Current, GatewayService Desired) : AdminStep(Desired.Name);

/// <summary>Removes a service.</summary>
internal sealed record DeleteStep(string Name) : AdminStep(Name);

/// <summary>Appends a service at the end.</summary>
internal sealed record CreateStep(GatewayService Desired) : AdminStep(Desired.Name);
