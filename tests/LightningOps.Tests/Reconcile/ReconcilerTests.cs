using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

public sealed class ReconcilerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_pass_applies_checks_and_records()
    {
        var bench = new ReconcileBench();

        var result = await bench.RunAsync();

        Assert.True(result is { Ok: true, Changed: true, Valid: true, HealthOk: true, ChallengeOk: true, ProxyOk: true, FailureCode: null }, result.ToString());
        Assert.Equal((DeploymentStatus.Applied, ReconcileBench.DeploymentId, bench.WantedHash), (result.DeploymentStatus, result.DeploymentId, result.ConfigHash));
        Assert.Equal(bench.WantedHash, bench.ServedHash());
        Assert.Equal(["health_ok", "challenge_ok", "proxy_ok", "applied"], bench.Events());
        var record = bench.Record();
        Assert.Equal((DeploymentStatus.Applied, "sha256:new", bench.Time.GetUtcNow().ToUnixTimeMilliseconds()), (record.Status, record.ImageDigest, record.AppliedAtMs));
        Assert.Empty(result.Warnings);
        Assert.Equal(ReconcileBench.PreviousHash, result.Plan!.CurrentConfigHash);
    }

    [Fact]
    public async Task The_calls_are_made_in_the_contracts_order()
    {
        var bench = new ReconcileBench();

        await bench.RunAsync();

        Assert.Equal(
            [
                "list", "security", "record Pending", "event gateway_reconcile_health_ok", "event gateway_reconcile_challenge_ok",
                "event gateway_reconcile_proxy_ok", "record Applied", "event gateway_reconcile_applied",
            ],
            bench.ControlPlane.Calls);
        Assert.Equal(
            [GatewayOperation.ReadState, GatewayOperation.Apply, GatewayOperation.Health, GatewayOperation.Challenge, GatewayOperation.Proxy],
            bench.Gateway.Calls);
    }

    [Fact]
    public async Task Every_stage_is_reported_when_it_begins_and_when_it_ends()
    {
        var bench = new ReconcileBench();

        var result = await bench.RunAsync();

        ReconcileStage[] stages =
        [
            ReconcileStage.Lease, ReconcileStage.Outbox, ReconcileStage.List, ReconcileStage.Security, ReconcileStage.Compile, ReconcileStage.Pending,
            ReconcileStage.ActiveLookup, ReconcileStage.Plan, ReconcileStage.Apply, ReconcileStage.Health, ReconcileStage.Challenge, ReconcileStage.Proxy, ReconcileStage.Record,
        ];
        Assert.Equal(stages, result.Stages.Select(report => report.Stage));
        Assert.Equal(stages.SelectMany(stage => new[] { (stage, StageStatus.Started), (stage, StageStatus.Ok) }), bench.Reports.Select(report => (report.Stage, report.Status)));
    }

    [Theory]
    [InlineData("a b/c:d", "a_b_c_d")]
    [InlineData("Å", "_")]
    [InlineData("", "run")]
    public async Task Ids_keep_what_is_safe_of_the_request(string requestId, string expected)
    {
        var bench = new ReconcileBench { Options = new ReconcileOptions { RequestId = requestId } };

        Assert.Equal("dep_reconcile_" + expected, (await bench.RunAsync()).DeploymentId);
    }

    [Fact]
    public async Task Ids_are_cut_at_90_characters_of_the_request()
    {
        var bench = new ReconcileBench { Options = new ReconcileOptions { RequestId = new string('x', 200) } };

        Assert.Equal("dep_reconcile_" + new string('x', 90), (await bench.RunAsync()).DeploymentId);
    }

    [Fact]
    public async Task Paywalls_that_do_not_compile_are_recorded_as_failed_and_nothing_is_sent()
    {
        var bench = new ReconcileBench([Priced("p", 0, Route("r", "shop.example.com", "/a"))]);

        var result = await bench.RunAsync();

        Assert.Equal((false, false, "compile_validation_failed", "dep_compile_sync_1"), (result.Ok, result.Valid, result.FailureCode, result.DeploymentId));
        Assert.Equal(PaywallCompiler.Compile(await bench.Plane.ListPaywallsAsync(None), new CompileOptions()).SnapshotHash, result.ConfigHash);
        Assert.Equal(DeploymentStatus.Failed, bench.Record("dep_compile_sync_1").Status);
        Assert.Equal("compile_validation_failed", (string?)Metadata(bench.Record("dep_compile_sync_1"))["failure"]!["code"]);
        Assert.Empty(bench.Gateway.Calls);
        Assert.Empty(bench.Events());
        Assert.NotEmpty(result.Diagnostics);
    }

    [Theory]
    [InlineData(ControlPlaneCall.List)]
    [InlineData(ControlPlaneCall.Security)]
    internal async Task What_cannot_be_read_is_denied_and_nothing_is_touched(ControlPlaneCall call)
    {
        var bench = new ReconcileBench();
        bench.ControlPlane.Next(call, ControlPlaneFault.NotArrived);

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => bench.RunAsync());

        Assert.Empty(bench.Gateway.Calls);
        Assert.DoesNotContain(bench.ControlPlane.Calls, name => name.StartsWith("record", StringComparison.Ordinal));
        Assert.Contains(bench.Reports, report => report.Status == StageStatus.Failed);
        Assert.True((await bench.RunAsync()).Ok);
    }

    [Fact]
    public async Task The_route_document_reads_no_security_state()
    {
        var bench = new ReconcileBench { Options = new ReconcileOptions { RequestId = ReconcileBench.RequestId, Compile = new CompileOptions { Format = ArtifactFormat.RouteDocument } } };

        Assert.True((await bench.RunAsync()).Ok);
        Assert.DoesNotContain("security", bench.ControlPlane.Calls);
    }

    [Fact]
    public async Task A_second_pass_sends_nothing_and_checks_all_the_same()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Gateway.Calls.Clear();

        var result = await bench.RunAsync();

        Assert.True(result is { Ok: true, Changed: false, HealthOk: true, ChallengeOk: true, ProxyOk: true }, result.ToString());
        Assert.Equal([GatewayOperation.ReadState, GatewayOperation.Health, GatewayOperation.Challenge, GatewayOperation.Proxy], bench.Gateway.Calls);
        Assert.True(result.Plan!.IsEmpty);
        Assert.Equal(DeploymentStatus.Applied, bench.Record().Status);
    }

    [Fact]
    public async Task What_is_served_already_but_is_not_up_is_sent_again()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before);
        bench.Gateway.Calls.Clear();

        Assert.True((await bench.RunAsync()) is { Ok: true, Changed: true });
        Assert.Equal(
            [GatewayOperation.ReadState, GatewayOperation.Health, GatewayOperation.Apply, GatewayOperation.Health, GatewayOperation.Challenge, GatewayOperation.Proxy],
            bench.Gateway.Calls);
    }

    [Fact]
    public async Task A_check_that_fails_where_nothing_was_sent_rolls_nothing_back()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Faults.Fail(GatewayOperation.Challenge, FaultMoment.Before);
        bench.Gateway.Calls.Clear();

        var result = await bench.RunAsync();

        Assert.Equal((DeploymentStatus.Failed, "challenge_check_failed", false), (result.DeploymentStatus, result.FailureCode, result.Changed));
        Assert.DoesNotContain(GatewayOperation.RollBack, bench.Gateway.Calls);
        Assert.Equal(bench.WantedHash, bench.ServedHash());
    }

    [Fact]
    public async Task A_pause_closes_every_rule_in_one_pass_and_skips_the_checks_of_a_sale()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var result = await bench.RunAsync();

        Assert.True(result is { Ok: true, Changed: true, HealthOk: true, ChallengeOk: false, ProxyOk: false }, result.ToString());
        Assert.All(result.Plan!.Changes, change => Assert.Equal(ServiceChangeKind.Closed, change.Kind));
        Assert.Equal(["check_skipped", "check_skipped"], result.Warnings.Select(warning => warning.Code));
        Assert.All((await bench.Gateway.ReadStateAsync(None)).Services!, service => Assert.True(service.IsClosed));
        Assert.False((bool?)Metadata(bench.Record())["progress"]!["challengeOk"]);
    }

    [Fact]
    public async Task What_is_to_be_closed_stays_closed_when_the_rest_is_rolled_back()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
        bench.Faults.Fail(GatewayOperation.Proxy, FaultMoment.Before);

        var result = await bench.RunAsync();

        Assert.Equal((DeploymentStatus.RolledBack, LiveConfiguration.Closed, true), (result.DeploymentStatus, result.Serving, result.Changed));
        Assert.Contains(result.Warnings, warning => warning.Code == "denied_services_closed" && warning.Message.Contains("pw_news", StringComparison.Ordinal));
        Assert.DoesNotContain(result.Warnings, warning => warning.Code == "closed_rules_reopened");
        Assert.All((await bench.Gateway.ReadStateAsync(None)).Services!, service => Assert.Equal(service.Name.StartsWith("pw_news", StringComparison.Ordinal), service.IsClosed));
        Assert.Equal(DeploymentStatus.Applied, bench.Record("dep_close_sync_1").Status);
        Assert.Contains("still closed: pw_news", (string?)Metadata(bench.Record())["failure"]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_serves_it_already_and_is_not_up_is_failed_and_not_rolled_back()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Gateway.Calls.Clear();
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before, times: 2);

        var result = await bench.RunAsync();

        Assert.Equal(("health_check_failed", DeploymentStatus.Failed), (result.FailureCode, bench.Record().Status));
        Assert.Equal((LiveConfiguration.Wanted, false, null), (result.Serving, result.Changed, result.RolledBackFrom));
        Assert.DoesNotContain(GatewayOperation.RollBack, bench.Gateway.Calls);
    }

    [Fact]
    public async Task A_gateway_that_serves_it_already_still_serves_it_when_a_check_fails()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        bench.Faults.Fail(GatewayOperation.Proxy, FaultMoment.Before);

        var result = await bench.RunAsync();

        Assert.Equal(("proxy_check_failed", LiveConfiguration.Wanted, false), (result.FailureCode, result.Serving, result.Changed));
        Assert.Equal("The gateway serves the desired configuration.", result.Standing.ToString());
    }

    [Theory]
    [InlineData("compile_validation_failed")]
    [InlineData("active_lookup_failed")]
    [InlineData("reconcile_suspended")]
    public async Task Of_a_gateway_that_was_not_read_it_is_not_known_what_it_serves(string code)
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        if (code == "compile_validation_failed")
        {
            bench.Paywalls = [];
        }
        else if (code == "active_lookup_failed")
        {
            bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before);
        }

        var result = await new Reconciler(bench.Plane, bench.Gateway, bench.Time, new MemoryLeases(), bench.Outbox) { Suspension = code == "reconcile_suspended" ? new ReconcileSuspension("memory", "dep_old", "somebody", 0) : null }.RunAsync(bench.Options, None);

        Assert.Equal((code, LiveConfiguration.Unknown, null, false), (result.FailureCode, result.Serving, result.Standing.Live, result.Changed));
    }

    [Theory]
    [InlineData(false, LiveConfiguration.Wanted)]
    [InlineData(true, LiveConfiguration.Previous)]
    public async Task What_was_closed_before_is_known_to_be_closed_however_the_roll_out_ends(bool isRolledBack, LiveConfiguration serving)
    {
        var bench = new ReconcileBench();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        Assert.True((await bench.RunAsync()).DenialHolds);
        if (isRolledBack)
        {
            bench.Paywalls = [.. bench.Paywalls.Skip(1)];
        }

        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before, times: 2);

        var result = await bench.RunAsync();

        Assert.Equal(("health_check_failed", serving, true), (result.FailureCode, result.Serving, result.DenialHolds));
    }

    [Fact]
    public async Task What_is_open_before_and_after_is_not_told_as_closed()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before, times: 20);

        Assert.False((await bench.RunAsync()).DenialHolds);
    }

    [Fact]
    public async Task A_roll_back_that_opens_what_cannot_be_closed_again_says_so()
    {
        var bench = new ReconcileBench();
        await bench.RunAsync();
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
        bench.Faults.Fail(GatewayOperation.Proxy, FaultMoment.Before).Fail(GatewayOperation.Close, FaultMoment.Before);

        var result = await bench.RunAsync();

        Assert.Equal(DeploymentStatus.RolledBack, result.DeploymentStatus);
        Assert.Contains(result.Warnings, warning => warning.Code == "closed_rules_reopened" && warning.Message.Contains("pw_news", StringComparison.Ordinal));
        Assert.Equal(DeploymentStatus.Failed, bench.Record("dep_close_sync_1").Status);
    }

    [Fact]
    public async Task A_plan_that_is_no_longer_the_approved_one_is_not_sent()
    {
        var bench = new ReconcileBench();
        var plan = (await new DriftCheck(bench.Plane, bench.Gateway, bench.Time).RunAsync(bench.Options, None)).Plan!;
        var options = bench.Options with { ApprovedPlan = plan };
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var result = await bench.Reconciler.RunAsync(options, None);

        Assert.Equal(("plan_changed", false), (result.FailureCode, result.Changed));
        Assert.Equal(ReconcileBench.PreviousHash, bench.ServedHash());
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        Assert.True((await bench.Reconciler.RunAsync(options, None)).Ok);
    }

    [Fact]
    public async Task Metadata_of_a_failure_names_code_stage_and_reason()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Challenge, FaultMoment.Before);

        var result = await bench.RunAsync();

        var expected = JsonNode.Parse("""
            {"executionPath":"hosted-node",
             "correlation":{"requestId":"sync:1","deploymentId":"dep_reconcile_sync_1","configHash":"HASH","paritySchemaVersion":"l402_run_artifact_v1",
              "parityKeys":["executionPath","requestId","deploymentId","configHash"]},
             "progress":{"healthOk":true,"challengeOk":false,"proxyOk":false},
             "failure":{"code":"challenge_check_failed","stage":"challenge","reason":"injected_fault"},
             "rollback":{"rolledBackFrom":"cfg_previous"}}
            """.Replace("HASH", result.ConfigHash));
        Assert.True(JsonNode.DeepEquals(expected, Metadata(bench.Record())), bench.Record().Metadata!.Value);
        Assert.Equal("cfg_previous", bench.Record().RolledBackFrom);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"executionPath":"hosted-node","routeId":"pw_news:route_news",
                 "details":{"failureCode":"challenge_check_failed","failureReason":"injected_fault","rolledBackFrom":"cfg_previous"}}
                """),
            JsonNode.Parse(bench.LastEvent().Metadata!.Value)));
        Assert.Equal(EventLevel.Warn, bench.LastEvent().Level);
    }

    [Fact]
    public async Task A_pending_record_that_fails_stops_before_anything_is_sent()
    {
        var bench = new ReconcileBench();
        bench.ControlPlane.Next(ControlPlaneCall.Record, ControlPlaneFault.NotArrived);

        var result = await bench.RunAsync();

        Assert.Equal(("deployment_record_failed", DeploymentStatus.Failed, false), (result.FailureCode, result.DeploymentStatus, result.Changed));
        Assert.Empty(bench.Gateway.Calls);
        Assert.Equal(DeploymentStatus.Failed, bench.Record().Status);
    }

    [Fact]
    public async Task A_last_record_that_fails_is_kept_and_sent_by_the_next_run()
    {
        var bench = new ReconcileBench();
        bench.ControlPlane.Next(ControlPlaneCall.Record, null, ControlPlaneFault.LostInDoubt);

        var result = await bench.RunAsync();

        Assert.Equal((false, "deployment_record_failed", LiveConfiguration.Wanted), (result.Ok, result.FailureCode, result.Serving));
        Assert.Equal(DeploymentStatus.Pending, bench.Record().Status);
        Assert.Contains(result.Warnings, warning => warning.Code == "record_not_written");
        var next = await bench.Reconciler.RunAsync(bench.Options with { RequestId = "sync:2" }, None);
        Assert.True(next is { Ok: true, Changed: false });
        Assert.Equal(DeploymentStatus.Applied, bench.Record().Status);
        Assert.Empty(bench.Outbox.Waiting);
    }

    [Fact]
    public async Task A_listener_that_fails_changes_nothing_about_the_run()
    {
        var bench = new ReconcileBench();

        var result = await new Reconciler(bench.ControlPlane, bench.Gateway, bench.Time, bench.Leases, bench.Outbox, new FailingListener()).RunAsync(bench.Options, None);

        Assert.True(result is { Ok: true, Warnings.Count: 0 }, result.ToString());
        Assert.Equal(DeploymentStatus.Applied, bench.Record().Status);
    }

    [Fact]
    public async Task A_failure_nobody_thought_of_rolls_back_too()
    {
        var bench = new ReconcileBench();
        bench.Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.Proxy)
            {
                throw new InvalidOperationException("with a secret");
            }
        };

        var result = await bench.RunAsync();

        Assert.Equal((DeploymentStatus.RolledBack, "proxy_check_failed", "unexpected:InvalidOperationException"), (result.DeploymentStatus, result.FailureCode, result.FailureReason));
        Assert.Equal(ReconcileBench.PreviousHash, bench.ServedHash());
    }

    private sealed class FailingListener : IProgress<StageReport>
    {
        public void Report(StageReport value) => throw new InvalidOperationException("no listener");
    }

    private static JsonNode Metadata(Deployment deployment) => JsonNode.Parse(deployment.Metadata!.Value)!;
}
