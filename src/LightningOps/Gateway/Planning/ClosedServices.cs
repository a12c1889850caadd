using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Routing;

namespace LightningOps.Gateway.Planning;

/// <summary>Services with some of them closed where they stand.</summary>
internal static class ClosedServices
{
    /// <summary>Every service in its place.</summary>
    public static IReadOnlyList<GatewayService> Close(IReadOnlyList<GatewayService> services, Func<GatewayService, bool> closes) =>
        services.Select(service => closes(service) ? service.Closed() : service).ToArray();

    /// <summary>The plan that closes them; null when there are none to close.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="current">Hash served now.</param>
    /// <param name="services">Services served now, in match order.</param>
    /// <param name="closes">Which are closed.</param>
    public static RolloutPlan? Plan(string gateway, string? current, IReadOnlyList<GatewayService> services, Func<GatewayService, bool> closes)
    {
        var closed = Close(services, closes);
        var changes = RolloutPlanner.Compare(services, closed);
        return changes.Count == 0 ? null : new RolloutPlan { Gateway = gateway, CurrentConfigHash = current, ConfigHash = ComputeHash(closed), Changes = changes, Examples = new RequestExamples(services, closed) };
    }

    /// <summary>A hash of services for a gateway that keeps no artifact. What price a closed service has left does not matter.</summary>
    public static string ComputeHash(IReadOnlyList<GatewayService> services) =>
        ConfigHash.Compute(JsonSerializer.SerializeToUtf8Bytes(services.Select(service => service.IsClosed ? service.Closed() : service)));
}
