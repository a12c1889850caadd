using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway;

/// <summary>Who stopped a gateway. The gateway's own record names the deployment and the store that closed it.</summary>
/// <param name="DeploymentId">Deployment that closed it.</param>
/// <param name="Store">Control plane of the deployment, with its machine if it is local.</param>
internal sealed record GatewayStop(string DeploymentId, string Store)
{
    /// <summary>The stop recorded by a roll-out; null without a global pause, or if the store is unknown.</summary>
    public static GatewayStop? From(GatewayRollout rollout, string? store) =>
        store is not null && (rollout.CloseOthers || rollout.Rules.Any(rule => rule.ClosedBy == SaleGateCodes.GlobalPause)) ? new GatewayStop(rollout.DeploymentId, store) : null;

    /// <summary>The refusal of a roll-out of another store that would reopen stopped services, or null.</summary>
    /// <param name="store">Store of the roll-out; null if unknown, which is not refused.</param>
    /// <param name="changes">Its changes.</param>
    /// <param name="rollout">The roll-out.</param>
    public Diagnostic? Refuse(string? store, IReadOnlyList<ServiceChange> changes, GatewayRollout rollout)
    {
        var opened = changes.Where(change => change.Kind == ServiceChangeKind.Opened).Select(change => change.Name).ToArray();
        return store is null || store == Store || rollout.OverrideStop || opened.Length == 0
            ? null
            : RolloutRefusals.Create(
                Code,
                "Deployment " + DeploymentId + " of " + Store + " stopped this gateway, and this roll-out would reopen " + string.Join(", ", opened.Take(MaxNames)) + (opened.Length > MaxNames ? ", \u2026" : string.Empty)
                    + ". Lift the stop there, or use -OverrideStop");
    }

    /// <summary>Code of the refusal.</summary>
    public const string Code = "stopped_by_another";

    private const int MaxNames = 20;
}
