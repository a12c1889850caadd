using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Paywalls;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Support;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>postgres SETTLEMENTS PAYWALLS ROUNDS</c>: one import into PostgreSQL with default settings, then paywalls read
/// from it and from a local store, alternating, and the time until a pause set elsewhere is noticed; medians. A
/// server is started for the run.
/// </summary>
public static class PostgresRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "postgres";

    /// <summary>Makes the run.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var settlements = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var paywalls = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var rounds = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        using var server = PostgresServer.Start("synchronous_commit=on");
        using var folder = new TemporaryFolder();
        var options = new PostgresStoreOptions { Connection = server.Connection + ";Database=postgres", Password = () => server.Password };
        await new PostgresStoreSchema(options).UpdateAsync(CancellationToken.None);
        using var team = new PostgresControlPlane(options);
        using var local = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db") });

        var file = folder.File("events.jsonl");
        SettlementFile.Write(file, settlements);
        var clock = Stopwatch.StartNew();
        using (var content = File.OpenRead(file))
        {
            var import = new SettlementImport(team, new SettlementImportOptions());
            await import.ImportAsync(new JsonLinesSource(content, file), CancellationToken.None);
            Console.WriteLine(FormattableString.Invariant($"{settlements} events: {settlements / clock.Elapsed.TotalSeconds:0} a second, {clock.Elapsed.TotalSeconds:0.0} s; {import.CreateResult(file).SettlementsNew} settlements"));
        }

        var snapshot = PaywallSnapshot.Read(SnapshotFile.Json(paywalls, paywalls, RouteKind.Literal), "benchmark");
        await local.ImportPaywallsAsync(snapshot, PaywallImportMode.Replace, CancellationToken.None);
        await team.ImportPaywallsAsync(snapshot, PaywallImportMode.Replace, CancellationToken.None);
        var times = Enumerable.Range(0, rounds).Select(_ => (Local: Measure(local), Team: Measure(team))).ToArray();
        var (one, other) = (Median(times.Select(static time => time.Local)), Median(times.Select(static time => time.Team)));
        Console.WriteLine(FormattableString.Invariant($"{paywalls} paywalls compiled: local {one:0.000} s, PostgreSQL {other:0.000} s, {other / one:0.00} times"));
        Console.WriteLine(FormattableString.Invariant($"a pause is heard after {await MeasureNoticeAsync(team, options):0.000} s, the median of 20"));
        return 0;
    }

    private static async Task<double> MeasureNoticeAsync(PostgresControlPlane setting, PostgresStoreOptions options)
    {
        using var watching = new PostgresControlPlane(options);
        var times = new System.Collections.Generic.List<double>();
        var isListening = false;
        for (var i = 0; i <= 20; i++)
        {
            var heard = Task.Run(() => watching.WaitForChangeAsync(CancellationToken.None));
            while (!isListening && !heard.IsCompleted)
            {
                // The first call begins to listen.
                await setting.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None);
                await Task.WhenAny(heard, Task.Delay(200));
            }

            var clock = Stopwatch.StartNew();
            if (isListening)
            {
                await setting.SetGlobalPauseAsync(new GlobalPauseChange { Active = i % 2 == 0 }, CancellationToken.None);
                await heard;
                times.Add(clock.Elapsed.TotalSeconds);
            }

            isListening = true;
        }

        return Median(times);
    }

    private static double Measure(IControlPlane plane)
    {
        var clock = Stopwatch.StartNew();
        var paywalls = plane.ListPaywallsAsync(CancellationToken.None).GetAwaiter().GetResult();
        PaywallCompiler.Compile(paywalls, new CompileOptions());
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(System.Collections.Generic.IEnumerable<double> times) => times.Order().ElementAt(times.Count() / 2);
}
