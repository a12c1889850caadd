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
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>pause [COUNT]</c>: Set-L402GlobalPause -Active -Sync for a file gateway with that many services, without reload
/// and probes, from the switch to the record. Also the time until a cancelled run ends, at each stage and while it
/// plans over overlapping expressions.
/// </summary>
public static class PauseRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "pause";

    private const int Overlapping = 3000;

    // Stands for a running Aperture: the system accepts the connections.
    private static readonly TcpListener Listener = new(IPAddress.Loopback, 0);
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Makes the run.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000;
        var folder = Directory.CreateTempSubdirectory("pause-");
        Listener.Start();
        try
        {
            foreach (var kind in new[] { RouteKind.Literal, RouteKind.Regex })
            {
                Console.WriteLine(FormattableString.Invariant($"pause of {count} services ({kind}): {await PauseAsync(folder, kind, count)}"));
            }

            Console.WriteLine(FormattableString.Invariant($"cancelled at each stage of a pause: ended after {await CancelAtStagesAsync(folder, count):0.00} s at most"));
            Console.WriteLine(FormattableString.Invariant($"cancelled while planning over {Overlapping} overlapping expressions: ended after {await CancelPlanningAsync(folder):0.00} s"));
            return 0;
        }
        finally
        {
            Listener.Stop();
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> PauseAsync(DirectoryInfo folder, RouteKind kind, int count)
    {
        var site = await Site.CreateAsync(folder, kind + ".yaml", PaywallSnapshot.Read(SnapshotFile.Json(count, 10, kind), "benchmark"));
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var result = await site.PauseAsync(null, None);
        clock.Stop();
        process.Refresh();
        var processor = process.TotalProcessorTime - before;
        Check(site.CountClosed() == count, "not closed: " + result.FailureReason);
        Console.WriteLine("  " + string.Join(", ", result.Stages.Where(static stage => stage.Duration.TotalMilliseconds >= 10).Select(static stage => FormattableString.Invariant($"{stage.Stage} {stage.Duration.TotalMilliseconds:0} ms"))));
        return FormattableString.Invariant($"{clock.Elapsed.TotalSeconds:0.00} s, {processor.TotalSeconds:0.00} s of processor time");
    }

    private static async Task<double> CancelAtStagesAsync(DirectoryInfo folder, int count)
    {
        var longest = 0.0;
        var paywalls = PaywallSnapshot.Read(SnapshotFile.Json(count, 10, RouteKind.Regex), "benchmark");
        foreach (var stage in new[] { ReconcileStage.List, ReconcileStage.Compile, ReconcileStage.ActiveLookup, ReconcileStage.Plan })
        {
            var site = await Site.CreateAsync(folder, stage + ".yaml", paywalls);
            longest = Math.Max(longest, await CancelAsync(site, stage));
        }

        return longest;
    }

    private static async Task<double> CancelPlanningAsync(DirectoryInfo folder)
    {
        var routes = Enumerable.Range(0, Overlapping).Select(static i => Overlap(i)).ToArray();
        var site = await Site.CreateAsync(folder, "overlap.yaml", [], PaywallSnapshot.Read(Encoding.UTF8.GetBytes("{\"paywalls\":[" + string.Join(",", routes) + "]}"), "benchmark"));
        site.AddOthers(Overlapping);
        return Math.Max(await CancelAsync(site, ReconcileStage.Compile, pauses: false), await CancelAsync(site, ReconcileStage.Plan, pauses: false));
    }

    private static async Task<double> CancelAsync(Site site, ReconcileStage stage, bool pauses = true)
    {
        using var stop = new CancellationTokenSource();
        var clock = new Stopwatch();
        var progress = new Progress(report =>
        {
            if (report.Stage == stage && report.Status == StageStatus.Started && !clock.IsRunning)
            {
                _ = Task.Delay(50, None).ContinueWith(
                    _ =>
                    {
                        clock.Start();
                        stop.Cancel();
                    },
                    TaskScheduler.Default);
            }
        });
        string? ended = null;
        try
        {
            var result = await (pauses ? site.PauseAsync(progress, stop.Token) : site.SyncAsync(progress, stop.Token));
            ended = result.FailureCode + " " + result.DiagnosticsSummary;
        }
        catch (OperationCanceledException)
        {
        }

        if (!clock.IsRunning)
        {
            Console.WriteLine("  " + stage + " was not reached, or was over before it was cancelled: " + ended);
        }

        return clock.Elapsed.TotalSeconds;
    }

    private static string Overlap(int i)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        return "{\"paywallId\":\"p" + number + "\",\"ownerId\":\"o\",\"name\":\"n\",\"status\":\"active\",\"createdAtMs\":1,\"updatedAtMs\":1,\"policy\":{\"paywallId\":\"p" + number
            + "\",\"ownerId\":\"o\",\"pricingMode\":\"fixed\",\"fixedAmountMsats\":2000,\"killSwitch\":false,\"createdAtMs\":1,\"updatedAtMs\":1},\"routes\":[{\"routeId\":\"r\",\"paywallId\":\"p" + number
            + "\",\"ownerId\":\"o\",\"hostPattern\":\"h.example\",\"pathPattern\":\"^/[a-z]*y" + number + "z[a-z0-9]*$\",\"upstreamUrl\":\"https://up.internal:8443\",\"protocol\":\"https\",\"timeoutMs\":6000,\"priority\":"
            + number + ",\"createdAtMs\":1,\"updatedAtMs\":1}]}";
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }

    /// <summary>A local store and a file rolled out from it.</summary>
    private sealed class Site(string path, string store)
    {
        public static async Task<Site> CreateAsync(DirectoryInfo folder, string name, IReadOnlyList<Paywall> rolledOut, IReadOnlyList<Paywall>? wanted = null)
        {
            var site = new Site(System.IO.Path.Combine(folder.FullName, name), System.IO.Path.Combine(folder.FullName, name + ".db"));
            await File.WriteAllTextAsync(site.Path, FormattableString.Invariant($"listenaddr: \"127.0.0.1:{((IPEndPoint)Listener.LocalEndpoint).Port}\"\nservices: []\n"));
            using var plane = site.Open();
            await plane.ImportPaywallsAsync(rolledOut, PaywallImportMode.Replace, None);
            await site.RunAsync(plane, "first", null, None);
            if (wanted is not null)
            {
                await plane.ImportPaywallsAsync(wanted, PaywallImportMode.Replace, None);
            }

            return site;
        }

        private string Path => path;

        public int CountClosed() => File.ReadLines(path).Count(static line => line.Contains("127.0.0.1:0", StringComparison.Ordinal));

        /// <summary>Services of others, with expressions that overlap as the desired ones do.</summary>
        public void AddOthers(int count) => File.WriteAllText(path, File.ReadAllText(path).Replace("services: []", "services:\n" + string.Concat(Enumerable.Range(0, count).Select(static i => FormattableString.Invariant(
            $"  - name: other{i}\n    hostregexp: '^h\\.example$'\n    pathregexp: '^/[a-z]*w{i}z[a-z0-9]*$'\n    address: \"127.0.0.1:9000\"\n    protocol: http\n    price: 5\n"))), StringComparison.Ordinal));

        public async Task<ReconcileResult> SyncAsync(IProgress<StageReport>? progress, CancellationToken stop)
        {
            using var plane = Open();
            return await RunAsync(plane, "sync" + Guid.NewGuid().ToString("N"), progress, stop);
        }

        public async Task<ReconcileResult> PauseAsync(IProgress<StageReport>? progress, CancellationToken stop)
        {
            using var plane = Open();
            await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, stop);
            return await RunAsync(plane, "stop" + Guid.NewGuid().ToString("N"), progress, stop, new SwitchScope { Stops = true });
        }

        private async Task<ReconcileResult> RunAsync(IControlPlane plane, string request, IProgress<StageReport>? progress, CancellationToken stop, SwitchScope? scope = null)
        {
            using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = path, Http = new() { Tries = 1 } });
            return await new Reconciler(plane, gateway, TimeProvider.System, FileLeases.Beside(path), new MemoryOutbox(), progress).RunAsync(new ReconcileOptions { RequestId = request, Switch = scope, AllowOrderLoss = scope is not null, ClosesWithoutLease = scope is not null }, stop);
        }

        private LocalControlPlane Open() => new(new LocalStoreOptions { Path = store });
    }

    private sealed class Progress(Action<StageReport> told) : IProgress<StageReport>
    {
        public void Report(StageReport value) => told(value);
    }
}
