using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Memory;
using LightningOps.Observability;
using LightningOps.Reconcile;
using LightningOps.Smoke;
using Xunit;

namespace LightningOps.Tests.Reconcile;

public sealed class ReconcileObserverTests
{
    private readonly MemorySink sink = new();

    [Fact]
    public async Task A_reconcile_leaves_a_record_of_itself_and_of_the_health_check()
    {
        var bench = new ReconcileBench();

        await Observed(bench, sink).RunAsync(bench.Options, default);

        Assert.Equal(
            [("/api/lightning/paywalls/reconcile", null), ("/l402/health", null)],
            sink.Records.Select(record => (record.Endpoint, record.DenyReason)));
        Assert.All(sink.Records, record => Assert.Equal(ReconcileBench.RequestId, record.RequestId));
    }

    [Fact]
    public async Task What_failed_is_in_the_records_as_a_code()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before);

        await Observed(bench, sink).RunAsync(bench.Options, default);

        Assert.Equal(["health_check_failed", "health_check_failed"], sink.Records.Select(record => record.DenyReason));
    }

    [Fact]
    public async Task A_check_that_was_not_made_leaves_no_record()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Apply, FaultMoment.Before);

        await Observed(bench, sink).RunAsync(bench.Options, default);

        Assert.Equal("deploy_apply_failed", Assert.Single(sink.Records).DenyReason);
    }

    [Fact]
    public async Task A_reconcile_that_could_not_be_made_leaves_a_record()
    {
        var bench = new ReconcileBench();
        bench.ControlPlane.Next(ControlPlaneCall.List, ControlPlaneFault.Refused);

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => Observed(bench, sink).RunAsync(bench.Options, default));

        Assert.Equal("ControlPlaneTransportError", Assert.Single(sink.Records).DenyReason);
    }

    [Fact]
    public async Task A_sink_that_fails_is_one_warning_and_nothing_else()
    {
        var bench = new ReconcileBench();

        var result = await Observed(bench, new FailingSink()).RunAsync(bench.Options, default);

        Assert.True(result.Ok);
        Assert.Equal("observability_not_written", Assert.Single(result.Warnings).Code);
    }

    [Fact]
    public async Task A_compile_smoke_leaves_a_record()
    {
        var bench = new ReconcileBench();

        await SmokeCatalog.Get(SmokeName.Compile).RunAsync(
            new SmokeRequest { ControlPlane = bench.Plane, Time = bench.Time, Observability = sink }, default);

        Assert.Equal(OperationRecords.Compile("smoke:compile", null, bench.Time.GetUtcNow().ToUnixTimeMilliseconds()), Assert.Single(sink.Records));
    }

    private static Reconciler Observed(ReconcileBench bench, IObservabilitySink sink) =>
        new(bench.ControlPlane, bench.Gateway, bench.Time, bench.Leases, bench.Outbox, progress: null, sink);

    private sealed class FailingSink : IObservabilitySink
    {
        public void Write(IReadOnlyList<ObservabilityRecord> records) => throw new InvalidOperationException("full");
    }
}
