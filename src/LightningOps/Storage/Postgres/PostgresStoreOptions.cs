using System;
using System.IO;
using System.Security.Cryptography;
using LightningOps.Settings;

namespace LightningOps.Storage.Postgres;

/// <summary>Location of a team's store in PostgreSQL and how it is opened.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>A connection string without a password, a postgresql:// URI without a password, or the name of a service in pg_service.conf.</summary>
    public required string Connection { get; init; }

    /// <summary>
    /// Returns the password; called for each new connection, so that an expired token is replaced. Null, or a null
    /// result, leaves the password to PGPASSWORD and the passfile.
    /// </summary>
    public Func<string?>? Password { get; init; }

    /// <summary>Source of PGSERVICEFILE and HOME.</summary>
    public OperatorEnvironment Environment { get; init; } = OperatorEnvironment.ForProcess();

    /// <summary>Clock of recorded times. Leases use the clock of the database.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Source of randomness for ids.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>Maximum wait for another writer, and for a server that restarts.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a command that stops sales waits; null for no other limit.</summary>
    public StorePatience? Patience { get; init; }

    /// <summary>Checks an address; nothing is connected to.</summary>
    /// <param name="connection">The address.</param>
    /// <param name="environment">Source of PGSERVICEFILE and HOME.</param>
    /// <exception cref="ConfigException">It is malformed, contains a password, or would send data over an unverified connection to another machine.</exception>
    public static void RequireAddress(string connection, OperatorEnvironment environment) => PostgresAddress.Parse(connection, environment);

    /// <summary>
    /// The passfile of a connection that is given no password; null if there is none, or PGPASSWORD precedes it. The driver reads
    /// it whatever its mode, while programs of PostgreSQL ignore one that other accounts have access to.
    /// </summary>
    /// <param name="connection">The address; null for one that names no passfile.</param>
    /// <param name="environment">Source of PGPASSWORD, PGPASSFILE and HOME, as of the process.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    public static string? FindPassfile(string? connection, OperatorEnvironment environment)
    {
        if (environment.Find("PGPASSWORD") is not null)
        {
            return null;
        }

        var named = connection is null ? null : PostgresAddress.Parse(connection, environment).Settings.Passfile;
        var file = named is { Length: > 0 } ? named : environment.Find("PGPASSFILE") ?? (environment.Find("HOME") is { } home ? Path.Combine(home, ".pgpass") : null);
        return file is not null && File.Exists(file) ? Path.GetFullPath(file) : null;
    }

    /// <summary>The address; the password is not part of it.</summary>
    public override string ToString() => "PostgresStoreOptions";
}
