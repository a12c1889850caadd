using System;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Settings;
using LightningOps.Storage.Postgres;
using Npgsql;

namespace LightningOps.Tests.Support;

/// <summary>A database of its own for a class of tests, on the server of the test run.</summary>
public sealed class PostgresDatabase : IDisposable
{
    private readonly Lazy<string> name;
    private readonly PostgresServer? own;

    public PostgresDatabase()
        : this(null, isMigrated: true)
    {
    }

    /// <param name="own">The server; null for that of the test run.</param>
    /// <param name="isMigrated">Whether it has the store's tables.</param>
    internal PostgresDatabase(PostgresServer? own, bool isMigrated)
    {
        this.own = own;
        name = new Lazy<string>(() => Create(isMigrated));
    }

    /// <summary>The server.</summary>
    public PostgresServer Server => own ?? PostgresServer.ForRun;

    /// <summary>Its address, without the password.</summary>
    public string Connection => Server.Connection + ";Database=" + name.Value;

    /// <summary>Its name.</summary>
    public string Name => name.Value;

    /// <summary>How the module opens it.</summary>
    public PostgresStoreOptions Options(TimeProvider? time = null, string? connection = null) => new()
    {
        Connection = connection ?? Connection,
        Password = () => Server.Password,
        Environment = new OperatorEnvironment(static _ => null),
        Time = time ?? TimeProvider.System,
    };

    /// <summary>Removes all rows.</summary>
    public PostgresDatabase Empty()
    {
        Execute(
            """
            DO $$ DECLARE names text; BEGIN
                SELECT string_agg('lightningops.' || tablename, ', ') INTO names FROM pg_tables WHERE schemaname = 'lightningops' AND tablename <> 'schema_versions';
                EXECUTE 'TRUNCATE ' || names || ' RESTART IDENTITY';
            END $$
            """);
        return this;
    }

    /// <summary>Runs a statement as the owner.</summary>
    public void Execute(string sql) => Execute(name.Value, sql);

    /// <summary>The first value of a query, as the owner.</summary>
    public object? Scalar(string sql)
    {
        using var connection = new NpgsqlConnection(Server.Connection + ";Database=" + name.Value + ";Pooling=false;Password=" + Server.Password);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    /// <summary>What pg_dump writes of it.</summary>
    public string Dump()
    {
        var start = new ProcessStartInfo(PostgresServer.FindProgram("pg_dump")!) { RedirectStandardOutput = true };
        start.Environment["PGPASSWORD"] = Server.Password;
        foreach (var argument in new[] { "-h", "127.0.0.1", "-p", Server.Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", name.Value })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var dump = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return dump;
    }

    /// <summary>Brings it to the newest schema.</summary>
    public async Task MigrateAsync()
    {
        using var store = new PostgresStore(Options());
        await PostgresSchema.MigrateAsync(store, CancellationToken.None);
    }

    public void Dispose()
    {
        if (name.IsValueCreated)
        {
            Execute("postgres", "DROP DATABASE IF EXISTS " + name.Value + " WITH (FORCE)");
        }
    }

    private string Create(bool isMigrated)
    {
        var created = "lightningops_" + Guid.NewGuid().ToString("N");
        Execute("postgres", "CREATE DATABASE " + created);
        if (isMigrated)
        {
            using var store = new PostgresStore(Options(connection: Server.Connection + ";Database=" + created));
            PostgresSchema.MigrateAsync(store, CancellationToken.None).GetAwaiter().GetResult();
        }

        return created;
    }

    private void Execute(string database, string sql)
    {
        using var connection = new NpgsqlConnection(Server.Connection + ";Database=" + database + ";Pooling=false;Password=" + Server.Password);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
