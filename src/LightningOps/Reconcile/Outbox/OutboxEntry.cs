using System.Text.Json.Serialization;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile.Outbox;

/// <summary>What a control plane could not be told: an event or a deployment's record.</summary>
public sealed record OutboxEntry
{
    /// <summary>Place in the outbox, counting up; 0 before it is kept.</summary>
    public long Sequence { get; init; }

    /// <summary>
    /// The gateway whose next roll-out sends it: whoever kept it is then known to be gone. Null when any may.
    /// </summary>
    [JsonIgnore]
    public string? Gateway { get; init; }

    /// <summary>The event, or null.</summary>
    public GatewayEventDraft? Event { get; init; }

    /// <summary>The deployment's record, or null; it has an id.</summary>
    public DeploymentIntent? Deployment { get; init; }
}
