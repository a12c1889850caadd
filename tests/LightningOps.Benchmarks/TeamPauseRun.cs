using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Tests.Support;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>team-pause MODULE [COUNT]</c>: time from the start of Set-L402GlobalPause in one pwsh until a watch in another
/// begins to close, and has closed, a file gateway; medians. The store is PostgreSQL with default settings; a server
/// is started for the run. PWSH names the pwsh to use.
/// </summary>
public static class TeamPauseRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "team-pause";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Makes the run.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 20;
        using var server = PostgresServer.Start("synchronous_commit=on");
        using var folder = new TemporaryFolder();
        using var up = new TcpListener(IPAddress.Loopback, 0);
        up.Start();
        var path = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(path, FormattableString.Invariant($"listenaddr: \"127.0.0.1:{((IPEndPoint)up.LocalEndpoint).Port}\"\nservices: []\n"));
        using var operating = new Session(arguments[0], server, folder.File("operator"));
        await operating.RunAsync("Update-LightningOpsStore | Out-Null");
        await operating.RunAsync("New-LightningPaywall -HostPattern shop.example.com -PathPattern /a -UpstreamUrl https://upstream.example.com -PriceMsats 2000 -Name a | Out-Null");
        using var watching = new Session(arguments[0], server, folder.File("watch"));
        watching.Begin("Sync-ApertureConfig -Gateway 'file:" + path + "' -Watch -IntervalSeconds 300 -Force -Verbose 4>&1 | ForEach-Object { \"$_\" }");
        await WaitAsync(() => !IsClosed(path) && File.ReadAllText(path).Contains("shop", StringComparison.Ordinal), "the first roll-out");
        await WaitAsync(() => watching.HasEnded, "the end of the first pass");

        var begun = new List<double>();
        var closed = new List<double>();
        for (var i = 0; i < count; i++)
        {
            watching.ClosingAt = null;
            var clock = Stopwatch.GetTimestamp();
            var setting = operating.RunAsync("Set-L402GlobalPause -Active -Force | Out-Null");
            await WaitAsync(() => IsClosed(path), "the close");
            closed.Add(Stopwatch.GetElapsedTime(clock).TotalSeconds);
            await setting;
            await WaitAsync(() => watching.ClosingAt is not null, "the stage of the close");
            begun.Add(Stopwatch.GetElapsedTime(clock, watching.ClosingAt!.Value).TotalSeconds);
            await operating.RunAsync("Set-L402GlobalPause -Active:$false -Force | Out-Null");
            await WaitAsync(() => !IsClosed(path), "the opening");
            await WaitAsync(() => watching.HasEnded, "the end of the pass");
        }

        Console.WriteLine(FormattableString.Invariant($"from Set-L402GlobalPause in one pwsh to a watch in another: closing begins after {Median(begun):0.000} s, longest {begun.Max():0.000} s; closed after {Median(closed):0.000} s, longest {closed.Max():0.000} s; {count} pauses"));
        return 0;
    }

    private static bool IsClosed(string path) => File.ReadAllText(path).Contains("127.0.0.1:0", StringComparison.Ordinal);

    private static async Task WaitAsync(Func<bool> holds, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!holds())
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException("Waited in vain for " + what + ".");
            }

            await Task.Delay(2);
        }
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    /// <summary>A pwsh that runs the lines it is given, connected to the store.</summary>
    private sealed class Session : IDisposable
    {
        private const string Done = "--done--";
        private readonly Process process;
        private TaskCompletionSource? waiting;

        public Session(string module, PostgresServer server, string home)
        {
            Directory.CreateDirectory(home);
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("PWSH") ?? "pwsh") { RedirectStandardInput = true, RedirectStandardOutput = true, StandardInputEncoding = new UTF8Encoding(false) };
            foreach (var argument in new[] { "-NoProfile", "-NonInteractive", "-Command", "-" })
            {
                start.ArgumentList.Add(argument);
            }

            start.Environment["XDG_DATA_HOME"] = home;
            start.Environment["OA_LIGHTNING_OPS_CONTROL_PLANE_MODE"] = "postgres";
            start.Environment["OA_LIGHTNING_OPS_POSTGRES"] = server.Connection + ";Database=postgres";
            start.Environment["OA_LIGHTNING_OPS_POSTGRES_PASSWORD"] = server.Password;
            start.Environment["NO_COLOR"] = "1";
            process = Process.Start(start)!;
            _ = Task.Run(ReadAsync);
            Begin("Import-Module '" + Path.GetFullPath(module) + "'; $ProgressPreference = 'SilentlyContinue'");
        }

        /// <summary>When the first stage of the last close or roll-out had ended.</summary>
        public long? ClosingAt { get; set; }

        /// <summary>Whether the last pass of the watch has ended.</summary>
        public bool HasEnded { get; private set; }

        public void Begin(string line) => process.StandardInput.WriteLine(line + "\n");

        public Task RunAsync(string line)
        {
            waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Begin(line + "; '" + Done + "'");
            return waiting.Task.WaitAsync(Patience);
        }

        public void Dispose()
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        private async Task ReadAsync()
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line == Done)
                {
                    waiting?.TrySetResult();
                }
                else if (line.StartsWith("file:", StringComparison.Ordinal))
                {
                    // The stages of a close or of a roll-out, each reported when it has ended.
                    ClosingAt ??= Stopwatch.GetTimestamp();
                    HasEnded = false;
                }
                else if (line.StartsWith("watch:", StringComparison.Ordinal))
                {
                    HasEnded = true;
                }

                if (Environment.GetEnvironmentVariable("TEAM_PAUSE_LOG") is not null)
                {
                    Console.Error.WriteLine(line);
                }
            }
        }
    }
}
