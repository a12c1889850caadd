using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Reconcile.Outbox;

/// <summary>An in-memory outbox, for an in-memory control plane.</summary>
internal sealed class MemoryOutbox : IOutbox
{
    private readonly List<OutboxEntry> waiting = [];
    private long last;

    /// <summary>The waiting entries, oldest first.</summary>
    public IReadOnlyList<OutboxEntry> Waiting
    {
        get
        {
            lock (waiting)
            {
                return waiting.ToArray();
            }
        }
    }

    /// <inheritdoc/>
    public Task AddAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        lock (waiting)
        {
            Forget(entry.Deployment?.DeploymentId);
            waiting.Add(entry with { Sequence = ++last });
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<OutboxEntry?> DequeueAsync(long after, string gateway, CancellationToken cancellationToken)
    {
        lock (waiting)
        {
            var next = waiting.FirstOrDefault(entry => entry.Sequence > after && (entry.Gateway is null || entry.Gateway == gateway));
            if (next?.Event is not null)
            {
                waiting.Remove(next);
            }

            return Task.FromResult(next);
        }
    }

    /// <inheritdoc/>
    public Task RequeueAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        lock (waiting)
        {
            if (entry.Event is not null)
            {
                waiting.Insert(waiting.TakeWhile(other => other.Sequence < entry.Sequence).Count(), entry);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        lock (waiting)
        {
            waiting.RemoveAll(other => other.Sequence == entry.Sequence);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ForgetDeploymentAsync(string deploymentId, CancellationToken cancellationToken)
    {
        lock (waiting)
        {
            Forget(deploymentId);
        }

        return Task.CompletedTask;
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private void Forget(string? deploymentId)
    {
        if (deploymentId is not null)
        {
            waiting.RemoveAll(entry => entry.Deployment?.DeploymentId == deploymentId);
        }
    }
}
