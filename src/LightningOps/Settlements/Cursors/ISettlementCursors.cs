using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Settlements.Cursors;

/// <summary>Remembers how far the transactions of gateways were told to one control plane.</summary>
public interface ISettlementCursors : IDisposable
{
    /// <summary>Up to when everything settled was told, Unix milliseconds; null for nothing yet.</summary>
    Task<long?> FindAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Remembers it.</summary>
    Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken);
}
