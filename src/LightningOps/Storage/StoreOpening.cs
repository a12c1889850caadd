using System;
using System.Globalization;
using System.IO;
using LightningOps.Files;
using Microsoft.Data.Sqlite;

namespace LightningOps.Storage;

/// <summary>Opens a store's file according to its access; the result has the newest schema.</summary>
internal sealed class StoreOpening
{
    private readonly string path;
    private readonly StoreFormat format;
    private readonly StoreAccess access;
    private readonly bool isDurable;
    private readonly TimeSpan silentWait;

    // The native library is loaded once per process; the module's loader knows its location.
    private static readonly Lazy<bool> Library = new(() =>
    {
        SQLitePCL.Batteries_V2.Init();
        return true;
    });

    /// <param name="options">Location and access of the store.</param>
    /// <param name="format">Kind of file.</param>
    /// <param name="silentWait">How long SQLite itself waits for another process.</param>
    public StoreOpening(LocalStoreOptions options, StoreFormat format, TimeSpan silentWait)
    {
        path = options.Path;
        access = options.Access;
        isDurable = options.IsDurable;
        this.format = format;
        this.silentWait = silentWait;
    }

    /// <summary>An empty store, because reading creates no file.</summary>
    /// <returns>Null when there is a file.</returns>
    /// <exception cref="StoreException">There is none although it must exist, or it cannot be determined. A store
    /// that may contain a pause must not be taken for empty.</exception>
    public SqliteConnection? Missing() =>
        path == StoreFileConnection.InMemory || IsThere() ? null
        : access == StoreAccess.ReadExisting ? throw StoreFailures.NotFound(path, format)
        : InMemory(static _ => { });

    /// <summary>The file.</summary>
    /// <exception cref="StoreException">It cannot be opened, or is not a store; or it must exist and the file is empty.</exception>
    /// <exception cref="StoreVersionException">A newer module wrote it.</exception>
    public SqliteConnection Open()
    {
        var opening = Connect(access == StoreAccess.Write ? MakeFile() : ExistingFile(), access == StoreAccess.Write ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadOnly);
        try
        {
            opening.Run("PRAGMA busy_timeout = " + ((long)silentWait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
            StoreSchema.Check(opening, format, path);
            if (access == StoreAccess.ReadExisting && StoreSchema.IsNone(opening))
            {
                // An empty file may be the remains of a store that contained a pause.
                throw StoreFailures.Empty(path, format);
            }

            return access == StoreAccess.Write ? Prepared(opening) : Readable(opening);
        }
        catch
        {
            opening.Dispose();
            throw;
        }
    }

    private SqliteConnection Prepared(SqliteConnection file)
    {
        // Write-ahead log: readers and the writer do not wait for each other, and a killed process leaves the state
        // before its transaction. FULL: an acknowledged settlement is on the disk, even if the power fails. The log is
        // checkpointed every 32 MiB instead of every 4, because a large import then writes the same pages less often.
        file.Run("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 8192; PRAGMA synchronous = " + (isDurable ? "FULL" : "OFF") + "; PRAGMA foreign_keys = ON");
        StoreSchema.Migrate(file, format);
        return file;
    }

    /// <summary>A store with an older schema is read from a migrated copy in memory.</summary>
    private SqliteConnection Readable(SqliteConnection file)
    {
        if (StoreSchema.IsNewest(file, format))
        {
            return file;
        }

        using (file)
        {
            return InMemory(file.BackupDatabase);
        }
    }

    private SqliteConnection InMemory(Action<SqliteConnection> fill)
    {
        var memory = Connect(":memory:", SqliteOpenMode.Memory);
        try
        {
            fill(memory);
            StoreSchema.Migrate(memory, format);
            return memory;
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static SqliteConnection Connect(string source, SqliteOpenMode mode)
    {
        _ = Library.Value;
        var settings = new SqliteConnectionStringBuilder { DataSource = source, Mode = mode, Pooling = false, DefaultTimeout = 1 };
        return new SqliteConnection(settings.ConnectionString).Opened();
    }

    private bool IsThere()
    {
        try
        {
            RequireFile(path);
            return File.GetAttributes(path) >= 0;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception failure) when (StoreFailures.IsPathFailure(failure))
        {
            throw StoreFailures.From(path, format, failure);
        }
    }

    private string ExistingFile()
    {
        _ = path == StoreFileConnection.InMemory || IsThere();
        return path;
    }

    /// <summary>Rejects pipes, whose opening waits for a writer, and devices.</summary>
    private static void RequireFile(string file)
    {
        if (UnixFileStatus.Find(file) is { IsRegular: false, IsFolder: false })
        {
            throw new IOException(file + " is not a regular file.");
        }
    }

    private string MakeFile()
    {
        if (path == StoreFileConnection.InMemory)
        {
            return path;
        }

        try
        {
            var file = Path.GetFullPath(path);
            RequireFile(file);
            StoreFile.EnsureExists(file);
            return file;
        }
        catch (Exception failure) when (StoreFailures.IsPathFailure(failure))
        {
            throw StoreFailures.From(path, format, failure);
        }
    }
}
