using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.ControlPlane.Decoding;

/// <summary>Reads deployments and gateway events.</summary>
internal static class DeploymentDecoder
{
    private static readonly EnumNames<DeploymentStatus> Statuses = new("DEPLOYMENT_INTENT_STATUS_");
    private static readonly EnumNames<EventLevel> Levels = new("GATEWAY_EVENT_LEVEL_");

    private static readonly MemberNames DeploymentMembers = new(
        "deploymentId", "paywallId?", "ownerId?", "configHash", "imageDigest?", "status", "diagnostics?", "metadata?",
        "requestId?", "appliedAtMs?", "rolledBackFrom?", "createdAtMs", "updatedAtMs");

    private static readonly MemberNames EventMembers = new(
        "eventId", "paywallId", "ownerId", "eventType", "level", "requestId?", "deploymentId?", "configHash?", "metadata?", "createdAtMs");

    /// <summary>One deployment.</summary>
    public static Deployment ReadDeployment(ref JsonCursor cursor)
    {
        string id = string.Empty, hash = string.Empty;
        string? paywall = null, owner = null, digest = null, request = null, rolledBackFrom = null;
        DeploymentStatus status = default;
        JsonText? diagnostics = null, metadata = null;
        long created = 0, updated = 0;
        long? applied = null;

        var scan = new MemberScan(DeploymentMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: paywall = cursor.ReadText(); break;
                case 2: owner = cursor.ReadText(); break;
                case 3: hash = cursor.ReadText(); break;
                case 4: digest = cursor.ReadText(); break;
                case 5: status = cursor.ReadEnum(Statuses); break;
                case 6: diagnostics = cursor.ReadRaw(); break;
                case 7: metadata = cursor.ReadRaw(); break;
                case 8: request = cursor.ReadText(); break;
                case 9: applied = cursor.ReadInteger(); break;
                case 10: rolledBackFrom = cursor.ReadText(); break;
                case 11: created = cursor.ReadInteger(); break;
                default: updated = cursor.ReadInteger(); break;
            }
        }

        return new Deployment
        {
            DeploymentId = id,
            PaywallId = paywall,
            OwnerId = owner,
            ConfigHash = new ConfigHash(hash),
            ImageDigest = digest,
            Status = status,
            Diagnostics = diagnostics,
            Metadata = metadata,
            RequestId = request,
            AppliedAtMs = applied,
            RolledBackFrom = rolledBackFrom,
            CreatedAtMs = created,
            UpdatedAtMs = updated,
        };
    }

    /// <summary>One gateway event.</summary>
    public static GatewayEvent ReadEvent(ref JsonCursor cursor)
    {
        string id = string.Empty, paywall = string.Empty, owner = string.Empty, type = string.Empty;
        string? request = null, deployment = null, hash = null;
        EventLevel level = default;
        JsonText? metadata = null;
        long created = 0;

        var scan = new MemberScan(EventMembers);
        cursor.EnterObject();
        while (cursor.NextMember(ref scan))
        {
            switch (scan.Current)
            {
                case 0: id = cursor.ReadText(); break;
                case 1: paywall = cursor.ReadText(); break;
                case 2: owner = cursor.ReadText(); break;
                case 3: type = cursor.ReadText(); break;
                case 4: level = cursor.ReadEnum(Levels); break;
                case 5: request = cursor.ReadText(); break;
                case 6: deployment = cursor.ReadText(); break;
                case 7: hash = cursor.ReadText(); break;
                case 8: metadata = cursor.ReadRaw(); break;
                default: created = cursor.ReadInteger(); break;
            }
        }

        return new GatewayEvent
        {
            EventId = id,
            PaywallId = paywall,
            OwnerId = owner,
            EventType = type,
            Level = level,
            RequestId = request,
            DeploymentId = deployment,
            ConfigHash = hash,
            Metadata = metadata,
            CreatedAtMs = created,
        };
    }
}
