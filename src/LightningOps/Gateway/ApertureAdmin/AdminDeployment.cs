using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Records;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Which deployment a list of services is: Aperture itself keeps none.</summary>
internal static class AdminDeployment
{
    /// <summary>
    /// The recorded deployment when the list is what it made, to the meaning; else a deployment without id that has the
    /// hash of what is served; null when nothing made here is.
    /// </summary>
    public static GatewayDeployment? Of(IReadOnlyList<GatewayService> services, GatewayRecord record)
    {
        var names = new HashSet<string>(record.Names, StringComparer.Ordinal);
        if (record.ConfigHash is { } hash && AdminPlanner.Make(services, record.Services, names.Contains).Steps.Count == 0)
        {
            return new GatewayDeployment { DeploymentId = record.DeploymentId, ConfigHash = new ConfigHash(hash) };
        }

        var ours = services.Where(service => names.Contains(service.Name)).ToArray();
        return ours.Length == 0
            ? null
            : new GatewayDeployment { ConfigHash = ClosedServices.HashOf(ours) };
    }
}
