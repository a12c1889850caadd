using System;
using System.Data.Common;
using System.IO;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;

namespace LightningOps.Gateway.Records;

/// <summary>Keeps the records of gateways in the local store, beside their deployments; several processes may use it at once.</summary>
internal sealed class StoreGatewayRecords : IGatewayRecords
{
    private readonly StoreFileConnection store;
    private readonly TimeProvider time;

    /// <summary>Records in a store; its file is opened at first use.</summary>
    /// <param name="options">The store.</param>
    public StoreGatewayRecords(LocalStoreOptions options)
    {
        store = new StoreFileConnection(options);
        time = options.Time;
    }

    /// <inheritdoc/>
    /// <exception cref="GatewayException">The store cannot be read.</exception>
    public async Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(
                connection => connection.FirstRow(Read, "SELECT document FROM gateway_records WHERE gateway = @gateway", ("@gateway", gateway)) ?? GatewayRecord.Empty,
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
        try
        {
            await store.WriteAsync(
                connection => connection.Run(
                    "INSERT OR REPLACE INTO gateway_records (gateway, document, updated_at_ms) VALUES (@gateway, @document, @updated)",
                    ("@gateway", gateway),
                    ("@document", JsonSerializer.Serialize(record)),
                    ("@updated", time.GetUtcNow().ToUnixTimeMilliseconds())),
                cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            throw new GatewayException(gateway, "write record", "record_not_writable:" + failure.Message, failure.Remedy, failure);
        }
    }

    /// <summary>Closes the store.</summary>
    public void Dispose() => store.Dispose();

    internal static GatewayRecord Read(DbDataReader row)
    {
        try
        {
            return JsonSerializer.Deserialize<GatewayRecord>(row.GetString(0)) ?? throw new JsonException("null");
        }
        catch (JsonException damaged)
        {
            throw new InvalidDataException("The store contains an invalid gateway record.", damaged);
        }
    }
}
