using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Databases;
using Microsoft.Data.Sqlite;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Reads the services in Aperture's SQLite database (docs/reference/aperture.md#admin-api) and changes nothing: no lock is
/// waited for long, and no file is made beside it.
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

    /// <summary>The rows; null where they cannot be read, and then why.</summary>
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

    /// <summary>Numbers of rows, without reading a column of them but the state of a transaction; null where they cannot be read, and then why.</summary>
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

    // A log without its index is left of a process that crashed: SQLite would make the index beside it, under this account.
    private static SqliteConnection Open(string path)
    {
        if (SqliteImage.IsLeft(path))
        {
            return SqliteImage.Open(SqliteImage.Copy(path));
        }

        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = GetAddress(path), Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = LockWaitSeconds }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A database with a write-ahead log and no log beside it is closed: opened as one that does not change, for SQLite would
    /// make the log.
    /// </summary>
    internal static string GetAddress(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var header = new byte[WriteVersionOffset + 1];
        var isLogged = file.Read(header, 0, header.Length) == header.Length && header[WriteVersionOffset] == WriteAheadLog;
        return "file:" + string.Join("/", path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)) + (isLogged && !File.Exists(path + "-wal") ? "?immutable=1" : string.Empty);
    }
}
