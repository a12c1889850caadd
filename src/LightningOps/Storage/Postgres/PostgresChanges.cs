using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace LightningOps.Storage.Postgres;

/// <summary>
/// Waits for changes of paywalls and switches committed by any session, with LISTEN. A pooler that gives each
/// transaction another session drops notifications. If a test notification does not arrive, the wait fails, so that
/// nobody waits in vain.
/// </summary>
internal sealed class PostgresChanges : IDisposable
{
    /// <summary>The channel of the schema's triggers.</summary>
    public const string Channel = "lightningops_changed";

    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(5);

    private readonly PostgresStore store;
    private readonly SemaphoreSlim turn = new(1, 1);
    private Listener? listener;
    private bool isLate;

    /// <param name="store">The store; its owner disposes it.</param>
    public PostgresChanges(PostgresStore store) => this.store = store;

    /// <summary>Waits for the next change; returns at once when there was one since the last call, or when one may have been missed.</summary>
    /// <exception cref="StoreException">The store cannot be listened to (<c>store_pooled</c> behind a transaction-mode pooler).</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (listener is null or { IsBroken: true })
            {
                listener?.Dispose();
                listener = null;
                listener = await OpenAsync(cancellationToken).ConfigureAwait(false);
                if (isLate)
                {
                    // Changes since the last session ended were not received.
                    return;
                }

                isLate = true;
            }

            await listener.Changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => listener?.Dispose();

    private async Task<Listener> OpenAsync(CancellationToken cancellationToken)
    {
        var probe = Guid.NewGuid().ToString("N");
        var opened = new Listener(store.OpenSession(), probe);
        try
        {
            opened.Start();
            using (var sender = store.OpenSession())
            using (var send = new NpgsqlCommand("SELECT pg_notify('" + Channel + "', '" + probe + "')", sender))
            {
                send.ExecuteNonQuery();
            }

            if (!await opened.Probed.WaitAsync(ProbePatience, cancellationToken).ConfigureAwait(false))
            {
                throw new StoreException(
                    "store_pooled", store.Name, "does not deliver notifications: a transaction-mode pooler is in front of it",
                    "Use the address of the server itself, or a pooler in session mode. Until then, changes are read on the period of the watch.");
            }

            return opened;
        }
        catch (Exception failure)
        {
            opened.Dispose();
            if (PostgresFailures.IsStoreFailure(failure))
            {
                throw PostgresFailures.From(store.Name, failure);
            }

            throw;
        }
    }

    private sealed class Listener : IDisposable
    {
        private readonly NpgsqlConnection connection;
        private readonly CancellationTokenSource stop = new();
        private readonly string probe;
        private volatile bool isBroken;

        public Listener(NpgsqlConnection connection, string probe)
        {
            this.connection = connection;
            this.probe = probe;
            connection.Notification += (_, told) => Release(told.Payload == probe ? Probed : Changed);
        }

        public SemaphoreSlim Changed { get; } = new(0, 1);

        public SemaphoreSlim Probed { get; } = new(0, 1);

        public bool IsBroken => isBroken;

        public void Start()
        {
            using (var listen = new NpgsqlCommand("LISTEN " + Channel, connection))
            {
                listen.ExecuteNonQuery();
            }

            _ = Task.Run(ListenAsync);
        }

        public void Dispose()
        {
            isBroken = true;
            stop.Cancel();
            connection.Dispose();
        }

        private async Task ListenAsync()
        {
            try
            {
                while (!stop.IsCancellationRequested)
                {
                    await connection.WaitAsync(stop.Token).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                isBroken = true;
                Release(Changed);
            }
        }

        private static void Release(SemaphoreSlim semaphore)
        {
            try
            {
                semaphore.Release();
            }
            catch (SemaphoreFullException)
            {
                // The failure is reported already.
            }
        }
    }
}
