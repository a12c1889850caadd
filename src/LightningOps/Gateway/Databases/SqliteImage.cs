using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using LightningOps.Files;
using LightningOps.Gateway.ApertureFile;
using LightningOps.L402;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace LightningOps.Gateway.Databases;

/// <summary>
/// A SQLite database as bytes: copied through SQLite while Aperture writes to it, and read in memory. Nothing is
/// written to the database, no file is created beside it, and no clear copy is on a shared disk.
/// </summary>
internal static class SqliteImage
{
    private const int WriteVersionOffset = 18;
    private const byte Plain = 1;
    private const string Main = "main";

    /// <summary>A consistent copy of a database that may be in use.</summary>
    /// <exception cref="ApertureDatabaseException">It cannot be read.</exception>
    public static byte[] Copy(string path) => IsLeft(path) ? CopyLeft(path) : Guard(path, () => CopyOpen(path));

    /// <summary>Whether a crashed process left a write-ahead log without its index.</summary>
    public static bool IsLeft(string path) => new FileInfo(path + "-wal") is { Exists: true, Length: > 0 } && !File.Exists(path + "-shm");

    /// <summary>Reads named columns of a copy.</summary>
    /// <exception cref="ApertureDatabaseException">It is damaged, or its schema is unknown.</exception>
    public static DatabaseContent Read(string place, byte[] image) => Guard(place, () =>
    {
        using var connection = Open(image);
        if (connection.FirstText("PRAGMA quick_check(1)") is var verdict and not "ok")
        {
            throw ApertureDatabaseException.Unreadable(place, "it is damaged: " + verdict);
        }

        return DatabaseContent.From(place, (table, columns) => ReadTable(connection, table, columns));
    });

    private static byte[] CopyOpen(string path)
    {
        using var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = ApertureDatabaseFile.GetAddress(path), Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 10 }.ConnectionString);
        ApertureDatabaseFile.RequireLibrary();
        source.Open();
        using var copy = new SqliteConnection("Data Source=:memory:;Pooling=False");
        copy.Open();
        source.BackupDatabase(copy);
        return Serialize(copy);
    }

    /// <summary>
    /// A write-ahead log without its index was left by a crashed process. SQLite would create the index beside the
    /// database, under this account. So both files are copied to temporary files of this account.
    /// </summary>
    private static byte[] CopyLeft(string path) => Guard(path, () =>
    {
        var copy = Path.Combine(Path.GetTempPath(), "lightningops-" + Guid.NewGuid().ToString("N") + ".db");
        try
        {
            CopyPrivate(path, copy);
            CopyPrivate(path + "-wal", copy + "-wal");
            using var source = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ConnectionString);
            ApertureDatabaseFile.RequireLibrary();
            source.Open();
            using var memory = new SqliteConnection("Data Source=:memory:;Pooling=False");
            memory.Open();
            source.BackupDatabase(memory);
            return Serialize(memory);
        }
        finally
        {
            foreach (var ending in new[] { string.Empty, "-wal", "-shm" })
            {
                File.Delete(copy + ending);
            }
        }
    });

    private static void CopyPrivate(string from, string to)
    {
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var target = UnixFile.IsUnix ? UnixFile.CreatePrivate(to) : new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        source.CopyTo(target);
    }

    private static byte[] Serialize(SqliteConnection connection)
    {
        var data = raw.sqlite3_serialize(connection.Handle!, Main, out var size, 0);
        if (data == IntPtr.Zero)
        {
            throw new IOException("SQLite gave no copy.");
        }

        try
        {
            var image = new byte[size];
            Marshal.Copy(data, image, 0, image.Length);
            return image;
        }
        finally
        {
            raw.sqlite3_free(data);
        }
    }

    /// <summary>Opens an image in memory. A database in memory has no write-ahead log, so its header must not declare one.</summary>
    internal static SqliteConnection Open(byte[] image)
    {
        ApertureDatabaseFile.RequireLibrary();
        var connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        try
        {
            connection.Open();
            var data = raw.sqlite3_malloc64(image.Length);
            var plain = (byte[])image.Clone();
            plain[WriteVersionOffset] = plain[WriteVersionOffset + 1] = Plain;
            Marshal.Copy(plain, 0, data, plain.Length);
            if (raw.sqlite3_deserialize(connection.Handle!, Main, data, plain.Length, plain.Length, raw.SQLITE_DESERIALIZE_FREEONCLOSE | raw.SQLITE_DESERIALIZE_READONLY) != raw.SQLITE_OK)
            {
                throw new IOException("SQLite does not open the copy.");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static IReadOnlyList<string?[]> ReadTable(SqliteConnection connection, string table, string[] columns)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT " + string.Join(", ", columns) + " FROM " + table;
        using var row = command.ExecuteReader();
        var rows = new List<string?[]>();
        while (row.Read())
        {
            rows.Add(Enumerable.Range(0, columns.Length).Select(place => row.GetValue(place) switch
            {
                DBNull => null,
                byte[] bytes => HexText.From(bytes),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture),
            }).ToArray());
        }

        return rows;
    }

    private static string FirstText(this SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return (string)command.ExecuteScalar()!;
    }

    private static T Guard<T>(string place, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or DllNotFoundException or TypeInitializationException or InvalidCastException or FormatException)
        {
            throw ApertureDatabaseException.Unreadable(place, Describe(e), e);
        }
    }

    private static string Describe(Exception failure) => failure switch
    {
        SqliteException { SqliteErrorCode: raw.SQLITE_NOTADB } => "it is not a SQLite database, or it is encrypted",
        SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT } => "it is damaged",
        SqliteException { SqliteErrorCode: raw.SQLITE_ERROR } e when e.Message.Contains("no such table") || e.Message.Contains("no such column") => "it is a SQLite database, but not that of an Aperture (" + e.Message.Split('\'')[1] + ")",
        _ => failure.Message,
    };
}
