using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Databases;

/// <summary>What is read of an Aperture's database while it runs: named columns of its services, and numbers of rows; of known schemas only.</summary>
internal static class DatabaseQueries
{
    private const string Services = "SELECT name, address, protocol, host_regexp, path_regexp, price, auth, auth_scheme FROM services ORDER BY name";

    // Of release v0.5.0 and of the main branch of August 2026.
    private static readonly long[] KnownSchemas = [DatabaseContent.ReleaseSchema, DatabaseContent.MainSchema];

    /// <summary>Why its schema is not known; null where it is.</summary>
    public static string? FindUnknownSchema(DbTransaction transaction)
    {
        using var command = Create(transaction, "SELECT version, dirty FROM schema_migrations");
        using var row = command.ExecuteReader();
        if (!row.Read())
        {
            return "its database has no schema";
        }

        var schema = row.GetInt64(0);
        return row.GetBoolean(1) ? FormattableString.Invariant($"its database has schema {schema}, whose migration was not finished")
            : KnownSchemas.Contains(schema) ? null
            : FormattableString.Invariant($"its database has schema {schema}, which is not known: {DatabaseContent.ReleaseSchema} (v0.5.0) and {DatabaseContent.MainSchema} (main) are");
    }

    /// <summary>The services, by name.</summary>
    public static IReadOnlyList<GatewayService> ReadServices(DbTransaction transaction)
    {
        using var command = Create(transaction, Services);
        using var row = command.ExecuteReader();
        var rows = new List<GatewayService>();
        while (row.Read())
        {
            rows.Add(new GatewayService
            {
                Name = row.GetString(0),
                Address = row.GetString(1),
                Protocol = row.GetString(2),
                HostRegexp = row.GetString(3),
                PathRegexp = row.GetString(4),
                PriceSats = row.GetInt64(5),
                Auth = GatewayService.NormalizeAuth(row.GetString(6)),
                Extras = row.GetString(7) is { Length: > 0 } scheme and not "l402" ? ["authscheme=" + scheme] : [],
            });
        }

        return rows;
    }

    /// <summary>Numbers of rows, without reading a column of them but the state of a transaction.</summary>
    public static ApertureRowCounts CountRows(DbTransaction transaction) => new(
        Ask(transaction, "SELECT COUNT(*) FROM secrets"),
        Ask(transaction, "SELECT COUNT(*) FROM l402_transactions"),
        Ask(transaction, "SELECT COUNT(*) FROM l402_transactions WHERE state = 'settled'"));

    /// <summary>The number that a query gives.</summary>
    public static long Ask(DbTransaction transaction, string text)
    {
        using var command = Create(transaction, text);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static DbCommand Create(DbTransaction transaction, string text)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }
}

/// <summary>Numbers of rows of Aperture's database.</summary>
/// <param name="RootKeys">Root keys, one for each challenge.</param>
/// <param name="Transactions">Transactions, paid or not.</param>
/// <param name="Paid">Transactions that are paid.</param>
internal sealed record ApertureRowCounts(long RootKeys, long Transactions, long Paid);
