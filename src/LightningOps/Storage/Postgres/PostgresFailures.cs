using System;
using System.IO;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace LightningOps.Storage.Postgres;

/// <summary>
/// Converts errors of PostgreSQL and the network to the store's failures. Codes:
/// https://www.postgresql.org/docs/15/errcodes-appendix.html.
/// </summary>
internal static class PostgresFailures
{
    /// <summary>
    /// Whether the transaction may be repeated at once: a deadlock, a conflict or a record that another transaction
    /// wrote first.
    /// </summary>
    public static bool IsConflict(Exception failure) => failure is PostgresException { SqlState: "40001" or "40P01" or "23505" };

    /// <summary>Whether the server is gone, restarts or has ended the session.</summary>
    public static bool IsLostConnection(Exception failure) => failure switch
    {
        PostgresException server => server.SqlState is "57P01" or "57P02" or "57P03" or "08006" or "08003" or "08001",
        NpgsqlException { InnerException: TimeoutException or AuthenticationException } => false,
        NpgsqlException or SocketException or EndOfStreamException => true,
        ObjectDisposedException or IOException => true,
        _ => false,
    };

    /// <summary>Whether <paramref name="failure"/> comes from using the store.</summary>
    public static bool IsStoreFailure(Exception failure) =>
        failure is NpgsqlException or StoreConflictException or SocketException or IOException or TimeoutException or InvalidDataException or AuthenticationException;

    /// <summary>The typed failure; its message contains no value of a row and no password.</summary>
    public static LightningOpsException From(string name, Exception failure) => failure switch
    {
        StoreConflictException => Locked(name, failure),
        PostgresException server => FromServer(name, server),
        NpgsqlException { InnerException: AuthenticationException } or AuthenticationException => new StoreException(
            "store_not_trusted", name, "cannot prove its identity by TLS: " + Innermost(failure),
            "Name the certificate authority of the server with Root Certificate=PATH, and use the host name that its certificate has.", failure),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => TooLate(name, failure),
        NpgsqlException when failure.Message.IndexOf("password", StringComparison.OrdinalIgnoreCase) >= 0 => new StoreException(
            "store_denied", name, "asks for a password and none is set", "Set it with Connect-LightningOps -PostgresPassword, OA_LIGHTNING_OPS_POSTGRES_PASSWORD or a passfile.", failure),
        NpgsqlException when failure.Message.IndexOf("SSL", StringComparison.OrdinalIgnoreCase) >= 0 => new StoreException(
            "store_not_trusted", name, "does not offer TLS", "Enable TLS on the server. Only a server on loopback is used without TLS.", failure),
        InvalidDataException => new StoreException("store_corrupt", name, "contains a record that cannot be read", "Restore the database from a backup.", failure),
        _ => new StoreException("store_unreachable", name, "cannot be reached: " + Innermost(failure), "Check that the server runs, and check the host, the port and the network.", failure),
    };

    /// <summary>The failure of a server that does not answer.</summary>
    public static StoreException TooLate(string name, Exception failure) =>
        new("store_unreachable", name, "does not answer in time", "Check the host, the port and the network, then try again.", failure);

    /// <summary>The failure of a database without the store's tables.</summary>
    public static StoreException NotMigrated(string name, int found, int newest) => new(
        "store_not_migrated",
        name,
        found == 0 ? "contains no store" : FormattableString.Invariant($"has schema version {found}; this module needs version {newest}"),
        "Run Update-LightningOpsStore -Mode Postgres as the owner of the database. With -WhatIf it only shows the statements.");

    private static LightningOpsException FromServer(string name, PostgresException failure) => failure.SqlState switch
    {
        "28P01" or "28000" => new StoreException("store_denied", name, "rejects the role or its password", "Check the role, its password and pg_hba.conf.", failure),
        "42501" or "25006" => new StoreException("store_readonly", name, "does not allow this role to write", "Use a role with the grants of an operator (docs/reference/postgres.md), or a server that is not a read-only replica.", failure),
        "3D000" => new StoreException("store_not_found", name, "does not exist", "Create it with createdb, or correct the name of the database.", failure),
        "3F000" or "42P01" or "42703" => NotMigrated(name, 0, PostgresSchema.Newest),
        "53100" => new StoreException("store_full", name, "cannot grow: the disk of the server is full", "Free space on the disk of the server.", failure),
        "53300" => new StoreException("store_unreachable", name, "has no connection left", "Raise max_connections of the server, or use a pooler.", failure),
        "55P03" or "40001" or "40P01" or "57014" or "23505" => Locked(name, failure),
        StoreRule => new StoreException("store_rule", name, "refused a change: " + failure.MessageText, "The record was not changed. Read it before you repeat the change.", failure),
        _ when IsLostConnection(failure) => new StoreException("store_unreachable", name, "has ended the connection", "Wait until the server has started, then try again.", failure),
        _ => new StoreException("store_failed", name, "cannot be used: " + failure.SqlState + " " + failure.MessageText, "Check the log of the server.", failure),
    };

    /// <summary>SQLSTATE with which the triggers of the schema refuse a change.</summary>
    public const string StoreRule = "LO001";

    private static StoreException Locked(string name, Exception failure) =>
        new("store_locked", name, "is locked by another session", "Wait until the other command has finished, then try again.", failure);

    private static string Innermost(Exception failure) => failure.GetBaseException().Message;
}
