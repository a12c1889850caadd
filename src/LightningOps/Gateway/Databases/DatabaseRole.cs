using System;
using System.Collections.Generic;
using System.Data;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
using LightningOps.ApertureYaml;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using Npgsql;

namespace LightningOps.Gateway.Databases;

/// <summary>
/// A role that reads the services in Aperture's PostgreSQL database and needs no more than SELECT on their named columns
/// (docs/reference/aperture.md#reading-role). Server and database are those of the aperture.yaml; its own user and
/// password, which may write, are not used. Each read is one read-only transaction.
/// </summary>
internal sealed class DatabaseRole
{
    private const int PatienceSeconds = 5;
    private const string Grants = "docs/reference/aperture.md, \"Reading role\", has the grants";
    private readonly string name;
    private readonly OperatorEnvironment environment;

    private DatabaseRole(string name, OperatorEnvironment environment)
    {
        this.name = name;
        this.environment = environment;
    }

    /// <summary>What to do where no role is set.</summary>
    public static string Missing => "its database is in PostgreSQL: set " + EnvironmentVariables.ApertureDatabaseRole + " to a role that may read its services";

    /// <summary>The role of the settings; null where none is set.</summary>
    public static DatabaseRole? Find(OperatorEnvironment environment) =>
        environment.Find(EnvironmentVariables.ApertureDatabaseRole) is { } name ? new DatabaseRole(name, environment) : null;

    /// <summary>The services; null where they cannot be read, and then why.</summary>
    public (IReadOnlyList<GatewayService>? Rows, string? Trouble) ReadServices(DatabaseAddress address) =>
        Read(address, static transaction => DatabaseQueries.ReadServices(transaction));

    /// <summary>Numbers of rows, and the size of the database in bytes; null where they cannot be read, and then why.</summary>
    public ((ApertureRowCounts Rows, long Bytes)? Counts, string? Trouble) Count(DatabaseAddress address)
    {
        var (counts, trouble) = Read(address, static transaction => Tuple.Create(DatabaseQueries.CountRows(transaction), DatabaseQueries.Ask(transaction, "SELECT pg_database_size(current_database())")));
        return (counts is null ? null : (counts.Item1, counts.Item2), trouble);
    }

    private (T? Value, string? Trouble) Read<T>(DatabaseAddress address, Func<NpgsqlTransaction, T> read)
        where T : class
    {
        try
        {
            using var connection = Open(address);
            using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
            Restrict(connection, address);
            return DatabaseQueries.FindUnknownSchema(transaction) is { } unknown ? (null, address + ": " + unknown) : (read(transaction), null);
        }
        catch (Exception failure) when (failure is NpgsqlException or SocketException or IOException or TimeoutException or AuthenticationException or InvalidCastException or ConfigException)
        {
            return (null, address + " cannot be read: " + Describe(failure));
        }
    }

    private NpgsqlConnection Open(DatabaseAddress address)
    {
        var settings = PostgresAddress.From(address.Host, (int)address.Port, address.Database, name, address.RequiresTls).Settings;
        settings.Pooling = false;
        settings.Timeout = PatienceSeconds;
        settings.CommandTimeout = PatienceSeconds;
        if (environment.FindSecret(EnvironmentVariables.ApertureDatabasePassword) is { } password)
        {
            settings.Password = password.Reveal();
        }

        return new NpgsqlConnection(settings.ConnectionString).Opened();
    }

    // Aperture names no schema: its tables are in that of its user where there is one, else in public.
    private static void Restrict(NpgsqlConnection connection, DatabaseAddress address)
    {
        var own = address.User.Length == 0 ? string.Empty : "\"" + address.User.Replace("\"", "\"\"") + "\", ";
        using var command = new NpgsqlCommand("SET TRANSACTION READ ONLY; SET LOCAL lock_timeout = '2s'; SET LOCAL search_path = " + own + "public, pg_temp", connection);
        command.ExecuteNonQuery();
    }

    private string Describe(Exception failure) => failure switch
    {
        PostgresException { SqlState: "28P01" or "28000" } => "the server rejects the role " + name + " or its password. Check " + EnvironmentVariables.ApertureDatabasePassword + ", the passfile and pg_hba.conf",
        PostgresException { SqlState: "42501" } denied => "the role " + name + " has too few rights (" + denied.MessageText + "). " + Grants,
        PostgresException { SqlState: "42P01" or "42703" } missing => "it has no table of Aperture that the role " + name + " can see (" + missing.MessageText + "). Start Aperture with it once, and grant USAGE on the schema",
        PostgresException { SqlState: "3D000" } => "the server has no such database",
        PostgresException { SqlState: "55P03" or "57014" } => "it is locked",
        PostgresException other => other.SqlState + " " + other.MessageText,
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => "the server does not answer in time",
        NpgsqlException when failure.Message.IndexOf("password", StringComparison.OrdinalIgnoreCase) >= 0 => "the server asks for a password and none is set for the role " + name + ". Set " + EnvironmentVariables.ApertureDatabasePassword + " or a passfile",
        _ => failure.GetBaseException().Message,
    };
}
