using LightningOps.Json;

namespace LightningOps.ControlPlane.Rules;

/// <summary>How a store records a deployment intent or an event (docs/reference/control-plane.md#store-rules).</summary>
internal static class DeploymentRules
{
    /// <summary>The deployment as the intent describes it; the creation time of a known one is kept.</summary>
    public static Deployment Record(Deployment? known, string deploymentId, DeploymentIntent intent, long nowMs) => new()
    {
        DeploymentId = deploymentId,
        PaywallId = intent.PaywallId,
        OwnerId = intent.OwnerId,
        ConfigHash = intent.ConfigHash,
        ImageDigest = intent.ImageDigest,
        Status = intent.Status,
        Diagnostics = JsonText.From(DiagnosticJson.Serialize(intent.Diagnostics)),
        Metadata = intent.Metadata,
        RequestId = intent.RequestId,
        AppliedAtMs = intent.AppliedAtMs,
        RolledBackFrom = intent.RolledBackFrom,
        CreatedAtMs = known?.CreatedAtMs ?? nowMs,
        UpdatedAtMs = nowMs,
    };

    /// <summary>The event the draft describes.</summary>
    public static GatewayEvent Record(string eventId, GatewayEventDraft draft, long nowMs) => new()
    {
        EventId = eventId,
        PaywallId = draft.PaywallId,
        OwnerId = draft.OwnerId,
        EventType = draft.EventType,
        Level = draft.Level,
        RequestId = draft.RequestId,
        DeploymentId = draft.DeploymentId,
        ConfigHash = draft.ConfigHash,
        Metadata = draft.Metadata,
        CreatedAtMs = nowMs,
    };
}
