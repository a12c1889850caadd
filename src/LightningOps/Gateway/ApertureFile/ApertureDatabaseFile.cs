using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Databases;
using LightningOps.Storage;
using Microsoft.Data.Sqlite;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Reads the services in Aperture's SQLite database (docs/reference/aperture.md#admin-api) and changes nothing. It
/// waits for a lock only briefly and creates no file beside the database.
/// </summary>
internal static class ApertureDatabaseFile
{
    private const int WriteVersionOffset = 18;
    private const byte WriteAheadLog = 2;
    private const int LockWaitSeconds = 2;

    // The native library is found once a process.
    private static readonly Lazy<bool> Library = new(() =>
    {
        SQLitePCL.Batteries_V2.Init();
        return true;
    });

    /// <summary>Loads SQLite.</summary>
    internal static void RequireLibrary() => _ = Library.Value;

    /// <summary>The rows; null if they cannot be read, with the reason.</summary>
    public static (IReadOnlyList<GatewayService>? Rows, string? Trouble) Read(string path)
    {
        try
        {
            RequireLibrary();
            using var connection = Open(path);
            using var transaction = connection.BeginTransaction(deferred: true);
            return DatabaseQueries.FindUnknownSchema(transaction) is { } unknown ? (null, unknown) : (DatabaseQueries.ReadServices(transaction), null);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException or InvalidCastException or ApertureDatabaseException)
        {
            return (null, path + " cannot be read: " + e.Message);
        }
    }

    /// <summary>Row counts, without reading any column except the state of a transaction; null if they cannot be read, with the reason.</summary>
    public static (ApertureRowCounts? Counts, string? Trouble) Count(string path)
    {
        try
        {
            _ = Library.Value;
            using var connection = Open(path);
            using var transaction = connection.BeginTransaction(deferred: true);
            return DatabaseQueries.FindUnknownSchema(transaction) is { } unknown ? (null, unknown) : (DatabaseQueries.CountRows(transaction), null);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException or InvalidCastException or ApertureDatabaseException)
        {
            return (null, path + " cannot be read: " + e.Message);
        }
    }

    // A write-ahead log without its index was left by a crashed process. SQLite would create the index beside it, under
    // this account.
    private static SqliteConnection Open(string path)
    {
        if (SqliteImage.IsLeft(path))
        {
            return SqliteImage.Open(SqliteImage.Copy(path));
        }

        return new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = GetAddress(path), Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = LockWaitSeconds }.ConnectionString).Opened();
    }

    /// <summary>
    /// A closed database in write-ahead mode without a log beside it is opened as immutable, because SQLite would
    /// create the log.
    /// </summary>
    internal static string GetAddress(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[WriteVersionOffset + 1];
        var isLogged = file.Read(header, 0, header.Length) == header.Length && header[WriteVersionOffset] == WriteAheadLog;
        return "file:" + string.Join("/", path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)) + (isLogged && !File.Exists(path + "-wal") ? "?immutable=1" : string.Empty);
    }
}
