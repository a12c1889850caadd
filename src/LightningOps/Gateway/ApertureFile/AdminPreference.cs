using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.ApertureAdmin;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Finds whether the admin API of a file's Aperture carries a whole roll-out. It changes services without a restart,
/// which cuts requests in flight (docs/reference/aperture.md#loading).
/// </summary>
internal static class AdminPreference
{
    public const string Code = "admin_carries_all";

    /// <summary>The finding; null if the API does not answer, or would lose something now or at a restart.</summary>
    /// <param name="file">The file.</param>
    /// <param name="rows">The services that the API lists, and the rows of the database.</param>
    /// <param name="desired">The services to be rolled out.</param>
    /// <param name="isOurs">Whether a service that is not desired belongs to this store, by its name.</param>
    /// <param name="rollout">The roll-out.</param>
    /// <param name="address">Address of the API.</param>
    public static Diagnostic? Find(LiveFile file, LiveRows rows, IReadOnlyList<GatewayService> desired, Func<string, bool> isOurs, GatewayRollout rollout, string address)
    {
        if (rows is not { Listed: { } listed, Stored: not null } || rollout.IsPaused || rollout.CloseOthers || desired.Any(LiveRows.HasFeatures))
        {
            return null;
        }

        var wanted = desired.Select(LiveRows.Carried).ToArray();
        var plan = AdminPlanner.Make(listed, wanted, name => rollout.Prune || isOurs(name));
        return plan.Steps.Count > 0 && plan.Recreated.Count == 0 && plan.Conflicts.Count == 0
            && KeepsFile(file, plan) && HoldsAfterRestart(listed, wanted, plan)
            && !AdminRefusals.GetRefusals(rollout with { AllowMissingFeatures = false }, wanted, plan.Steps).Any()
            ? new Diagnostic
            {
                Code = Code,
                Severity = DiagnosticSeverity.Info,
                Message = "The admin API of this Aperture carries the whole plan without a restart, which cuts requests in flight: use -Gateway admin:" + address
                    + " with -MacaroonPath, or the name it is registered under. Aperture then keeps the changed services as rows of its database. At each start they replace those of the file, so the file alone no longer says which services count",
            }
            : null;
    }

    /// <summary>Whether the rows lose no member of the file's services, and none that is removed comes back from the file.</summary>
    private static bool KeepsFile(LiveFile file, AdminPlan plan)
    {
        var defined = file.Services.ToLookup(static service => service.Name, StringComparer.Ordinal);
        return !plan.Steps.Any(step => step is DeleteStep ? defined.Contains(step.Name) : defined[step.Name].Any(LiveRows.HasFeatures));
    }

    /// <summary>Whether no changed service shares a request with another. Rows come first at a start, in any order.</summary>
    private static bool HoldsAfterRestart(IReadOnlyList<GatewayService> listed, IReadOnlyList<GatewayService> wanted, AdminPlan plan)
    {
        var services = listed.Concat(wanted).ToArray();
        var overlaps = ServiceOverlaps.Compute(services);
        var names = services.ToLookup(overlaps.GetMatch, static service => service.Name);
        var changed = new HashSet<string>(plan.Steps.Where(static step => step is not DeleteStep).Select(static step => step.Name), StringComparer.Ordinal);
        return !wanted.Where(service => changed.Contains(service.Name))
            .Any(service => overlaps.GetOverlapping(overlaps.GetMatch(service)).SelectMany(match => names[match]).Any(name => name != service.Name));
    }
}
