using System.Collections.Generic;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using LightningOps.Compile;
using LightningOps.Paywalls;

namespace LightningOps.Benchmarks;

/// <summary>
/// Parse, compile and render, compared with System.Text.Json creating objects of the same snapshot, which is the
/// baseline of the ratio. Compile is analysis and rendering, without decoding.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 8, iterationCount: 7)]
public class CompileBenchmarks
{
    private byte[] json = [];
    private IReadOnlyList<Paywall> paywalls = [];

    /// <summary>Routes in the snapshot.</summary>
    [Params(1_000, 16_000, 100_000, 1_000_000)]
    public int Routes { get; set; }

    /// <summary>Whether every route has a host of its own; else they share 10.</summary>
    [Params(false, true)]
    public bool HostEach { get; set; }

    /// <summary>How routes are written.</summary>
    [Params(RouteKind.Literal, RouteKind.Regex)]
    public RouteKind Kind { get; set; }

    /// <summary>Makes the snapshot.</summary>
    [GlobalSetup]
    public void MakeSnapshot()
    {
        json = SnapshotFile.Json(Routes, HostEach ? Routes : 10, Kind);
        paywalls = PaywallSnapshot.Read(json, "benchmark");
    }

    /// <summary>The baseline.</summary>
    [Benchmark(Baseline = true)]
    public SnapshotModel SystemTextJson() => SnapshotFile.Deserialize(json);

    /// <summary>The decode of the contract.</summary>
    [Benchmark]
    public IReadOnlyList<Paywall> Parse() => PaywallSnapshot.Read(json, "benchmark");

    /// <summary>Analysis and rendering.</summary>
    [Benchmark]
    public CompileResult Compile() => Checked(PaywallCompiler.Compile(paywalls, new CompileOptions()));

    private static CompileResult Checked(CompileResult result) =>
        result.Valid ? result : throw new System.InvalidOperationException(result.Diagnostics[0].ToString());
}
