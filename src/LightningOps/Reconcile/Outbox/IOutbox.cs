using System;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile.Outbox;

/// <summary>
/// Records that a control plane could not receive, kept on this machine until the next run. A deployment's record has
/// an id and may be sent repeatedly. An event has none and is only kept when it certainly did not arrive.
/// </summary>
/// <remarks>Every method throws <see cref="LightningOpsException"/> when the outbox cannot be used.</remarks>
public interface IOutbox : IDisposable
{
    /// <summary>Keeps an entry; the record of a deployment replaces an older one.</summary>
    Task AddAsync(OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// The oldest entry after <paramref name="after"/> that is waiting and that a roll-out to the gateway may send,
    /// or null. An event counts as taken from that moment: if the process ends before the outcome is known, the event
    /// may have arrived and is not sent again.
    /// </summary>
    Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken);

    /// <summary>Puts an entry back, because it certainly did not arrive.</summary>
    Task RequeueAsync(OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>Drops an entry, because it arrived or may have.</summary>
    Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>Drops the kept record of a deployment, because the control plane has a newer one.</summary>
    Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken);
}

/// <summary>A record that a control plane could not receive: an event or a deployment.</summary>
public sealed record OutboxEntry
{
    /// <summary>Increasing place in the outbox; 0 before it is kept.</summary>
    public long Sequence { get; init; }

    /// <summary>
    /// The gateway whose next roll-out sends it, because the process that kept it has then ended. Null when any may
    /// send it.
    /// </summary>
    [JsonIgnore]
    public string? Gateway { get; init; }

    /// <summary>The event, or null.</summary>
    public GatewayEventDraft? Event { get; init; }

    /// <summary>The deployment's record, or null; it has an id.</summary>
    public DeploymentIntent? Deployment { get; init; }
}
