using LightningOps.Paywalls.Decoding;
using static LightningOps.ControlPlane.Decoding.RecordShape;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>Reads deployments and gateway events.</summary>
internal static class DeploymentDecoder
{
    private static readonly RecordShape DeploymentShape = new(
        Text("deploymentId"),
        Text("paywallId?"),
        Text("ownerId?"),
        Text("configHash"),
        Text("imageDigest?"),
        Choice("status", new EnumNames<DeploymentStatus>("DEPLOYMENT_INTENT_STATUS_")),
        Raw("diagnostics?"),
        Raw("metadata?"),
        Text("requestId?"),
        Integer("appliedAtMs?"),
        Text("rolledBackFrom?"),
        Integer("createdAtMs"),
        Integer("updatedAtMs"));

    private static readonly RecordShape EventShape = new(
        Text("eventId"),
        Text("paywallId"),
        Text("ownerId"),
        Text("eventType"),
        Choice("level", new EnumNames<EventLevel>("GATEWAY_EVENT_LEVEL_")),
        Text("requestId?"),
        Text("deploymentId?"),
        Text("configHash?"),
        Raw("metadata?"),
        Integer("createdAtMs"));

    /// <summary>One deployment.</summary>
    public static Deployment ReadDeployment(ref JsonCursor cursor)
    {
        var members = DeploymentShape.Read(ref cursor);
        return new Deployment
        {
            DeploymentId = members.Text("deploymentId"),
            PaywallId = members.TextOrNull("paywallId"),
            OwnerId = members.TextOrNull("ownerId"),
            ConfigHash = new ConfigHash(members.Text("configHash")),
            ImageDigest = members.TextOrNull("imageDigest"),
            Status = members.Choice<DeploymentStatus>("status"),
            Diagnostics = members.RawOrNull("diagnostics"),
            Metadata = members.RawOrNull("metadata"),
            RequestId = members.TextOrNull("requestId"),
            AppliedAtMs = members.IntegerOrNull("appliedAtMs"),
            RolledBackFrom = members.TextOrNull("rolledBackFrom"),
            CreatedAtMs = members.Integer("createdAtMs"),
            UpdatedAtMs = members.Integer("updatedAtMs"),
        };
    }

    /// <summary>One gateway event.</summary>
    public static GatewayEvent ReadEvent(ref JsonCursor cursor)
    {
        var members = EventShape.Read(ref cursor);
        return new GatewayEvent
        {
            EventId = members.Text("eventId"),
            PaywallId = members.Text("paywallId"),
            OwnerId = members.Text("ownerId"),
            EventType = members.Text("eventType"),
            Level = members.Choice<EventLevel>("level"),
            RequestId = members.TextOrNull("requestId"),
            DeploymentId = members.TextOrNull("deploymentId"),
            ConfigHash = members.TextOrNull("configHash"),
            Metadata = members.RawOrNull("metadata"),
            CreatedAtMs = members.Integer("createdAtMs"),
        };
    }
}
