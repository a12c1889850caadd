using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;

namespace LightningOps.Tests.Support;

/// <summary>
/// A PostgreSQL server on a free port of loopback in a temporary folder, made with initdb; another user runs it where the suite is root. Where
/// OA_LIGHTNING_OPS_TEST_POSTGRES names a server (Host=…;Username=…;Password=…), that one is used.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>Why a test of PostgreSQL does not run.</summary>
    public const string NotRun = "not run: no PostgreSQL";

    private const string User = "postgres";
    private const int Tries = 5;
    private const int Quit = 3;

    // The numbers of signals differ between Linux and macOS.
    private static readonly int Continue = OperatingSystem.IsMacOS() ? 19 : 18;
    private static readonly int Stop = OperatingSystem.IsMacOS() ? 17 : 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<PostgresServer> Shared = new(() =>
    {
        var server = Start();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Dispose();
        return server;
    });

    private readonly string? folder;
    private readonly string[] settings;
    private Process? process;

    private PostgresServer(string? folder, int port, string password, string[] settings)
    {
        this.folder = folder;
        this.settings = settings;
        Port = port;
        Password = password;
        Connection = FormattableString.Invariant($"Host=127.0.0.1;Port={port};Username={User}");
    }

    /// <summary>Whether tests of PostgreSQL can run here.</summary>
    public static bool IsAvailable => NamedServer is not null || FindProgram("initdb") is not null;

    /// <summary>The server of the test run.</summary>
    public static PostgresServer ForRun => Shared.Value;

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>Password of its superuser.</summary>
    public string Password { get; }

    /// <summary>A connection string without database and password.</summary>
    public string Connection { get; private init; }

    /// <summary>Process id of the server.</summary>
    public int ProcessId => process!.Id;

    /// <summary>What the server has logged.</summary>
    public string ReadLog()
    {
        using var log = new StreamReader(new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return log.ReadToEnd();
    }

    private static string? NamedServer => Environment.GetEnvironmentVariable("OA_LIGHTNING_OPS_TEST_POSTGRES") is { Length: > 0 } named ? named : null;

    private string LogPath => Path.Combine(folder!, "server.log");

    /// <summary>Makes and starts a server of its own.</summary>
    /// <param name="settings">Settings of the server, name=value.</param>
    public static PostgresServer Start(params string[] settings)
    {
        if (settings.Length == 0 && NamedServer is { } named)
        {
            var parts = named.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return new PostgresServer(null, 0, parts.FirstOrDefault(static part => part.StartsWith("Password=", StringComparison.OrdinalIgnoreCase))?["Password=".Length..] ?? string.Empty, settings)
            {
                Connection = string.Join(";", parts.Where(static part => !part.StartsWith("Password=", StringComparison.OrdinalIgnoreCase))),
            };
        }

        var folder = Directory.CreateTempSubdirectory("lightningops-postgres-").FullName;
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        var passwordFile = Path.Combine(folder, "password");
        File.WriteAllText(passwordFile, password);
        if (IsRoot)
        {
            Run("chown", "-R", User, folder);
        }

        Run([.. AsOther, FindProgram("initdb")!, "-D", Path.Combine(folder, "data"), "-U", User, "--auth=scram-sha-256", "--pwfile=" + passwordFile, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        for (var i = 1; ; i++)
        {
            var server = new PostgresServer(folder, FindPort(), password, settings);
            try
            {
                server.Launch();
                return server;
            }
            catch (InvalidOperationException) when (i < Tries)
            {
                // Another process took the port.
            }
        }
    }

    /// <summary>Makes a database.</summary>
    /// <returns>Its connection string, without the password.</returns>
    public string CreateDatabase()
    {
        var name = "made_" + Guid.NewGuid().ToString("N");
        Run(["env", "PGPASSWORD=" + Password, FindProgram("createdb")!, "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, name]);
        return Connection + ";Database=" + name;
    }

    /// <summary>Starts the server again, on the same port.</summary>
    public void Launch()
    {
        var program = FindProgram("postgres")!;
        var logged = File.Exists(LogPath) ? ReadLog().Length : 0;
        string[] arguments =
        [
            .. AsOther, program, "-D", Path.Combine(folder!, "data"), "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=" + folder,
            "-c", "logging_collector=off", .. settings.SelectMany(static setting => new[] { "-c", setting }),
        ];
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec \"$@\" >> '" + LogPath + "' 2>&1 < /dev/null");
        start.ArgumentList.Add("sh");
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!;
        var waited = Stopwatch.StartNew();
        while (!Answers(logged))
        {
            if (process.HasExited || waited.Elapsed > Patience)
            {
                throw new InvalidOperationException("PostgreSQL did not start: " + File.ReadAllText(LogPath));
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>Stops the server and its sessions from answering: the kernel still accepts connections.</summary>
    public void Freeze() => Signal(Stop);

    /// <summary>Lets the server and its sessions answer again.</summary>
    public void Thaw() => Signal(Continue);

    /// <summary>Ends the server and its sessions as kill -9 does.</summary>
    public void Kill()
    {
        // The sessions end when they notice. A new server waits for them by the lock file and shared memory.
        var children = Children(process!.Id);
        foreach (var id in children.Prepend(process.Id))
        {
            kill(id, 9);
        }

        process.WaitForExit();
        foreach (var id in children)
        {
            while (Directory.Exists("/proc/" + id.ToString(CultureInfo.InvariantCulture)) && !IsZombie(id))
            {
                Thread.Sleep(10);
            }
        }
    }

    private void Signal(int signal)
    {
        foreach (var id in Children(process!.Id).Prepend(process.Id))
        {
            kill(id, signal);
        }
    }

    public void Dispose()
    {
        if (process is { HasExited: false })
        {
            kill(process.Id, Quit);
            if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                process.Kill();
            }
        }

        process?.Dispose();
        for (var i = 0; folder is not null && Directory.Exists(folder) && i < 50; i++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException)
            {
                // One of its sessions is still ending.
                Thread.Sleep(100);
            }
        }
    }

    /// <summary>A program of PostgreSQL, or null.</summary>
    public static string? FindProgram(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        var folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').ToList();
        foreach (var root in new[] { "/usr/lib/postgresql", "/opt/homebrew/opt" })
        {
            if (Directory.Exists(root))
            {
                folders.AddRange(Directory.GetDirectories(root).OrderDescending(StringComparer.Ordinal).Select(static version => Path.Combine(version, "bin")));
            }
        }

        return folders.Where(static folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    // PostgreSQL does not run as root.
    private static string[] AsOther => IsRoot ? ["setpriv", "--reuid=" + User, "--regid=" + User, "--clear-groups"] : [];

    private static void Run(params string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException(command[0] + " failed: " + errors.Result);
        }
    }

    private static int FindPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // A starting server accepts connections before it serves them, and logs when it is ready.
    private bool Answers(int logged) => File.Exists(LogPath) && ReadLog().IndexOf("ready to accept connections", logged, StringComparison.Ordinal) >= 0;

    private static List<int> Children(int parent)
    {
        var children = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc").Where(static folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                var status = File.ReadAllText(Path.Combine(folder, "stat"));
                if (int.Parse(status[(status.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) == parent)
                {
                    children.Add(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It has ended.
            }
        }

        return children;
    }

    private static bool IsZombie(int id)
    {
        try
        {
            var status = File.ReadAllText(FormattableString.Invariant($"/proc/{id}/stat"));
            return status[(status.LastIndexOf(')') + 2)] == 'Z';
        }
        catch (IOException)
        {
            return true;
        }
    }

    [System.Runtime.InteropServices.DllImport("libc")]
    private static extern int kill(int process, int signal);
}
