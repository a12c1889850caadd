using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Settings;
using Microsoft.Data.Sqlite;

namespace LightningOps.Storage;

/// <summary>One step of the store's schema.</summary>
/// <param name="version">The schema's version after it.</param>
/// <param name="purpose">Its purpose.</param>
/// <param name="sql">The statements.</param>
internal sealed class Migration(int version, string purpose, string sql)
{
    /// <summary>The schema's version after it.</summary>
    public int Version => version;

    /// <summary>What it is for.</summary>
    public string Purpose => purpose;

    /// <summary>The statements.</summary>
    public string Sql => sql;
}

/// <summary>Migrates a store to the newest schema, and refuses a newer store or another program's.</summary>
internal static class StoreSchema
{
    /// <summary>Checks the schema's version; nothing is written.</summary>
    /// <exception cref="StoreVersionException">A newer module wrote the store.</exception>
    /// <exception cref="StoreException">The database belongs to another program.</exception>
    public static void Check(SqliteConnection connection, StoreFormat format, string path)
    {
        // One snapshot for all three, because another process may create the store between two reads.
        using var snapshot = connection.BeginTransaction(deferred: true);
        var mark = connection.Integer("PRAGMA application_id");
        var isEmpty = connection.Integer("SELECT count(*) FROM sqlite_master") == 0;
        if (mark != format.ApplicationId && !(mark == 0 && isEmpty))
        {
            throw new StoreException("store_path_invalid", path, "is the database of another program", "Specify another file with " + StoreFailures.GetChoice(format.Setting) + ".");
        }

        var version = Version(connection);
        if (version > format.Newest)
        {
            throw new StoreVersionException(path, version, format.Newest, format.Setting);
        }
    }

    /// <summary>Whether the store has all steps.</summary>
    public static bool IsNewest(SqliteConnection connection, StoreFormat format) => Version(connection) == format.Newest;

    /// <summary>Whether no step was ever applied, because the file is empty.</summary>
    public static bool IsNone(SqliteConnection connection) => Version(connection) == 0;

    /// <summary>Applies the missing steps, all or none.</summary>
    public static void Migrate(SqliteConnection connection, StoreFormat format) => MigrateTo(connection, format, format.Newest);

    /// <summary>Applies the steps up to a version.</summary>
    internal static void MigrateTo(SqliteConnection connection, StoreFormat format, int version)
    {
        if (Version(connection) >= version)
        {
            return;
        }

        using var transaction = connection.BeginTransaction(deferred: false);

        // Another process may have applied them while this one waited for the lock.
        var reached = Version(connection);
        foreach (var step in format.Steps.Where(step => step.Version > reached && step.Version <= version))
        {
            connection.Run(step.Sql);
            connection.Run("PRAGMA user_version = " + step.Version.ToString(CultureInfo.InvariantCulture));
        }

        connection.Run("PRAGMA application_id = " + format.ApplicationId.ToString(CultureInfo.InvariantCulture));
        transaction.Commit();
    }

    private static int Version(SqliteConnection connection) => Convert.ToInt32(connection.Integer("PRAGMA user_version"), CultureInfo.InvariantCulture);
}

/// <summary>Distinguishes the kinds of SQLite files of this module.</summary>
/// <param name="applicationId">Application id of the file.</param>
/// <param name="steps">The steps of its schema, oldest first.</param>
/// <param name="setting">Environment variable that selects another file, for the remedy of a failure.</param>
internal sealed class StoreFormat(int applicationId, IReadOnlyList<Migration> steps, string setting)
{
    /// <summary>Application id of the file.</summary>
    public int ApplicationId => applicationId;

    /// <summary>The steps of its schema, oldest first.</summary>
    public IReadOnlyList<Migration> Steps => steps;

    /// <summary>Environment variable that selects another file, for the remedy of a failure.</summary>
    public string Setting => setting;

    /// <summary>The local store of the control plane.</summary>
    public static StoreFormat ControlPlane { get; } = new(Migrations.ApplicationId, Migrations.All, EnvironmentVariables.Store);

    /// <summary>Version of the schema after all steps.</summary>
    public int Newest => Steps[Steps.Count - 1].Version;
}
