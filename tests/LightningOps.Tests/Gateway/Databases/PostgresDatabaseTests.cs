using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Databases;
using LightningOps.Tests.Support;
using Npgsql;
using Xunit;

namespace LightningOps.Tests.Gateway.Databases;

/// <summary>A PostgreSQL database with the tables of Aperture, in a server of its own: copied, compared and restored.</summary>
public sealed class PostgresDatabaseTests : IAsyncLifetime
{
    private const string Schema = """
        CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL);
        INSERT INTO schema_migrations VALUES (9, false);
        CREATE TABLE secrets (id serial PRIMARY KEY, hash bytea UNIQUE NOT NULL, secret bytea UNIQUE NOT NULL, created_at timestamp NOT NULL);
        CREATE TABLE l402_transactions (id serial PRIMARY KEY, token_id bytea, payment_hash bytea NOT NULL, identifier_hash bytea, service_name text NOT NULL, price_sats bigint NOT NULL, state text NOT NULL, auth_type text NOT NULL, created_at timestamp NOT NULL, settled_at timestamp);
        CREATE TABLE services (id serial PRIMARY KEY, name text NOT NULL UNIQUE, address text NOT NULL, protocol text NOT NULL, host_regexp text NOT NULL, path_regexp text NOT NULL, price bigint NOT NULL, auth text NOT NULL, created_at timestamp NOT NULL, updated_at timestamp NOT NULL, auth_scheme text NOT NULL);
        CREATE TABLE mpp_consumed_charges (id serial PRIMARY KEY, payment_hash bytea NOT NULL UNIQUE, challenge_id text NOT NULL, expires_at timestamp NOT NULL, consumed_at timestamp NOT NULL);
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly string data = "/tmp/lightningops-pg-" + Guid.NewGuid().ToString("N");
    private readonly int port = FindPort();
    private Process? server;

    private PostgresPlace Place => new(new DatabaseAddress("127.0.0.1", port, "aperture", "postgres", false), "PASSWORDPASSWORD");

    public async Task InitializeAsync()
    {
        if (!PostgresFactAttribute.IsInstalled)
        {
            return;
        }

        using (var making = PostgresFactAttribute.Start("initdb", "-D", data, "-U", "aperture", "-A", "trust", "--no-sync"))
        {
            await making.WaitForExitAsync();
        }

        server = PostgresFactAttribute.Start("postgres", "-D", data, "-p", port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-k", data, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off");
        while (!server.HasExited && !await IsUpAsync())
        {
            await Task.Delay(50);
        }
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            server.Kill();
            await server.WaitForExitAsync();
            using var removing = PostgresFactAttribute.Start("rm", "-rf", data);
            await removing.WaitForExitAsync();
            server.Dispose();
        }

        folder.Dispose();
    }

    [PostgresFact]
    public async Task A_database_is_copied_compared_and_restored()
    {
        await RunAsync(Schema + Sell("01"));
        var config = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(config, FormattableString.Invariant($"dbbackend: postgres\npostgres:\n  host: 127.0.0.1\n  port: {port}\n  user: aperture\n  password: PASSWORDPASSWORD\n  dbname: postgres\n"));
        var key = DatabaseKey.FromFile(folder.File("key"));
        var database = ApertureDatabase.Open(config);

        var backup = await database.BackupAsync(folder.File("copy"), key, None);
        await RunAsync(Sell("02"));

        Assert.Equal(("postgres", 9L, 1), (backup.Database, backup.Schema, backup.TokenCount));
        Assert.DoesNotContain("PASSWORDPASSWORD", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(folder.File("copy"))), StringComparison.Ordinal);
        Assert.Equal(["02 (one, 5 sat)"], (await database.TestAsync(folder.File("copy"), key, None)).LockedOut.Select(static token => token.ToString()));

        // An idle connection of an Aperture: the database is not replaced under it.
        using (var idle = new NpgsqlConnection(FormattableString.Invariant($"Host=127.0.0.1;Port={port};Username=aperture;Database=postgres;Pooling=false")))
        {
            await idle.OpenAsync();
            var refused = await Assert.ThrowsAsync<ApertureDatabaseException>(() => database.RestoreAsync(folder.File("copy"), key, None));
            Assert.Equal("ApertureDatabaseInUse", refused.Tag);
            Assert.Contains("1 other connection", refused.Message, StringComparison.Ordinal);
        }

        while (await PostgresTool.CountOthersAsync(Place, None) > 0)
        {
            await Task.Delay(20);
        }

        await database.RestoreAsync(folder.File("copy"), key, None);
        Assert.Equal("nothing would change", (await database.TestAsync(folder.File("copy"), key, None)).Outcome);

        // A dump that fails in the middle changes nothing.
        await Assert.ThrowsAsync<ApertureDatabaseException>(() => RunAsync("DELETE FROM secrets; SELECT none FROM nowhere;"));
        Assert.Equal("nothing would change", (await database.TestAsync(folder.File("copy"), key, None)).Outcome);
    }

    private static string Sell(string id) =>
        $"INSERT INTO secrets (hash, secret, created_at) VALUES ('\\xf0{id}', '\\xaa{id}', now()); INSERT INTO l402_transactions (token_id, payment_hash, identifier_hash, service_name, price_sats, state, auth_type, created_at) VALUES ('\\x{id}', '\\x{id}', '\\xf0{id}', 'one', 5, 'settled', 'l402', now());";

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            await RunAsync("SELECT 1;");
            return true;
        }
        catch (ApertureDatabaseException)
        {
            return false;
        }
    }

    private Task RunAsync(string sql) => PostgresTool.RestoreAsync(Place, Encoding.UTF8.GetBytes(sql), None);
}

/// <summary>A test for machines with a PostgreSQL server that can be started.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    private static readonly string[] Programs = ["initdb", "postgres", "pg_dump", "psql"];

    public PostgresFactAttribute()
    {
        if (!IsInstalled)
        {
            Skip = "PostgreSQL is not installed.";
        }
    }

    public static bool IsInstalled { get; } = OperatingSystem.IsLinux() && Programs.All(IsInPath) && (!IsRoot || IsInPath("setpriv"));

    private static bool IsRoot => Environment.UserName == "root";

    /// <summary>Starts a program; the server refuses to be root, so that another account runs it then.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(IsRoot ? "setpriv" : program) { WorkingDirectory = "/tmp", RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in IsRoot ? (string[])["--reuid=65534", "--regid=65534", "--clear-groups", program, .. arguments] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
