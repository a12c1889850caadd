using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Support;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>pause-admin [COUNT [MILLISECONDS]]</c>: Set-L402GlobalPause -Active -Sync over the admin API of a gateway with
/// that many services, without probes. Measured at a stand-in that answers at once, and at one that takes some time
/// per change, like an Aperture that rebuilds all its services: 33 ms by default, and 1.7 times less for two at once.
/// </summary>
public static class AdminPauseRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "pause-admin";

    private const string Macaroon = "0201036c6e64";
    private const double Parallel = 1.7;
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Makes the run.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 2000;
        var each = TimeSpan.FromMilliseconds(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 33);
        var folder = Directory.CreateTempSubdirectory("pause-admin-");
        try
        {
            foreach (var delay in new[] { TimeSpan.Zero, each })
            {
                var (seconds, most) = await PauseAsync(folder, count, delay);
                Console.WriteLine(FormattableString.Invariant($"pause of {count} services over the admin API, {delay.TotalMilliseconds:0} ms a change: {seconds:0.0} s, {most} calls at once at most; one after another {count * delay.TotalSeconds:0.0} s"));
            }

            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<(double Seconds, int MaxAtOnce)> PauseAsync(DirectoryInfo folder, int count, TimeSpan delay)
    {
        var api = new ApertureAdminApi(Macaroon);
        var changing = new SemaphoreSlim(2);
        var gate = new object();
        var pause = TimeSpan.Zero;
        var running = 0;
        var most = 0;
        await using var server = new LoopbackServer(async request =>
        {
            if (request.Method == "PUT")
            {
                await changing.WaitAsync();
                try
                {
                    most = Math.Max(most, Interlocked.Increment(ref running));
                    await Task.Delay(Volatile.Read(ref running) > 1 ? pause * (2 / Parallel) : pause);
                }
                finally
                {
                    Interlocked.Decrement(ref running);
                    changing.Release();
                }
            }

            lock (gate)
            {
                var answer = api.Answer(request.Method, request.Target, request.Headers.TryGetValue("grpc-metadata-macaroon", out var given) ? given : null, request.Body);
                return Reply.Json(answer.Body, answer.Status);
            }
        });
        var store = Path.Combine(folder.FullName, "store" + delay.TotalMilliseconds.ToString(CultureInfo.InvariantCulture) + ".db");
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = store });
        var paywalls = PaywallSnapshot.Read(SnapshotFile.Json(count, 10, RouteKind.Literal), "benchmark");
        await plane.ImportPaywallsAsync(paywalls, PaywallImportMode.Replace, None);
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, Macaroon = OperatorSecret.From(Macaroon), Records = new Kept(), Http = new() { Tries = 1, TryTimeout = TimeSpan.FromMinutes(1) } });
        var leases = new MemoryLeases();

        // The state after a roll-out: each service made here, and open.
        api.Services = LightningOps.Gateway.Planning.DesiredServices.From(LightningOps.Compile.PaywallCompiler.Compile(paywalls, new LightningOps.Compile.CompileOptions()).Rules, withExtras: false);
        pause = delay;
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var clock = Stopwatch.StartNew();
        var result = await new Reconciler(plane, gateway, TimeProvider.System, leases, new MemoryOutbox())
            .RunAsync(new ReconcileOptions { RequestId = "stop", Switch = new SwitchScope { Stops = true }, AllowOrderLoss = true, AllowMissingFeatures = true, ClosesWithoutLease = true, ProbeLimit = 0 }, None);
        clock.Stop();
        if (api.Services.Any(static service => !service.IsClosed))
        {
            throw new InvalidOperationException("not closed: " + result.FailureReason);
        }

        Console.WriteLine("  " + string.Join(", ", result.Stages.Where(static stage => stage.Duration.TotalMilliseconds >= 10).Select(static stage => FormattableString.Invariant($"{stage.Stage} {stage.Duration.TotalMilliseconds:0} ms"))));
        return (clock.Elapsed.TotalSeconds, most);
    }

    private sealed class Kept : IGatewayRecords
    {
        private GatewayRecord record = GatewayRecord.Empty;

        public Task<GatewayRecord> ReadAsync(string gateway, CancellationToken cancellationToken) => Task.FromResult(record);

        public Task WriteAsync(string gateway, GatewayRecord written, CancellationToken cancellationToken)
        {
            record = written;
            return Task.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
