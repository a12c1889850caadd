using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway;
using LightningOps.Reconcile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile;

public sealed class ReconcileRecorderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ReconcileBench bench = new();
    private readonly ReconcileRecorder recorder;

    public ReconcileRecorderTests() => recorder = new ReconcileRecorder(bench.Time);

    private string Artifacts => folder.File("run", "artifacts");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_run_is_written_as_events_in_order_and_a_summary()
    {
        recorder.Write(Artifacts, await RunAsync());

        var events = Events();
        Assert.Equal(
            ["lease", "outbox", "list", "security", "compile", "pending", "active_lookup", "plan", "apply", "health", "challenge", "proxy", "record"],
            events.Select(happened => ((string)happened["stage"]!)["reconcile.".Length..]));
        Assert.All(events, happened => Assert.Equal(("ok", ReconcileBench.RequestId), ((string?)happened["status"], (string?)happened["requestId"])));
        Assert.Equal(["ts", "stage", "requestId", "status", "details"], events[9].AsObject().Select(member => member.Key));
        Assert.Equal(200, (int)events[9]["details"]!["statusCode"]!);
        Assert.True((bool)Summary()["ok"]!);
        Assert.Equal("applied", (string?)Summary()["gatewayReconcile"]!["deploymentStatus"]);
    }

    [Fact]
    public async Task A_failed_run_says_what_failed()
    {
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before);

        recorder.Write(Artifacts, await RunAsync());

        Assert.Equal("failed", (string?)Events().Single(happened => (string?)happened["stage"] == "reconcile.health")["status"]);
        Assert.Equal((false, "health_check_failed", "previous"), ((bool)Summary()["ok"]!, (string?)Summary()["gatewayReconcile"]!["failureCode"], (string?)Summary()["gatewayReconcile"]!["serving"]));
    }

    [Fact]
    public async Task A_run_that_could_not_be_made_is_written_with_what_happened_so_far()
    {
        bench.ControlPlane.Next(ControlPlaneCall.Security, ControlPlaneFault.NotArrived);
        var failure = await Assert.ThrowsAsync<ControlPlaneTransportException>(RunAsync);

        recorder.Write(Artifacts, ReconcileBench.RequestId, failure);

        Assert.Equal(("reconcile.security", "failed"), ((string?)Events()[^1]["stage"], (string?)Events()[^1]["status"]));
        Assert.Equal((false, "reconcile.security", "ControlPlaneTransportError"), ((bool)Summary()["ok"]!, (string?)Summary()["failedStage"], (string?)Summary()["errorId"]));
    }

    [Fact]
    public async Task A_roll_out_to_several_gateways_has_one_entry_each()
    {
        var sequence = new RolloutSequence([Reconciler(), new ReconcileBench(gatewayName: "second").Reconciler]);

        recorder.Write(Artifacts, await sequence.RunAsync(bench.Options, rollbackAll: false, new RolloutPlan?[2], CancellationToken.None));

        Assert.Equal(["memory", "second"], Summary()["gateways"]!.AsArray().Select(entry => (string?)entry!["gateway"]));
    }

    private Task<ReconcileResult> RunAsync() => Reconciler().RunAsync(bench.Options, CancellationToken.None);

    private Reconciler Reconciler() => new(bench.ControlPlane, bench.Gateway, bench.Time, bench.Leases, bench.Outbox, recorder);

    private JsonNode[] Events() => File.ReadAllLines(Path.Combine(Artifacts, "events.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();

    private JsonNode Summary() => JsonNode.Parse(File.ReadAllText(Path.Combine(Artifacts, "summary.json")))!;
}
