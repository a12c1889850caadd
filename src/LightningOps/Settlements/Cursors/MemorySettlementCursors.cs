using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Cursors;

/// <summary>Cursors that are gone with the object.</summary>
public sealed class MemorySettlementCursors : ISettlementCursors
{
    private readonly ConcurrentDictionary<string, long> cursors = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<long?> FindAsync(string gateway, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(cursors.TryGetValue(gateway, out var found) ? found : null);

    /// <inheritdoc/>
    public Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken)
    {
        cursors[gateway] = settledUntilMs;
        return Task.CompletedTask;
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }
}
