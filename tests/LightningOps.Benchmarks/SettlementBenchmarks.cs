using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using LightningOps.ControlPlane.Local;
using LightningOps.Settlements;
using LightningOps.Settlements.Sources;
using LightningOps.Storage;

namespace LightningOps.Benchmarks;

/// <summary>A file of settlement events into a new local store, and into one that has them already.</summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 1, iterationCount: 5)]
public class SettlementBenchmarks : IDisposable
{
    private DirectoryInfo folder = null!;
    private string file = string.Empty;
    private int runs;

    /// <summary>Events in the file.</summary>
    [Params(10_000, 100_000)]
    public int Events { get; set; }

    /// <summary>Makes the file, and a store that has its events.</summary>
    [GlobalSetup]
    public async Task MakeFile()
    {
        folder = Directory.CreateTempSubdirectory("settlements-");
        file = Path.Combine(folder.FullName, "events.jsonl");
        SettlementFile.Write(file, Events);
        await ImportAsync("known.db");
    }

    /// <summary>Every event is new.</summary>
    [Benchmark]
    public Task<SettlementImportResult> First() => ImportAsync("new-" + runs++ + ".db");

    /// <summary>Every event is known.</summary>
    [Benchmark]
    public Task<SettlementImportResult> Replay() => ImportAsync("known.db");

    /// <summary>Removes the files.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<SettlementImportResult> ImportAsync(string store)
    {
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = Path.Combine(folder.FullName, store) });
        using var content = File.OpenRead(file);
        var import = new SettlementImport(plane, new SettlementImportOptions());
        await import.ImportAsync(new JsonLinesSource(content, file), CancellationToken.None);
        return import.CreateResult(file);
    }
}
