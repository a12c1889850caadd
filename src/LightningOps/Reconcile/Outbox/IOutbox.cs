using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Reconcile.Outbox;

/// <summary>
/// What a control plane could not be told, kept on this machine until the next run. A deployment's record has an id and
/// may be sent again and again; an event has none and is only kept when it certainly did not arrive.
/// </summary>
/// <remarks>Every method throws <see cref="LightningOpsException"/> when the outbox cannot be used.</remarks>
public interface IOutbox : IDisposable
{
    /// <summary>Keeps an entry; the record of a deployment replaces an older one.</summary>
    Task KeepAsync(OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// The oldest entry after <paramref name="after"/> that waits and that a roll-out to the gateway may send, or null. An event is taken from that moment on: should the process end
    /// before it says what became of it, the event may have arrived and is not sent again.
    /// </summary>
    Task<OutboxEntry?> TakeNextAsync(long after, string gateway, CancellationToken cancellationToken);

    /// <summary>Puts an entry back: it certainly did not arrive.</summary>
    Task PutBackAsync(OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>Drops an entry: it arrived, or may have.</summary>
    Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken);

    /// <summary>Drops the kept record of a deployment: the control plane has a newer one.</summary>
    Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken);
}
