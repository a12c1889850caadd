using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>A pause or kill switch closes in one pass also when the paywalls do not compile.</summary>
public sealed class DenialClosingTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Paywall One = Paywall("one", Route("r", "shop.example.com", "/one"));
    private static readonly Paywall Two = Paywall("two", Route("r", "shop.example.com", "/two"));
    private static readonly Paywall Broken = Priced("broken", 0, Route("r", "shop.example.com", "/broken"));

    [Fact]
    public async Task A_global_pause_closes_everything_and_the_compile_is_reported_as_failed()
    {
        var bench = await ServingAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var result = await bench.RunAsync();

        Assert.Equal((false, "compile_validation_failed", DeploymentStatus.Failed), (result.Ok, result.FailureCode, result.DeploymentStatus));
        Assert.Equal((LiveConfiguration.Closed, true), (result.Serving, result.Changed));
        Assert.Equal(["one.r", "two.r"], await ClosedAsync(bench));
        Assert.Contains(result.Warnings, warning => warning.Code == "denied_services_closed" && warning.Message.EndsWith("one.r, two.r", StringComparison.Ordinal));
        Assert.Equal("one.r,two.r", result.Stages.Single(stage => stage.Stage == ReconcileStage.Close).Details["services"]);
    }

    [Fact]
    public async Task The_control_plane_has_the_failed_compile_and_what_was_closed()
    {
        var bench = await ServingAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        await bench.RunAsync();

        var closed = bench.Record("dep_close_sync_1");
        Assert.Equal((DeploymentStatus.Applied, bench.ServedHash()), (closed.Status, closed.ConfigHash));
        var failed = bench.Record("dep_compile_sync_1");
        Assert.Equal(DeploymentStatus.Failed, failed.Status);
        Assert.Equal("compile_validation_failed; still closed: one.r, two.r", (string?)JsonNode.Parse(failed.Metadata!.Value)!["failure"]!["reason"]);
    }

    [Fact]
    public async Task An_owners_kill_switch_closes_what_is_the_owners_and_what_was_at_its_last_roll_out()
    {
        var bench = await ServingAsync(Paywall("archived", Route("r", "shop.example.com", "/archived")) with { OwnerId = "owner_two" });
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_two", Active = true }, None);

        var result = await bench.RunAsync();

        Assert.Equal("compile_validation_failed", result.FailureCode);
        Assert.Equal(["archived.r", "two.r"], await ClosedAsync(bench));
    }

    [Fact]
    public async Task A_paused_paywall_is_closed_and_no_other()
    {
        var bench = await ServingAsync();
        bench.Paywalls = [One, Two with { Status = PaywallStatus.Paused }, Broken];

        await bench.RunAsync();

        Assert.Equal(["two.r"], await ClosedAsync(bench));
    }

    [Fact]
    public async Task Without_a_pause_or_kill_switch_the_gateway_is_not_even_asked()
    {
        var bench = await ServingAsync();
        bench.Gateway.Calls.Clear();

        Assert.Equal("compile_validation_failed", (await bench.RunAsync()).FailureCode);

        Assert.Empty(bench.Gateway.Calls);
    }

    [Fact]
    public async Task A_second_pass_sends_nothing_and_opens_nothing_and_one_that_compiles_opens_again()
    {
        var bench = await ServingAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        await bench.RunAsync();
        bench.Gateway.Calls.Clear();

        var second = await bench.RunAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        await bench.RunAsync();

        Assert.DoesNotContain(GatewayOperation.Close, bench.Gateway.Calls);
        Assert.Equal((LiveConfiguration.Previous, false), (second.Serving, second.Changed));
        Assert.DoesNotContain(second.Warnings, warning => warning.Code.StartsWith("denied", StringComparison.Ordinal));
        Assert.Equal(["one.r", "two.r"], await ClosedAsync(bench));
        bench.Paywalls = [One, Two];
        Assert.True((await bench.RunAsync()).Ok);
        Assert.Empty(await ClosedAsync(bench));
    }

    [Theory]
    [InlineData(GatewayOperation.ReadState, FaultMoment.Before, false)]
    [InlineData(GatewayOperation.Close, FaultMoment.Before, false)]
    [InlineData(GatewayOperation.Close, FaultMoment.After, true)]
    public async Task What_could_not_be_closed_is_told_and_what_was_closed_without_an_answer_is_found_out(GatewayOperation operation, FaultMoment moment, bool isClosed)
    {
        var bench = await ServingAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        bench.Faults.Fail(operation, moment);

        var result = await bench.RunAsync();

        Assert.Equal("compile_validation_failed", result.FailureCode);
        Assert.Equal(isClosed, result.Serving == LiveConfiguration.Closed);
        Assert.Contains(result.Warnings, warning => warning.Code == (isClosed ? "denied_services_closed" : "denied_services_open"));
        Assert.Equal(isClosed ? 2 : 0, (await ClosedAsync(bench)).Length);
        await bench.Reconciler.RunAsync(bench.Options with { RequestId = "second" }, None);
        Assert.Equal(2, (await ClosedAsync(bench)).Length);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(6, "timeout")]
    public async Task A_gateway_that_did_not_tell_what_it_serves_is_asked_once_more_but_not_for_long(int seconds, string? trouble)
    {
        var bench = await ServingAsync();
        bench.Paywalls = [One, Two];
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before);
        bench.Gateway.Calls.Clear();
        bench.Gateway.Before = operation =>
        {
            if (bench.Gateway.Calls.Count(call => call == GatewayOperation.ReadState) == 2)
            {
                bench.Time.Advance(TimeSpan.FromSeconds(seconds));
            }
        };

        var result = await bench.RunAsync();

        Assert.Equal(("active_lookup_failed", trouble is null), (result.FailureCode, result.DenialHolds));
        Assert.EndsWith(trouble is null ? "still closed: one.r, two.r" : "denied services may still be open: " + trouble, result.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_operator_did_not_agree_to_is_not_closed()
    {
        var bench = await ServingAsync();
        var drift = await new DriftCheck(bench.Plane, bench.Gateway, bench.Time).RunAsync(bench.Options, None);
        Assert.Null(drift.ClosingPlan);
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var nothing = new RolloutPlan { Gateway = "memory", ConfigHash = string.Empty, Changes = [] };
        var agreed = (await new DriftCheck(bench.Plane, bench.Gateway, bench.Time).RunAsync(bench.Options, None)).ClosingPlan;

        var surprised = await bench.Reconciler.RunAsync(bench.Options with { ApprovedPlan = nothing }, None);
        Assert.Contains(surprised.Warnings, warning => warning.Code == "denied_services_open" && warning.Message.Contains("plan_changed", StringComparison.Ordinal));
        Assert.Empty(await ClosedAsync(bench));

        Assert.True(agreed is { NeedsConfirmation: true, Changes.Count: 2 });
        await bench.Reconciler.RunAsync(bench.Options with { ApprovedPlan = agreed }, None);
        Assert.Equal(2, (await ClosedAsync(bench)).Length);
    }

    [Fact]
    public async Task Every_gateway_of_a_sequence_is_closed_although_none_can_be_rolled_out_to()
    {
        var benches = new[] { await ServingAsync(name: "first"), await ServingAsync(name: "second") };
        foreach (var bench in benches)
        {
            await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        }

        var result = await new RolloutSequence([.. benches.Select(bench => bench.Reconciler)]).RunAsync(benches[0].Options, rollbackAll: true, new RolloutPlan?[benches.Length], None);

        Assert.Equal((false, "first"), (result.Ok, result.StoppedAt));
        Assert.All(result.Steps, step => Assert.Equal(LiveConfiguration.Closed, step.Result!.Serving));
        Assert.Equal([2, 2], benches.Select(bench => ClosedAsync(bench).Result.Length));
    }

    [Fact]
    public async Task A_gateway_that_cannot_carry_the_configuration_is_closed_all_the_same()
    {
        var bench = await ServingAsync();
        bench.Paywalls = [One, Two];
        bench.Gateway.Replan = plan => plan with { Diagnostics = [new Diagnostic { Code = "features_not_carried", Severity = DiagnosticSeverity.Error, Message = "It carries no rate limits" }] };
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_two", Active = true }, None);
        var drift = await new DriftCheck(bench.Plane, bench.Gateway, bench.Time).RunAsync(bench.Options, None);

        var result = await bench.RunAsync();

        Assert.Equal("two.r", Assert.Single(drift.ClosingPlan!.Changes).Name);
        Assert.Equal(("deploy_apply_failed", LiveConfiguration.Closed), (result.FailureCode, result.Serving));
        Assert.Equal("refused:features_not_carried; still closed: two.r", result.FailureReason);
        Assert.True(result.Plan!.IsRefused);
        Assert.Equal(["two.r"], await ClosedAsync(bench));
    }

    [Fact]
    public async Task A_gateway_that_can_neither_go_on_nor_back_is_closed_all_the_same()
    {
        var bench = await ServingAsync();
        bench.Paywalls = [One, Two];
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_two", Active = true }, None);
        bench.Faults.Fail(GatewayOperation.Apply, FaultMoment.Before).Fail(GatewayOperation.RollBack, FaultMoment.Before);

        var result = await bench.RunAsync();

        Assert.Equal(("rollback_failed", LiveConfiguration.Closed), (result.FailureCode, result.Serving));
        Assert.EndsWith("still closed: two.r", result.FailureReason, StringComparison.Ordinal);
        Assert.Equal(["two.r"], await ClosedAsync(bench));
    }

    [Fact]
    public async Task A_control_plane_that_takes_no_record_keeps_nothing_open()
    {
        var bench = await ServingAsync();
        bench.Paywalls = [One, Two];
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        bench.ControlPlane.Next(ControlPlaneCall.Record, Enumerable.Repeat<ControlPlaneFault?>(ControlPlaneFault.NotArrived, 10).ToArray());

        var result = await bench.RunAsync();

        Assert.Equal("deployment_record_failed", result.FailureCode);
        Assert.Equal(["one.r", "two.r"], await ClosedAsync(bench));
        bench.ControlPlane.Heal();
        Assert.True((await bench.Reconciler.RunAsync(bench.Options with { RequestId = "second" }, None)).Ok);
        Assert.Equal(DeploymentStatus.Applied, bench.Record("dep_close_sync_1").Status);
    }

    [Fact]
    public async Task Who_agrees_to_a_roll_out_that_closes_agrees_to_the_closing_alone()
    {
        var bench = await ServingAsync();
        bench.Paywalls = [One, Two];
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var agreed = (await new DriftCheck(bench.Plane, bench.Gateway, bench.Time).RunAsync(bench.Options, None)).Plan;
        bench.Paywalls = [One, Two, Broken];

        await bench.Reconciler.RunAsync(bench.Options with { ApprovedPlan = agreed }, None);

        Assert.Equal(["one.r", "two.r"], await ClosedAsync(bench));
    }

    [Fact]
    public async Task Stopped_before_it_is_sent_nothing_is_closed_and_that_is_told()
    {
        var bench = await ServingAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        using var operatorStops = new CancellationTokenSource();
        bench.Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.ReadState)
            {
                operatorStops.Cancel();
            }
        };

        var result = await bench.RunAsync(operatorStops.Token);

        Assert.Equal((true, LiveConfiguration.Unknown), (result.WasCancelled, result.Serving));
        Assert.Contains(result.Warnings, warning => warning.Code == "denied_services_open");
        Assert.Equal(DeploymentStatus.Failed, bench.Record("dep_compile_sync_1").Status);
    }

    /// <summary>A bench whose gateway serves two paywalls and more, and whose control plane now holds a broken one, too.</summary>
    private static async Task<ReconcileBench> ServingAsync(Paywall? alsoServed = null, string name = "memory")
    {
        var bench = new ReconcileBench([One, Two, .. alsoServed is null ? Array.Empty<Paywall>() : [alsoServed]], gatewayName: name);
        Assert.True((await bench.Reconciler.RunAsync(bench.Options with { RequestId = "earlier" }, None)).Ok);
        bench.Paywalls = [One, Two, Broken];
        return bench;
    }

    private static async Task<string[]> ClosedAsync(ReconcileBench bench) =>
        (await bench.Gateway.ReadStateAsync(None)).Services!.Where(service => service.IsClosed).Select(service => service.Name).Order(StringComparer.Ordinal).ToArray();
}
