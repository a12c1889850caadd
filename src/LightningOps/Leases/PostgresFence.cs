using LightningOps.Storage;
using Npgsql;

namespace LightningOps.Leases;

/// <summary>Refuses records of a superseded lease. Limits for gateways that know no fence are in docs/reference/postgres.md#leases.</summary>
internal static class PostgresFence
{
    /// <summary>Checks that the lease is the newest of its gateway, and keeps it so until the transaction ends.</summary>
    /// <exception cref="StoreException">A newer lease was taken (<c>lease_superseded</c>).</exception>
    public static void Require(NpgsqlConnection connection, string name, LeaseHolder? lease)
    {
        if (lease is not { Fence: > 0 })
        {
            return;
        }

        var newest = connection.Rows(static row => row.GetInt64(0), "SELECT fence FROM gateway_leases WHERE gateway = @gateway FOR SHARE", ("@gateway", lease.Gateway));
        if (newest.Count == 0 || newest[0] != lease.Fence)
        {
            throw new StoreException(
                "lease_superseded", name, "refused a record: another command has taken the lease of " + lease.Gateway,
                "List the services of the gateway with Get-L402GatewayService, and run the command again when the other one has ended.");
        }
    }

    /// <summary>Marks a record with the lease under which it was written.</summary>
    public static void Mark(NpgsqlConnection connection, string table, string key, string id, LeaseHolder? lease)
    {
        if (lease is { Fence: > 0 })
        {
            connection.Run(
                "UPDATE " + table + " SET gateway = @gateway, fence = @fence WHERE " + key + " = @id",
                ("@gateway", lease.Gateway),
                ("@fence", lease.Fence),
                ("@id", id));
        }
    }
}
