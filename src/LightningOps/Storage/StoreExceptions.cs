using System;
using System.Globalization;
using System.IO;
using LightningOps.Files;
using LightningOps.Settings;
using Microsoft.Data.Sqlite;

namespace LightningOps.Storage;

/// <summary>A local store that cannot be used (<c>StoreError</c>); the message contains the path, never the content.</summary>
public sealed class StoreException : LightningOpsException
{
    /// <summary>Creates the failure of one store.</summary>
    /// <param name="code">For example <c>store_locked</c>.</param>
    /// <param name="path">The store's file.</param>
    /// <param name="reason">What is wrong.</param>
    /// <param name="remedy">What the operator can do.</param>
    /// <param name="inner">The cause.</param>
    public StoreException(string code, string path, string reason, string remedy, Exception? inner = null)
        : base("StoreError", code + ": " + path + " " + reason, remedy, inner)
    {
        Code = code;
        Path = path;
    }

    /// <summary>
    /// store_locked, store_corrupt, store_readonly, store_not_found, store_full, store_path_invalid, store_failed or duplicate_paywall; in PostgreSQL
    /// also store_unreachable, store_denied, store_not_trusted, store_not_migrated, store_pooled, store_rule, store_outcome_unknown or lease_superseded;
    /// of a copy store_not_empty or copy_differs.
    /// </summary>
    public string Code { get; }

    /// <summary>The store's file.</summary>
    public string Path { get; }
}

/// <summary>A local store written by a newer version of the module (<c>StoreVersionError</c>).</summary>
public sealed class StoreVersionException : LightningOpsException
{
    /// <summary>Creates the failure of one store.</summary>
    /// <param name="path">The store's file.</param>
    /// <param name="found">Version of its schema.</param>
    /// <param name="supported">Newest version this module knows.</param>
    /// <param name="setting">Environment variable that selects another file.</param>
    public StoreVersionException(string path, int found, int supported, string setting = EnvironmentVariables.Store)
        : base(
            "StoreVersionError",
            string.Format(CultureInfo.InvariantCulture, "{0} has schema version {1}; this module supports versions up to {2}", path, found, supported),
            "Update the module, or specify another store with " + StoreFailures.GetChoice(setting) + ".")
    {
        Path = path;
        Found = found;
        Supported = supported;
    }

    /// <summary>The store's file.</summary>
    public string Path { get; }

    /// <summary>Version of its schema.</summary>
    public int Found { get; }

    /// <summary>Newest version this module knows.</summary>
    public int Supported { get; }
}

/// <summary>Converts errors of SQLite and the file system to the store's failures. Codes: https://www.sqlite.org/rescode.html.</summary>
internal static class StoreFailures
{
    private const int Busy = 5;
    private const int Locked = 6;

    // The log's index cannot grow: SQLite reports a full disk as a disk error.
    private const int IndexCannotGrow = 4874;

    /// <summary>Whether waiting may help: another process writes.</summary>
    public static bool IsLocked(Exception failure) => failure is SqliteException { SqliteErrorCode: Busy or Locked };

    /// <summary>Whether <paramref name="failure"/> comes from reading or writing the store.</summary>
    public static bool IsStoreFailure(Exception failure) => failure is SqliteException or InvalidDataException || IsOfLibrary(failure);

    private static bool IsOfLibrary(Exception failure) =>
        failure is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException
        || (failure is TypeInitializationException && failure.InnerException is { } inner && IsOfLibrary(inner));

    /// <summary>Whether <paramref name="failure"/> comes from creating or finding the file.</summary>
    public static bool IsPathFailure(Exception failure) =>
        failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>The typed failure.</summary>
    public static StoreException From(string path, StoreFormat format, Exception failure) => failure switch
    {
        SqliteException when Directory.Exists(path) => PathInvalid(path, format, failure),
        SqliteException sqlite => FromSqlite(path, format, sqlite),
        InvalidDataException => Corrupt(path, format, failure),
        _ when IsOfLibrary(failure) => new(
            "store_failed", path, "cannot be used: the native SQLite library (e_sqlite3) failed to load: " + failure.GetBaseException().Message,
            "Reinstall the module for this operating system and processor and, on Linux, for its C library (glibc or musl).", failure),
        _ => PathInvalid(path, format, failure),
    };

    /// <summary>How an operator selects another file: a parameter overrides the session, and the session overrides the variable.</summary>
    public static string GetChoice(string variable) => variable == EnvironmentVariables.Postgres
        ? "-Postgres of Connect-LightningOps, or with " + variable + " where it is not given"
        : "-" + (variable == EnvironmentVariables.CredentialStore ? "CredentialStorePath" : "StorePath") + ", of this command or of Connect-LightningOps, or with " + variable + " where neither is given";

    private static string GetMaker(string variable) => variable == EnvironmentVariables.CredentialStore
        ? "Invoke-L402WebRequest creates one with the first purchase."
        : "New-LightningPaywall and Import-LightningPaywall create one.";

    /// <summary>The failure of a missing store that must exist.</summary>
    public static StoreException NotFound(string path, StoreFormat format) =>
        new("store_not_found", path, "does not exist", "Check the path, or specify another file with " + GetChoice(format.Setting) + ". " + GetMaker(format.Setting));

    /// <summary>The failure of a store that must exist but is an empty file.</summary>
    public static StoreException Empty(string path, StoreFormat format) =>
        new("store_not_found", path, "is an empty file, not a store", "Restore the file from a backup, or specify another file with " + GetChoice(format.Setting) + ". " + GetMaker(format.Setting));

    private static StoreException FromSqlite(string path, StoreFormat format, SqliteException failure) => failure.SqliteErrorCode switch
    {
        Busy or Locked => new("store_locked", path, "is locked by another process", "Wait until the other process has finished, then try again.", failure),
        11 or 26 => Corrupt(path, format, failure),
        8 => new("store_readonly", path, "cannot be written", "Grant this user write access to the file and its folder.", failure),
        3 or 14 or 23 => PathInvalid(path, format, failure),
        _ when failure.SqliteErrorCode == 13 || failure.SqliteExtendedErrorCode == IndexCannotGrow => new("store_full", path, "cannot grow: the disk is full", "Free space on the disk.", failure),
        _ => new("store_failed", path, "cannot be used: " + failure.Message, "Check the disk the file is on.", failure),
    };

    private static StoreException Corrupt(string path, StoreFormat format, Exception failure) =>
        new("store_corrupt", path, "is damaged or not a store", "Restore the file from a backup, or specify another file with " + GetChoice(format.Setting) + ".", failure);

    private static StoreException PathInvalid(string path, StoreFormat format, Exception failure) => UnixFile.FindDenied(path) is { } denied
        ? new("store_path_invalid", path, "cannot be opened: this account has no permission to use " + denied, "Grant this account read and write access to " + denied + ", run the command as its owner, or specify another file with " + GetChoice(format.Setting) + ".", failure)
        : new("store_path_invalid", path, "cannot be opened", "Specify a file in a folder this user can write to with " + GetChoice(format.Setting) + ".", failure);
}
