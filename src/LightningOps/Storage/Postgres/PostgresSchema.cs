using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace LightningOps.Storage.Postgres;

/// <summary>Migrates a team's store to the newest schema under an advisory lock, and refuses a newer one.</summary>
internal static class PostgresSchema
{
    /// <summary>The schema of all tables.</summary>
    public const string Name = "lightningops";

    // "LnOp" and a separate number; concurrent migrations wait for each other.
    private const long Lock = 0x4C6E4F7000000001;

    /// <summary>Version after all steps.</summary>
    public static int Newest => PostgresMigrations.All[PostgresMigrations.All.Count - 1].Version;

    /// <summary>Checks the version; nothing is written.</summary>
    /// <exception cref="StoreVersionException">A newer module wrote the store.</exception>
    /// <exception cref="StoreException">There is no store, or it lacks steps (<c>store_not_migrated</c>).</exception>
    public static void Check(NpgsqlConnection connection, string name)
    {
        var found = GetVersion(connection);
        if (found > Newest)
        {
            throw new StoreVersionException(name, found, Newest, Settings.EnvironmentVariables.Postgres);
        }

        if (found < Newest)
        {
            throw PostgresFailures.NotMigrated(name, found, Newest);
        }
    }

    /// <summary>The missing steps of a store.</summary>
    /// <exception cref="StoreVersionException">A newer module wrote the store.</exception>
    public static Task<IReadOnlyList<Migration>> FindMissingAsync(PostgresStore store, CancellationToken cancellationToken) =>
        store.ChangeSchemaAsync(connection => FindMissing(connection, store.Name, PostgresMigrations.All), cancellationToken);

    /// <summary>Applies the missing steps, all or none; waits for another process that does so at the same time.</summary>
    /// <returns>The applied steps.</returns>
    /// <exception cref="StoreVersionException">A newer module wrote the store.</exception>
    public static Task<IReadOnlyList<Migration>> MigrateAsync(PostgresStore store, CancellationToken cancellationToken) =>
        MigrateAsync(store, PostgresMigrations.All, cancellationToken);

    /// <summary>Applies those of some steps that a store lacks.</summary>
    internal static Task<IReadOnlyList<Migration>> MigrateAsync(PostgresStore store, IReadOnlyList<Migration> steps, CancellationToken cancellationToken) =>
        store.ChangeSchemaAsync(
            connection =>
            {
                connection.Run("SELECT pg_advisory_xact_lock(" + Lock.ToString(CultureInfo.InvariantCulture) + ")");
                var missing = FindMissing(connection, store.Name, steps);
                foreach (var step in missing)
                {
                    connection.Run(step.Sql);
                    connection.Run(
                        "INSERT INTO schema_versions (version, purpose) VALUES (@version, @purpose)",
                        ("@version", step.Version),
                        ("@purpose", step.Purpose));
                }

                return missing;
            },
            cancellationToken);

    private static IReadOnlyList<Migration> FindMissing(NpgsqlConnection connection, string name, IReadOnlyList<Migration> steps)
    {
        var found = GetVersion(connection);
        return found > Newest
            ? throw new StoreVersionException(name, found, Newest, Settings.EnvironmentVariables.Postgres)
            : steps.Where(step => step.Version > found).ToArray();
    }

    private static int GetVersion(NpgsqlConnection connection)
    {
        using var find = new NpgsqlCommand("SELECT to_regclass('" + Name + ".schema_versions') IS NOT NULL", connection);
        if (!(bool)find.ExecuteScalar()!)
        {
            return 0;
        }

        using var read = new NpgsqlCommand("SELECT coalesce(max(version), 0) FROM " + Name + ".schema_versions", connection);
        return Convert.ToInt32(read.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
