using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Local;

namespace LightningOps.Settlements.Cursors;

/// <summary>Cursors of one control plane in the local store.</summary>
public sealed class StoreSettlementCursors : ISettlementCursors
{
    private readonly StoreFileConnection store;
    private readonly string target;

    /// <summary>The cursors of a control plane; the store's file is made when one is saved.</summary>
    /// <param name="options">Where the store is.</param>
    /// <param name="target">Which control plane, without a secret.</param>
    public StoreSettlementCursors(LocalStoreOptions options, string target)
    {
        store = new StoreFileConnection(options);
        this.target = target;
    }

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task<long?> FindAsync(string gateway, CancellationToken cancellationToken) =>
        store.ReadAsync(
            connection => connection.Rows(
                static row => (long?)row.GetInt64(0),
                "SELECT settled_until_ms FROM settlement_cursors WHERE gateway = @gateway AND target = @target",
                ("@gateway", gateway),
                ("@target", target)).FirstOrDefault(),
            cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public Task SaveAsync(string gateway, long settledUntilMs, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Run(
                "INSERT OR REPLACE INTO settlement_cursors (gateway, target, settled_until_ms) VALUES (@gateway, @target, @until)",
                ("@gateway", gateway),
                ("@target", target),
                ("@until", settledUntilMs)),
            cancellationToken);

    /// <summary>Closes the store.</summary>
    public void Dispose() => store.Dispose();
}
