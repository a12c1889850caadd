using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.ControlPlane;

/// <summary>What lightning/ops:recordGatewayDeploymentEvent records; it has no id of its own and is never sent twice.</summary>
public sealed record GatewayEventDraft
{
    /// <summary>Paywall of the probe route.</summary>
    public required string PaywallId { get; init; }

    /// <summary>Owner of the paywall.</summary>
    public required string OwnerId { get; init; }

    /// <summary>For example gateway_reconcile_applied.</summary>
    public required string EventType { get; init; }

    /// <summary>How grave it is.</summary>
    public required EventLevel Level { get; init; }

    /// <summary>Request that caused it.</summary>
    public string? RequestId { get; init; }

    /// <summary>Deployment concerned.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash concerned.</summary>
    public ConfigHash? ConfigHash { get; init; }

    /// <summary>A JSON object.</summary>
    public JsonText? Metadata { get; init; }
}
