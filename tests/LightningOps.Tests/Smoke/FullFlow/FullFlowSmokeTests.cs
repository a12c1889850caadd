using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane.Mock;
using LightningOps.Files;
using LightningOps.Gateway.Memory;
using LightningOps.Json;
using LightningOps.Smoke;
using LightningOps.Smoke.FullFlow;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke.FullFlow;

public sealed class FullFlowSmokeTests : IDisposable
{
    private const string Complete = """{"generatedAtMs":1,"flows":[{"flow":"paid","taskId":"t","createRequestId":"r","proofReference":"preimage:aa","observabilityRecords":[{"executionPath":"local-node"}]}]}""";

    private readonly TemporaryFolder folder = new();
    private readonly MockControlPlane plane = new(TimeProvider.System);
    private readonly FaultPlan faults = new();
    private readonly MemoryGateway gateway;

    public FullFlowSmokeTests() => gateway = new MemoryGateway(new MemoryGatewayOptions { Faults = faults });

    private SmokeRequest Request => new()
    {
        Mode = SmokeMode.Mock,
        ControlPlane = plane,
        Gateway = gateway,
        Format = ArtifactFormat.RouteDocument,
        WorkingDirectory = folder.Path,
        ArtifactDirectory = folder.File("out"),
        AllowsMissingLocalArtifact = true,
    };

    public void Dispose()
    {
        gateway.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task In_mock_mode_summary_events_and_result_are_the_recorded_ones()
    {
        var result = await RunAsync(Request with { RequestId = "smoke:full-flow:1795366963668" });

        Assert.True(result.Ok, result.FailureReason);
        (string, string)[] paths = [(folder.File("output"), "<output>"), (folder.File("out"), "<artifact-dir>")];
        var summary = File.ReadAllText(folder.File("out/summary.json"));
        RecordedJson.AssertEqual(RecordedJson.Vector("smoke/full-flow.summary.json"), summary.TrimEnd('\n'), paths);
        RecordedJson.AssertEqual(RecordedJson.Vector("smoke/full-flow.events.jsonl"), File.ReadAllText(folder.File("out/events.jsonl")).TrimEnd('\n'), paths);
        Assert.Equal(ArtifactJson.Serialize(result, indented: true) + "\n", summary);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("convex")]
    public async Task The_requests_are_those_of_the_recorded_runs_in_order(string mode)
    {
        await using var bench = new HostedBench(mode);

        var result = await RunAsync(bench.Request with { WorkingDirectory = folder.Path, RequestId = "ff:1", AllowsMissingLocalArtifact = true });

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(mode, (string?)JsonNode.Parse(File.ReadAllText(folder.File("output/lightning-ops/full-flow/ff_1/summary.json")))!["mode"]);
        WireRun.AssertSent(bench.Requests, HostedBench.Recorded(mode, "ff:1:reconcile", "ff:1:observability"));
    }

    [Fact]
    public async Task A_folder_that_is_lost_on_the_way_takes_no_result_away()
    {
        using var losing = new HookedGateway(gateway) { Before = _ => folder.Obstruct("out") };

        var result = await RunAsync(Request with { Gateway = losing });

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(folder.File("out"), result.Unwritten!.Folder);
    }

    [Fact]
    public async Task A_missing_local_artifact_fails_by_default_and_all_else_is_written_down()
    {
        var result = await RunAsync(Request with { AllowsMissingLocalArtifact = false });

        AssertFailed(result, "local_parity", "full_flow_local_artifact_missing", passed: 7);
        Assert.Equal(folder.File("output/l402-local-node-smoke-artifact.json"), result.Failure!.Reason);
    }

    [Theory]
    [InlineData("""{"flows":[{"taskId":"t","createRequestId":"r"}]}""", "executionPath,paymentProofRef")]
    [InlineData("""{"flows":[]}""", "executionPath,requestId,taskId,paymentProofRef")]
    [InlineData("""{"flows":[{"taskId":"t","createRequestId":"r","proofReference":" ","observabilityRecords":[{"executionPath":"local-node"}]}]}""", "paymentProofRef")]
    [InlineData("""{"flows":[{"taskId":null,"requestId":"r","paymentProofRef":"","executionPath":"\t"}]}""", "executionPath,taskId,paymentProofRef")]
    [InlineData("""[{"executionPath":"local-node","requestId":"r","taskId":"t","paymentProofRef":"p"}]""", "executionPath,requestId,taskId,paymentProofRef (FILE is not an object with a list named flows)")]
    [InlineData("""{"executionPath":"local-node","requestId":"r","taskId":"t","paymentProofRef":"p","flows":[{"requestId":"r"}]}""", "executionPath,taskId,paymentProofRef")]
    [InlineData("""{"flows":{"executionPath":"local-node","requestId":"r","taskId":"t","paymentProofRef":"p"}}""", "executionPath,requestId,taskId,paymentProofRef (FILE is not an object with a list named flows)")]
    [InlineData("not json", "executionPath,requestId,taskId,paymentProofRef (FILE is not JSON: line 1, byte 2)")]
    [InlineData("", "executionPath,requestId,taskId,paymentProofRef (FILE is not JSON: line 1, byte 1)")]
    [InlineData("{\0\"\0", "executionPath,requestId,taskId,paymentProofRef (FILE is UTF-16 text: save it as UTF-8)")]
    public async Task A_local_artifact_that_lacks_keys_fails_by_default(string artifact, string missing)
    {
        File.WriteAllText(folder.File("local.json"), artifact);

        var allowed = await RunAsync(Request with { LocalArtifact = folder.File("local.json") });
        var strict = await RunAsync(Request with { AllowsMissingLocalArtifact = false, LocalArtifact = folder.File("local.json") });

        AssertFailed(strict, "local_parity", "full_flow_missing_local_parity_keys", passed: 7);
        Assert.Equal(missing.Replace("FILE", folder.File("local.json"), StringComparison.Ordinal), strict.Failure!.Reason);
        Assert.True(allowed.Ok);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_complete_local_artifact_passes_the_strict_comparison(bool hasByteOrderMark)
    {
        Directory.CreateDirectory(folder.File("output"));
        File.WriteAllText(folder.File("output/l402-local-node-smoke-artifact.json"), Complete, new UTF8Encoding(hasByteOrderMark));

        var result = await RunAsync(Request with { AllowsMissingLocalArtifact = false });

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(["executionPath", "paymentProofRef", "requestId", "taskId"], result.Parity!.SharedKeys);
    }

    [Fact]
    public async Task Without_a_paywall_to_sell_the_first_check_fails()
    {
        var result = await RunAsync(Request with { ControlPlane = new MockControlPlane(TimeProvider.System, []) });

        AssertFailed(result, "paywall_creation", "full_flow_paywall_missing", passed: 0);
    }

    [Fact]
    public async Task A_gateway_that_is_down_fails_the_reconcile_and_nothing_after_it_is_reported()
    {
        faults.Fail(GatewayOperation.Health, FaultMoment.Before);

        var result = await RunAsync(Request);

        AssertFailed(result, "gateway_reconcile", "health_check_failed", passed: 1);
        Assert.Null(result.PaidRequest);
        Assert.Equal(6, result.Coverage.ChecksNotMade!.Count);
    }

    [Fact]
    public async Task A_pause_that_closes_nothing_fails_the_policy_check()
    {
        using var deaf = new FailingControlPlane(plane, static _ => false) { IgnoresPause = true };

        AssertFailed(await RunAsync(Request with { ControlPlane = deaf }), "policy_deny", "full_flow_policy_denied_missing", passed: 4);
    }

    [Fact]
    public async Task A_control_plane_that_goes_away_fails_the_check_that_was_being_made()
    {
        var isGone = false;
        using var going = new FailingControlPlane(plane, _ => isGone);
        using var told = new HookedGateway(gateway) { After = _ => isGone = true };

        var result = await RunAsync(Request with { ControlPlane = going, Gateway = told });

        Assert.False(result.Ok);
        Assert.Equal("gateway_reconcile", Assert.Single(result.Coverage.FailedChecks));
    }

    [Fact]
    public async Task A_run_that_is_stopped_is_written_down_and_stays_stopped()
    {
        using var stop = new CancellationTokenSource();
        using var stopped = new FailingControlPlane(plane, call =>
        {
            stop.Cancel();
            return false;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SmokeCatalog.Get(SmokeName.FullFlow).RunAsync(Request with { ControlPlane = stopped }, stop.Token));

        var summary = JsonNode.Parse(File.ReadAllText(folder.File("out/summary.json")))!;
        Assert.Equal((false, "cancelled"), ((bool)summary["ok"]!, (string?)summary["failure"]!["code"]));
        Assert.Equal("failed", LastEvent()["status"]!.ToString());
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_an_error()
    {
        File.WriteAllText(folder.File("out"), "a file");

        await Assert.ThrowsAsync<ArtifactFolderException>(() => RunAsync(Request));
    }

    private static async Task<FullFlowSmokeResult> RunAsync(SmokeRequest request) =>
        (FullFlowSmokeResult)await SmokeCatalog.Get(SmokeName.FullFlow).RunAsync(request, default);

    private void AssertFailed(FullFlowSmokeResult result, string check, string code, int passed)
    {
        Assert.False(result.Ok);
        Assert.Equal((check, code), (result.Failure!.Check, result.Failure.Code));
        Assert.Equal([check], result.Coverage.FailedChecks);
        Assert.Equal((8, passed), (result.Coverage.TotalChecks, result.Coverage.PassedChecks));
        Assert.Contains(code, result.FailureReason, StringComparison.Ordinal);
        var summary = JsonNode.Parse(File.ReadAllText(folder.File("out/summary.json")))!;
        Assert.Equal((false, check), ((bool)summary["ok"]!, (string?)summary["coverage"]!["failedChecks"]![0]));
        Assert.Equal(("failed", code), ((string?)LastEvent()["status"], (string?)LastEvent()["details"]!["code"]));
    }

    private JsonNode LastEvent() => JsonNode.Parse(File.ReadAllLines(folder.File("out/events.jsonl")).Last())!;
}
