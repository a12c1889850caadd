using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace LightningOps.Storage.Copying;

/// <summary>Kind of a column in both kinds of stores.</summary>
internal enum ColumnKind
{
    Text,
    Integer,
    SmallInteger,
    Flag,
    Bytes,
}

/// <summary>A table that exists in both kinds of stores.</summary>
internal sealed class StoreTable
{
    private StoreTable(string name, string order, bool isCounted, params string[] columns)
    {
        Name = name;
        Order = order;
        IsCounted = isCounted;
        Columns = columns.Select(static column => column.Split(':')).Select(static parts => (parts[0], parts.Length == 1 ? ColumnKind.Text : (ColumnKind)Enum.Parse(typeof(ColumnKind), parts[1]))).ToArray();
    }

    /// <summary>All tables; leases are not copied.</summary>
    public static IReadOnlyList<StoreTable> All { get; } =
    [
        new("paywalls", "paywall_id", false, "paywall_id", "position:Integer", "status", "document:Bytes"),
        new("deployments", "sequence", true, "sequence:Integer", "deployment_id", "paywall_id", "owner_id", "config_hash", "image_digest", "status", "diagnostics", "metadata", "request_id", "applied_at_ms:Integer", "rolled_back_from", "created_at_ms:Integer", "updated_at_ms:Integer"),
        new("gateway_events", "sequence", true, "sequence:Integer", "event_id", "paywall_id", "owner_id", "event_type", "level", "request_id", "deployment_id", "config_hash", "metadata", "created_at_ms:Integer"),
        new("invoices", "sequence", true, "sequence:Integer", "invoice_id", "paywall_id", "owner_id", "amount_msats:Integer", "status", "payment_hash", "payment_request", "payment_proof_ref", "request_id", "created_at_ms:Integer", "updated_at_ms:Integer", "settled_at_ms:Integer"),
        new("settlements", "sequence", true, "sequence:Integer", "settlement_id", "paywall_id", "owner_id", "invoice_id", "amount_msats:Integer", "payment_proof_ref", "request_id", "metadata", "created_at_ms:Integer", "payment_hash", "task_id", "route_id"),
        new("global_controls", "state_id", false, "state_id", "global_pause:Flag", "deny_reason_code", "deny_reason", "updated_by", "updated_at_ms:Integer"),
        new("owner_controls", "owner_id", false, "owner_id", "kill_switch:Flag", "deny_reason_code", "deny_reason", "updated_by", "updated_at_ms:Integer"),
        new("credential_roles", "role", false, "role", "status", "version:Integer", "fingerprint", "note", "updated_at_ms:Integer", "last_rotated_at_ms:Integer", "revoked_at_ms:Integer"),
        new("gateway_records", "gateway", false, "gateway", "document", "updated_at_ms:Integer"),
        new("settlement_cursors", "gateway || chr(10) || target", false, "gateway", "target", "settled_until_ms:Integer"),
        new("outbox", "sequence", true, "sequence:Integer", "target", "gateway", "deployment_id", "document", "is_taken:Flag", "created_at_ms:Integer"),
        new("paywall_snapshots", "snapshot_hash", false, "snapshot_hash", "paywalls:Bytes"),
        new("deployment_snapshots", "sequence", true, "sequence:Integer", "deployment_id", "gateway", "config_hash", "snapshot_hash", "created_at_ms:Integer"),
        new("suspended_reconciles", "gateway", false, "gateway", "deployment_id", "who", "since_ms:Integer"),
        new("journal", "sequence", true, "sequence:Integer", "at_ms:Integer", "kind", "action", "result", "code", "detail", "claimed_by", "account", "approved_by", "command", "machine", "process_id:SmallInteger", "control_plane", "gateway", "subject", "request_id", "deployment_id", "config_hash", "previous_hash", "hash"),
    ];

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>Ordering column of its rows, which is unique.</summary>
    public string Order { get; }

    /// <summary>Whether that is an increasing number; else a text.</summary>
    public bool IsCounted { get; }

    /// <summary>Columns that are copied.</summary>
    public IReadOnlyList<(string Name, ColumnKind Kind)> Columns { get; }

    /// <summary>Names of the columns.</summary>
    /// <param name="isFile">Whether the store is a file, where the number of an invoice is its row id.</param>
    public string ColumnNames(bool isFile) => string.Join(", ", Columns.Select(column => GetName(column.Name, isFile)));

    /// <summary>Rows after a position, in order.</summary>
    /// <param name="connection">The store.</param>
    /// <param name="isFile">Whether it is a file.</param>
    /// <param name="after">Order of the last row to skip; null starts with the first.</param>
    /// <param name="count">Maximum number.</param>
    public List<object?[]> Read(DbConnection connection, bool isFile, object? after, long count)
    {
        // The number is first in a counted table; for the others the order is read with the row.
        var order = isFile ? GetName(Order, isFile).Replace("chr(10)", "char(10)") : IsCounted ? Order : "(" + Order + ") COLLATE \"C\"";
        return connection.Rows(
            row => ReadRow(row, isFile),
            "SELECT " + ColumnNames(isFile) + ", " + order + " FROM " + Name + (after is null ? string.Empty : " WHERE " + order + " > @after")
            + " ORDER BY " + order + " LIMIT " + count.ToString(CultureInfo.InvariantCulture),
            after is null ? [] : [("@after", after)]);
    }

    /// <summary>Number of rows.</summary>
    public long Count(DbConnection connection) => connection.Integer("SELECT count(*) FROM " + Name);

    // The number of an invoice in a file is its row id.
    private string GetName(string column, bool isFile) => isFile && Name == "invoices" && column == "sequence" ? "rowid" : column;

    private object?[] ReadRow(DbDataReader row, bool isFile)
    {
        var values = new object?[Columns.Count + 1];
        for (var i = 0; i < Columns.Count; i++)
        {
            values[i] = row.IsDBNull(i) ? null : Columns[i].Kind switch
            {
                ColumnKind.Text => row.GetString(i),
                ColumnKind.Integer => row.GetInt64(i),
                ColumnKind.SmallInteger => row.GetInt32(i),
                ColumnKind.Flag => row.GetBoolean(i),
                _ => row.GetFieldValue<byte[]>(i),
            };
        }

        values[Columns.Count] = IsCounted ? row.GetInt64(Columns.Count) : row.GetString(Columns.Count);
        return values;
    }
}

/// <summary>SHA-256 over rows, each value with its length.</summary>
internal sealed class RowHash : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds a row.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="row">Its values.</param>
    public void Add(StoreTable table, object?[] row)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            var octets = row[i] switch
            {
                null => null,
                byte[] bytes => bytes,
                bool flag => [(byte)(flag ? 1 : 0)],
                string text => Encoding.UTF8.GetBytes(text),
                var number => Encoding.ASCII.GetBytes(Convert.ToString(number, CultureInfo.InvariantCulture)!),
            };
            hash.AppendData(BitConverter.GetBytes(octets?.Length ?? -1));
            if (octets is not null)
            {
                hash.AppendData(octets);
            }
        }
    }

    /// <summary>The hash of the rows so far, in hex; restarts the hash.</summary>
    public string Complete() => string.Concat(hash.GetHashAndReset().Select(static octet => octet.ToString("x2", CultureInfo.InvariantCulture)));

    public void Dispose() => hash.Dispose();
}
