using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Storage;

namespace LightningOps.Benchmarks;

/// <summary>
/// <c>settlements COUNT [FOLDER]</c>: one import of that many events into a new local store in a separate process,
/// with rate and peak memory, which BenchmarkDotNet does not report.
/// </summary>
public static class SettlementRun
{
    /// <summary>Name of the verb.</summary>
    public const string Verb = "settlements";

    /// <summary>Makes the run.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        var folder = Directory.CreateDirectory(Path.Combine(arguments.Length > 1 ? arguments[1] : Path.GetTempPath(), "settlements-" + Environment.ProcessId));
        try
        {
            var file = Path.Combine(folder.FullName, "events.jsonl");
            SettlementFile.Write(file, count);
            GC.Collect();
            var peak = new MemoryPeak();
            var before = Environment.CpuUsage.TotalTime;
            var clock = Stopwatch.StartNew();
            var result = await ImportAsync(file, Path.Combine(folder.FullName, "store.db"), peak);
            clock.Stop();
            var processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            Console.WriteLine(FormattableString.Invariant(
                $"{count} events: {count / clock.Elapsed.TotalSeconds:0} a second, {clock.Elapsed.TotalSeconds:0.00} s, {processor:0.00} s of processor; managed heap at most {peak.Managed / 1048576.0:0.0} MiB, working set at most {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:0} MiB; {result.Processed} ingested, {result.SettlementsNew} settlements, {result.RejectedCount} rejected"));
            return result.Ok && result.Processed == count ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<SettlementImportResult> ImportAsync(string file, string store, MemoryPeak peak)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = store });
        using var content = File.OpenRead(file);
        var import = new SettlementImport(plane, new SettlementImportOptions { Observer = peak });
        await import.ImportAsync(new JsonLinesSource(content, file), CancellationToken.None);
        return import.CreateResult(file);
    }

    private sealed class MemoryPeak : ISettlementImportObserver
    {
        public long Managed { get; private set; }

        public void Ingested(IngestOutcome outcome)
        {
        }

        public void Rejected(RejectedEvent rejected)
        {
        }

        public void Advanced(SettlementImportProgress progress) => Managed = Math.Max(Managed, GC.GetTotalMemory(forceFullCollection: false));
    }
}
