using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.Planning;

/// <summary>Closes some services of a list in place.</summary>
internal static class ClosedServices
{
    /// <summary>All services in place.</summary>
    public static IReadOnlyList<GatewayService> Close(IReadOnlyList<GatewayService> services, Func<GatewayService, bool> closes) =>
        services.Select(service => closes(service) ? service.Closed() : service).ToArray();

    /// <summary>The plan that closes them; null when there is none to close.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="current">Live hash.</param>
    /// <param name="services">Live services, in match order.</param>
    /// <param name="closes">Selects the services to close.</param>
    public static RolloutPlan? Plan(string gateway, string? current, IReadOnlyList<GatewayService> services, Func<GatewayService, bool> closes)
    {
        var closed = Close(services, closes);
        var changes = RolloutPlanner.Compare(services, closed);
        return changes.Count == 0 ? null : new RolloutPlan { Gateway = gateway, CurrentConfigHash = current, ConfigHash = ComputeHash(closed), Changes = changes, Examples = new RequestExamples(services, closed) };
    }

    /// <summary>A hash of services for a gateway that keeps no artifact. The price of a closed service does not count.</summary>
    public static string ComputeHash(IReadOnlyList<GatewayService> services) =>
        ConfigHash.Compute(JsonSerializer.SerializeToUtf8Bytes(services.Select(service => service.IsClosed ? service.Closed() : service)));
}
