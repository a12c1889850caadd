using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;

namespace LightningOps.Gateway;

/// <summary>
/// Services that were rolled out from here and that a gateway does not have now. A service of another name with the host
/// and path of one of them may be that one, renamed by hand: whether it was made here is not known.
/// </summary>
/// <param name="origins">The recorded origins.</param>
/// <param name="services">The services that the gateway has.</param>
internal sealed class AbsentServices(ServiceOrigins origins, IReadOnlyList<GatewayService> services)
{
    private readonly Lazy<Dictionary<(string? Host, string? Path), CompiledRule>> absent = new(() => Find(origins, services));

    /// <summary>The absent service of the same host and path; null if there is none, or the service is recorded as made here.</summary>
    /// <param name="service">A service that the gateway has.</param>
    public CompiledRule? FindSame(GatewayService service) =>
        !origins.IsMadeHere(service.Name) && absent.Value.TryGetValue((service.HostRegexp, service.PathRegexp), out var rule) ? rule : null;

    private static Dictionary<(string? Host, string? Path), CompiledRule> Find(ServiceOrigins origins, IReadOnlyList<GatewayService> services)
    {
        var names = new HashSet<string>(services.Select(static service => service.Name), StringComparer.Ordinal);
        var found = new Dictionary<(string? Host, string? Path), CompiledRule>();
        foreach (var rule in origins.RolledOut.Where(rule => !names.Contains(rule.ServiceName)))
        {
            found[(rule.HostRegexp, rule.PathRegexp)] = rule;
        }

        return found;
    }
}
