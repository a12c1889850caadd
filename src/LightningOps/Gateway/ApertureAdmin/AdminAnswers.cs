using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Records;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Identifies the deployment of a list of services. Aperture itself keeps none.</summary>
internal static class AdminDeployment
{
    /// <summary>
    /// The recorded deployment when the list means the same; else a deployment without id that has the hash of the
    /// live services; null when none was made here.
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

/// <summary>Diagnostics of Aperture's list of services for a roll-out.</summary>
internal static class AdminDiagnostics
{
    public static IEnumerable<Diagnostic> GetDiagnostics(AdminPlan plan, IReadOnlyList<GatewayService> served, IReadOnlyList<GatewayService> wanted, GatewayRecord record, GatewayRollout rollout, IReadOnlyList<GatewayService>? file)
    {
        if (plan.Conflicts.Count > 0)
        {
            yield return RolloutRefusals.Create(
                "foreign_service_before",
                "Services that were not made here would stand before ones that are rolled out, and may take their requests: "
                    + FormatList(plan.Conflicts.Select(static conflict => conflict.Foreign.Name + " before " + conflict.Wanted.Name)) + ". Remove, narrow or prune them");
        }

        if (served.Where(static service => service.PriceSats < 0).Select(static service => FormattableString.Invariant($"{service.Name} ({service.PriceSats} sat)")).ToArray() is { Length: > 0 } negative)
        {
            yield return new Diagnostic
            {
                Code = "price_negative",
                Severity = DiagnosticSeverity.Warn,
                Message = "Aperture lists a negative price, and Lightning has no invoice of one: " + FormatList(negative) + ". Correct the price where it was set",
            };
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

        var changed = plan.Steps.OfType<UpdateStep>().Where(static step => !step.Desired.IsClosed).Select(static step => step.Name).Where(adopted.Contains).ToArray();
        if (changed.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "admin_change_loses",
                Severity = DiagnosticSeverity.Warn,
                Message = "Where the aperture.yaml defines them, a change through the admin API loses their headers, rewrite, whitelists, limits, timeout, capabilities, constraints and dynamicprice at the next start, and a change of the price loses the lifetime at once: "
                    + FormatList(changed) + ". Roll out to the file, too",
                Details = DiagnosticDetails.Create("services", changed),
            };
        }

        // A service of the file that was deleted over the API is gone until the next start reads the file.
        var created = new HashSet<string>(plan.Steps.OfType<CreateStep>().Select(static step => step.Name), StringComparer.Ordinal);
        var deleted = plan.Steps.OfType<DeleteStep>().Select(static step => step.Name).Where(name => !created.Contains(name));
        var pruned = (file is null ? deleted.Where(name => !names.Contains(name)) : deleted.Intersect(file.Select(static service => service.Name), StringComparer.Ordinal)).ToArray();
        if (pruned.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "back_after_restart",
                Severity = DiagnosticSeverity.Warn,
                Message = (file is null ? "Where the aperture.yaml defines them, these" : "The aperture.yaml defines these, and they") + " are back at Aperture's next restart: " + FormatList(pruned) + ". Remove them from the file, too",
            };
        }

        if (plan.Ordered.Count > 0)
        {
            // Aperture aperture.go, mergeServicesFromDB iterates over a map, which has no order.
            yield return new Diagnostic
            {
                Code = "order_lost_on_restart",
                Severity = DiagnosticSeverity.Warn,
                Message = "Aperture stores the services of its admin API without their order: after it restarts, roll out again before it takes requests. What either may then answer: "
                    + FormatList(plan.Ordered.Select(static pair => FormatPrice(pair.First) + " or " + FormatPrice(pair.Second))),
            };
        }

        if (FindReopened(plan.Ordered) is { } reopened)
        {
            yield return reopened with { Severity = rollout.AllowOrderLoss ? DiagnosticSeverity.Warn : DiagnosticSeverity.Error };
        }
    }

    /// <summary>A change of an earlier command that a restart would lose; null for none.</summary>
    public static Diagnostic? GetUnsaved(GatewayRecord record) => record.Unsaved.Count == 0 ? null : new Diagnostic
    {
        Code = "not_durable",
        Severity = DiagnosticSeverity.Warn,
        Message = "Aperture serves these changes and did not store them: a restart would lose them, and they are sent again: " + FormatList(record.Unsaved),
    };

    /// <summary>A closed service that a restart would sell, because a broader service may then precede it; null for none.</summary>
    private static Diagnostic? FindReopened(IEnumerable<(GatewayService First, GatewayService Second)> ordered)
    {
        var reopened = ordered.Where(static pair => pair.First.IsClosed && !pair.Second.IsClosed).ToArray();
        return reopened.Length == 0 ? null : new Diagnostic
        {
            Code = NotClosedAfterRestart,
            Severity = DiagnosticSeverity.Error,
            Message = "NOT CLOSED AFTER A RESTART: "
                + FormatList(reopened.Select(static pair => pair.First.Name + ", of which " + FormatPrice(pair.Second) + " may then answer requests"))
                + ". Narrow the broader service, roll out to the file, or use -AllowOrderLoss and roll out again after each restart",
        };
    }

    /// <summary>Code of the refusal of a closed service before a broader one that is open.</summary>
    public const string NotClosedAfterRestart = "not_closed_after_restart";

    private const int MaxListed = 20;

    private static string FormatPrice(GatewayService service) =>
        service.Name + (service.IsClosed ? " (closed)" : service.Sells ? FormattableString.Invariant($" ({service.EffectivePrice} sat)") : " (free)");

    private static string FormatList(IEnumerable<string> items)
    {
        var all = items.Distinct().ToArray();
        return string.Join("; ", all.Take(MaxListed)) + (all.Length > MaxListed ? FormattableString.Invariant($"; and {all.Length - MaxListed} more") : string.Empty);
    }
}
