using System;
using System.Security.Cryptography;
using LightningOps.Settings;

namespace LightningOps.Storage.Postgres;

/// <summary>Location of a team's store in PostgreSQL and how it is opened.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>A connection string without a password, a postgresql:// URI without a password, or the name of a service in pg_service.conf.</summary>
    public required string Connection { get; init; }

    /// <summary>
    /// Returns the password; asked for each new connection, so that a token that runs out is replaced. Null, or a null result, leaves the
    /// password to PGPASSWORD and the passfile.
    /// </summary>
    public Func<string?>? Password { get; init; }

    /// <summary>Where PGSERVICEFILE and HOME are read.</summary>
    public OperatorEnvironment Environment { get; init; } = OperatorEnvironment.ForProcess();

    /// <summary>Clock of recorded times. Leases go by the clock of the database.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Source of randomness for ids.</summary>
    public RandomNumberGenerator Random { get; init; } = RandomNumberGenerator.Create();

    /// <summary>Maximum wait for another writer, and for a server that restarts.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Makes sure that an address can be used; nothing is connected to.</summary>
    /// <param name="connection">The address.</param>
    /// <param name="environment">Source of PGSERVICEFILE and HOME.</param>
    /// <exception cref="ConfigException">It is malformed, has a password in it, or would send data over an unverified connection to another machine.</exception>
    public static void RequireAddress(string connection, OperatorEnvironment environment) => PostgresAddress.Parse(connection, environment);

    /// <summary>The address; the password is not part of it.</summary>
    public override string ToString() => "PostgresStoreOptions";
}
