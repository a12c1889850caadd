using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
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
    public static GatewayDeployment? From(IReadOnlyList<GatewayService> services, GatewayRecord record)
    {
        var names = new HashSet<string>(record.Names, StringComparer.Ordinal);
        if (record.ConfigHash is { } hash && AdminPlanner.Make(services, record.Services, names.Contains).Steps.Count == 0)
        {
            return new GatewayDeployment { DeploymentId = record.DeploymentId, ConfigHash = new ConfigHash(hash) };
        }

        var ours = services.Where(service => names.Contains(service.Name)).ToArray();
        return ours.Length == 0
            ? null
            : new GatewayDeployment { ConfigHash = ClosedServices.ComputeHash(ours) };
    }
}

/// <summary>What the list of services an Aperture has means for a roll-out.</summary>
internal static class AdminDiagnostics
{
    public static IEnumerable<Diagnostic> GetDiagnostics(AdminPlan plan, IReadOnlyList<GatewayService> served, IReadOnlyList<GatewayService> wanted, GatewayRecord record)
    {
        foreach (var (foreign, service) in plan.Conflicts)
        {
            yield return RolloutRefusals.Create(
                "foreign_service_before",
                "Service " + foreign.Name + ", which was not created here, would precede " + service.Name + " and may match its requests: remove it, narrow it, or prune it");
        }

        var names = new HashSet<string>(record.Names, StringComparer.Ordinal);
        var adopted = served.Select(service => service.Name).Intersect(wanted.Select(service => service.Name), StringComparer.Ordinal).Where(name => !names.Contains(name)).ToArray();
        if (adopted.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "services_adopted",
                Severity = DiagnosticSeverity.Info,
                Message = "Services with the desired names exist without a record that they were created here: they are taken over",
                Details = DiagnosticDetails.Create("services", adopted),
            };
        }

        if (plan.OrderMatters)
        {
            // Aperture aperture.go, mergeServicesFromDB: a map without order.
            yield return new Diagnostic
            {
                Code = "order_lost_on_restart",
                Severity = DiagnosticSeverity.Warn,
                Message = "Aperture does not store the order of services from its admin API: after a restart, roll out again before it serves requests",
            };
        }
    }
}
