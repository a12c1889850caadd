using System;
using System.Data.Common;
using LightningOps.Paywalls;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.ControlPlane.Local.Tables;

/// <summary>The statements of an import, prepared once for a hundred thousand paywalls.</summary>
internal sealed class PaywallRows : IDisposable
{
    private readonly DbCommand find;
    private readonly DbCommand put;

    public PaywallRows(SqliteConnection connection)
    {
        find = connection.Statement(
            "SELECT position, document = @document FROM paywalls WHERE paywall_id = @id",
            ("@id", string.Empty), ("@document", Array.Empty<byte>()));
        put = connection.Statement(
            """
            INSERT INTO paywalls (paywall_id, position, status, document) VALUES (@id, @position, @status, @document)
            ON CONFLICT (paywall_id) DO UPDATE SET position = excluded.position, status = excluded.status, document = excluded.document
            """,
            ("@id", string.Empty), ("@position", 0L), ("@status", string.Empty), ("@document", Array.Empty<byte>()));
        find.Prepare();
        put.Prepare();
    }

    /// <summary>The position of a paywall and whether its document is the same; null when it is not stored.</summary>
    public (long Position, bool IsSame)? Find(string paywallId, byte[] document)
    {
        find.Parameters["@id"].Value = paywallId;
        find.Parameters["@document"].Value = document;
        using var row = find.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetBoolean(1)) : null;
    }

    /// <summary>Stores a paywall.</summary>
    public void Put(Paywall paywall, long position, byte[] document)
    {
        put.Parameters["@id"].Value = paywall.PaywallId;
        put.Parameters["@position"].Value = position;
        put.Parameters["@status"].Value = EnumColumn<PaywallStatus>.ToText(paywall.Status);
        put.Parameters["@document"].Value = document;
        put.ExecuteNonQuery();
    }

    public void Dispose()
    {
        find.Dispose();
        put.Dispose();
    }
}
