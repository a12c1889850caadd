using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;

namespace LightningOps.Gateway.Registry;

/// <summary>The named gateways of a team, in its store.</summary>
internal sealed class PostgresRegistrations : IDisposable
{
    private readonly PostgresStore store;
    private readonly TimeProvider time;

    /// <param name="options">The store; it is connected to at first use.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public PostgresRegistrations(PostgresStoreOptions options)
    {
        store = new PostgresStore(options);
        time = options.Time;
    }

    /// <summary>Host, port and database.</summary>
    public string Name => store.Name;

    /// <summary>All gateways, by name.</summary>
    /// <exception cref="StoreException">The store cannot be read.</exception>
    /// <exception cref="GatewayRegistryException">A record is damaged, or contains members that must not be shared.</exception>
    public async Task<IReadOnlyList<SharedGateway>> ListAsync(CancellationToken cancellationToken) =>
        (await store.ReadAsync(static connection => connection.Rows(Read, "SELECT name, document, updated_at_ms FROM registered_gateways ORDER BY name_key COLLATE \"C\""), cancellationToken).ConfigureAwait(false))
            .Select(row => Parse(row))
            .ToArray();

    /// <summary>Changes the gateway of a name, excluding all other machines.</summary>
    /// <param name="name">The name; case is ignored.</param>
    /// <param name="change">Receives the shared part, or null for none; returns its replacement, or null to remove it. It may be called again.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The result of <paramref name="change"/>.</returns>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    /// <exception cref="GatewayRegistryException">The record is damaged.</exception>
    public Task<RegisteredGateway?> ChangeAsync(string name, Func<SharedGateway?, RegisteredGateway?> change, CancellationToken cancellationToken)
    {
        var key = name.ToLowerInvariant();
        return store.WriteAsync(
            connection =>
            {
                var before = connection.FirstRow(Read, "SELECT name, document, updated_at_ms FROM registered_gateways WHERE name_key = @key", ("@key", key));
                var changed = change(before is null ? null : Parse(before));
                if (changed is null)
                {
                    if (before is not null)
                    {
                        connection.Run("DELETE FROM registered_gateways WHERE name_key = @key AND document = @before", ("@key", key), ("@before", before.Document));
                    }

                    return null;
                }

                // A change of the account's own part writes nothing here and needs no permission.
                var document = SharedGateway.From(changed).ToDocument();
                if (document != before?.Document && Put(connection, key, changed.Name, document, before?.Document) == 0)
                {
                    throw new StoreConflictException();
                }

                return changed;
            },
            cancellationToken);
    }

    public void Dispose() => store.Dispose();

    // One statement: a write of another machine since the read is a conflict, after which the row is read again.
    private int Put(DbConnection connection, string key, string name, string document, string? before) =>
        connection.Run(
            before is null
                ? "INSERT INTO registered_gateways (name_key, name, document, updated_by, updated_at_ms) VALUES (@key, @name, @document, @who, @now) ON CONFLICT DO NOTHING"
                : "UPDATE registered_gateways SET name = @name, document = @document, updated_by = @who, updated_at_ms = @now WHERE name_key = @key AND document = @before",
            ("@key", key),
            ("@name", name),
            ("@document", document),
            ("@before", before),
            ("@who", Environment.UserName + "@" + Environment.MachineName),
            ("@now", time.GetUtcNow().ToUnixTimeMilliseconds()));

    private SharedGateway Parse(Row row)
    {
        var (name, document, updatedAtMs) = row;
        try
        {
            return SharedGateway.Parse(document) with { UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(updatedAtMs) };
        }
        catch (Exception damage) when (damage is JsonException or ConfigException or NotSupportedException)
        {
            throw new GatewayRegistryException(Name, "has a record of gateway " + name + " that cannot be read: " + damage.Message, "Delete that row of registered_gateways, find out who wrote it, and register the gateway again.", damage);
        }
    }

    private static Row Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.GetInt64(2));

    private sealed record Row(string Name, string Document, long UpdatedAtMs);
}
