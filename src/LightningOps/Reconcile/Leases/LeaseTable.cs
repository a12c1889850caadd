using LightningOps.ControlPlane.Local;
using Microsoft.Data.Sqlite;

namespace LightningOps.Reconcile.Leases;

/// <summary>Leases as rows of a table, which is in more than one kind of store.</summary>
internal sealed class LeaseTable
{
    private const string Columns = "gateway, token, request_id, host, process_id, process_space, since_ms, expires_at_ms";

    private readonly string name;

    /// <param name="name">The table's name.</param>
    public LeaseTable(string name) => this.name = name;

    public LeaseHolder? Find(SqliteConnection connection, string gateway) =>
        connection.FirstRow(Read, "SELECT " + Columns + " FROM " + name + " WHERE gateway = @gateway", ("@gateway", gateway));

    public void Put(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "INSERT OR REPLACE INTO " + name + " (" + Columns + ") VALUES (@gateway, @token, @request, @host, @process, @space, @since, @expires)",
            ("@gateway", holder.Gateway),
            ("@token", holder.Token),
            ("@request", holder.RequestId),
            ("@host", holder.Host),
            ("@process", holder.ProcessId),
            ("@space", holder.ProcessSpace),
            ("@since", holder.SinceMs),
            ("@expires", holder.ExpiresAtMs));

    /// <summary>Moves the end of a lease; false when it is no longer held.</summary>
    public bool Renew(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "UPDATE " + name + " SET expires_at_ms = @expires WHERE gateway = @gateway AND token = @token",
            ("@expires", holder.ExpiresAtMs),
            ("@gateway", holder.Gateway),
            ("@token", holder.Token)) == 1;

    public void Remove(SqliteConnection connection, LeaseHolder holder) =>
        connection.Run(
            "DELETE FROM " + name + " WHERE gateway = @gateway AND token = @token",
            ("@gateway", holder.Gateway),
            ("@token", holder.Token));

    private static LeaseHolder Read(SqliteDataReader row) => new()
    {
        Gateway = row.GetString(0),
        Token = row.GetString(1),
        RequestId = row.GetString(2),
        Host = row.GetString(3),
        ProcessId = row.GetInt32(4),
        ProcessSpace = row.TextOrNull(5),
        SinceMs = row.GetInt64(6),
        ExpiresAtMs = row.GetInt64(7),
    };
}
