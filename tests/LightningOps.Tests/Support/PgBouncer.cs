using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using Xunit;

namespace LightningOps.Tests.Support;

/// <summary>PgBouncer in transaction mode before the server of the test run: each transaction may get another session.</summary>
internal sealed class PgBouncer : IDisposable
{
    private const string NotRun = "not run: no PgBouncer";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private readonly Process process;

    private PgBouncer(string folder, int port, Process process)
    {
        this.folder = folder;
        this.process = process;
        Port = port;
    }

    public static string? SkipReason => !PostgresServer.IsAvailable ? PostgresServer.NotRun : FindProgram() is null ? NotRun : null;

    public int Port { get; }

    public static PgBouncer Start(PostgresServer server)
    {
        var folder = Directory.CreateTempSubdirectory("lightningops-pgbouncer-").FullName;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        File.WriteAllText(Path.Combine(folder, "users"), "\"postgres\" \"" + server.Password + "\"\n");
        var settings = Path.Combine(folder, "pgbouncer.ini");
        File.WriteAllText(
            settings,
            FormattableString.Invariant($"""
            [databases]
            * = host=127.0.0.1 port={server.Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {folder}/users
            pool_mode = transaction
            default_pool_size = 3
            max_client_conn = 200
            logfile = {folder}/log
            """));
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$@\" > '" + folder + "/out' 2>&1 < /dev/null");
        start.ArgumentList.Add("sh");
        if (Environment.IsPrivilegedProcess)
        {
            // It does not run as root.
            Process.Start("chown", ["-R", "postgres", folder])!.WaitForExit();
            foreach (var argument in new[] { "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups" })
            {
                start.ArgumentList.Add(argument);
            }
        }

        start.ArgumentList.Add(FindProgram()!);
        start.ArgumentList.Add(settings);
        var bouncer = new PgBouncer(folder, port, Process.Start(start)!);
        bouncer.WaitUntilItListens();
        return bouncer;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }

        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string? FindProgram() =>
        OperatingSystem.IsWindows() ? null : new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer" }.FirstOrDefault(File.Exists);

    private void WaitUntilItListens()
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                probe.Connect(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                if (process.HasExited || waited.Elapsed > Patience)
                {
                    throw new InvalidOperationException("PgBouncer did not start: " + File.ReadAllText(Path.Combine(folder, "out")).ToString(CultureInfo.InvariantCulture));
                }

                Thread.Sleep(20);
            }
        }
    }
}

/// <summary>A test that needs PostgreSQL and PgBouncer; elsewhere skipped, which is said.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PoolerFactAttribute : FactAttribute
{
    public PoolerFactAttribute() => Skip = PgBouncer.SkipReason;
}
