using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Leases;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.Gateway.Records;

/// <summary>Keeps the records of gateways in a team's store; a write under an older lease is refused.</summary>
internal sealed class PostgresGatewayRecords : IGatewayRecords
{
    private readonly PostgresStore store;
    private readonly TimeProvider time;

    /// <summary>Records in a store; the database is connected to at first use.</summary>
    /// <param name="options">The store.</param>
    public PostgresGatewayRecords(PostgresStoreOptions options)
    {
        store = new PostgresStore(options);
        time = options.Time;
    }

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The store cannot be read.</exception>
    public async Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(
                connection => connection.FirstRow(StoreGatewayRecords.Read, "SELECT document FROM gateway_records WHERE gateway = @gateway", ("@gateway", gateway)) ?? GatewayRecord.Empty,
                cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            throw new GatewayException(gateway, "read record", "record_not_readable:" + failure.Message, failure.Remedy, failure);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The store cannot be written.</exception>
    public async Task WriteAsync(string gateway, GatewayRecord record, CancellationToken cancellationToken)
    {
        var lease = LeaseScope.Current;
        try
        {
            await store.WriteAsync(
                connection =>
                {
                    PostgresFence.Require(connection, store.Name, lease);
                    return connection.Run(
                        """
                        INSERT INTO gateway_records (gateway, document, fence, updated_at_ms) VALUES (@gateway, @document, @fence::bigint, @updated)
                        ON CONFLICT (gateway) DO UPDATE SET document = excluded.document, fence = excluded.fence, updated_at_ms = excluded.updated_at_ms
                        """,
                        ("@gateway", gateway),
                        ("@document", JsonSerializer.Serialize(record)),
                        ("@fence", lease is { Fence: > 0 } ? lease.Fence : null),
                        ("@updated", time.GetUtcNow().ToUnixTimeMilliseconds()));
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            throw new GatewayException(gateway, "write record", "record_not_writable:" + failure.Message, failure.Remedy, failure);
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => store.Dispose();
}
