using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

public sealed class RolloutSequenceTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly ReconcileBench[] benches = [new(gatewayName: "a"), new(gatewayName: "b"), new(gatewayName: "c")];

    private int applied;

    private string Wanted => benches[0].WantedHash;

    [Fact]
    public async Task Every_gateway_is_rolled_out_to_under_a_deployment_of_its_own()
    {
        var result = await RunAsync();

        Assert.True(result is { Ok: true, StoppedAt: null });
        Assert.Equal(["dep_reconcile_sync_1_1", "dep_reconcile_sync_1_2", "dep_reconcile_sync_1_3"], result.Steps.Select(step => step.Result!.DeploymentId));
        Assert.All(benches, bench => Assert.Equal(Wanted, bench.ServedHash()));
    }

    [Fact]
    public async Task Deployments_of_a_long_request_stay_apart()
    {
        var result = await RunAsync(requestId: new string('x', 200));

        Assert.Equal(3, result.Steps.Select(step => step.Result!.DeploymentId).Distinct().Count());
    }

    [Fact]
    public async Task One_gateway_keeps_the_request_as_it_is()
    {
        var result = await new RolloutSequence([benches[0].Reconciler]).RunAsync(benches[0].Options, rollbackAll: false, new RolloutPlan?[1], None);

        Assert.Equal(ReconcileBench.DeploymentId, Assert.Single(result.Steps).Result!.DeploymentId);
    }

    [Fact]
    public async Task It_stops_at_the_first_that_fails_and_that_one_is_rolled_back()
    {
        benches[1].Faults.Fail(GatewayOperation.Proxy, FaultMoment.Before);

        var result = await RunAsync();

        Assert.Equal((false, "b"), (result.Ok, result.StoppedAt));
        Assert.Equal([DeploymentStatus.Applied, DeploymentStatus.RolledBack], result.Steps.Where(step => step.WasReached).Select(step => step.Result!.DeploymentStatus));
        Assert.Equal([Wanted, ReconcileBench.PreviousHash, ReconcileBench.PreviousHash], benches.Select(bench => bench.ServedHash()));
        Assert.Empty(benches[2].Gateway.Calls);
    }

    [Fact]
    public async Task What_is_denied_is_closed_at_the_gateways_after_the_one_that_fails_and_nothing_else_is_sent_there()
    {
        await ServeThenPauseAsync();
        benches[0].Faults.Fail(GatewayOperation.Health, FaultMoment.Before);

        var result = await RunAsync(rollbackAll: true);

        Assert.Equal((false, "a"), (result.Ok, result.StoppedAt));
        Assert.All(result.Steps, step => Assert.Equal(LiveConfiguration.Closed, step.Result!.Serving));
        Assert.Equal(["health_check_failed", "sequence_failed", "sequence_failed"], result.Steps.Select(step => step.Result!.FailureCode));
        Assert.All(benches, bench => Assert.Equal(0, OpenServices(bench)));
        Assert.StartsWith("the roll-out stopped at a; still closed: ", result.Steps[2].Result!.FailureReason, StringComparison.Ordinal);
        Assert.DoesNotContain(GatewayOperation.Apply, benches[2].Gateway.Calls.Skip(applied));
        Assert.Equal(DeploymentStatus.Applied, benches[2].Record("dep_close_sync_1_3").Status);
        Assert.Equal(DeploymentStatus.Failed, benches[2].Record("dep_reconcile_sync_1_3").Status);
    }

    [Fact]
    public async Task A_gateway_after_the_one_that_fails_at_which_nothing_denied_is_open_is_not_reached()
    {
        await ServeThenPauseAsync();
        Assert.True((await RunAsync(requestId: "closing")).Ok);
        benches[0].Faults.Fail(GatewayOperation.Health, FaultMoment.Before, times: 2);

        var result = await RunAsync();

        Assert.Equal([true, false, false], result.Steps.Select(step => step.WasReached));
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_closed_keeps_none_after_it_open()
    {
        await ServeThenPauseAsync();
        benches[0].Faults.Fail(GatewayOperation.Health, FaultMoment.Before);
        benches[1].Faults.Fail(GatewayOperation.Close, FaultMoment.Before);

        var result = await RunAsync();

        Assert.Contains(result.Steps[1].Result!.Warnings, warning => warning.Code == "denied_services_open");
        Assert.Equal([0, 1, 0], benches.Select(bench => Math.Sign(OpenServices(bench))));
    }

    [Fact]
    public async Task Who_stops_at_the_first_gateway_has_nothing_sent_to_the_others()
    {
        await ServeThenPauseAsync();
        using var operatorStops = new CancellationTokenSource();
        benches[0].Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.Health)
            {
                operatorStops.Cancel();
            }
        };

        var result = await new RolloutSequence(benches.Select(bench => bench.Reconciler).ToArray()).RunAsync(benches[0].Options, rollbackAll: false, new RolloutPlan?[benches.Length], operatorStops.Token);

        Assert.Equal([true, false, false], result.Steps.Select(step => step.WasReached));
    }

    [Fact]
    public async Task With_rollback_of_all_the_earlier_ones_go_back_too()
    {
        benches[2].Faults.Fail(GatewayOperation.Health, FaultMoment.Before);

        var result = await RunAsync(rollbackAll: true);

        Assert.Equal("c", result.StoppedAt);
        Assert.All(benches, bench => Assert.Equal(ReconcileBench.PreviousHash, bench.ServedHash()));
        Assert.All(result.Steps, step => Assert.Equal(DeploymentStatus.RolledBack, step.Result!.DeploymentStatus));
        Assert.Equal(["sequence_failed", "sequence_failed", "health_check_failed"], result.Steps.Select(step => step.Result!.FailureCode));
        foreach (var changed in result.Steps.Take(2).Select(static step => step.Result!))
        {
            Assert.StartsWith("rolled out before the roll-out stopped at ", changed.FailureReason, StringComparison.Ordinal);
            Assert.DoesNotContain("was not changed", ReconcileRemedies.For(changed.FailureCode!, changed.FailureReason), StringComparison.Ordinal);
        }

        Assert.Equal(DeploymentStatus.RolledBack, benches[0].Record("dep_reconcile_sync_1_1").Status);
        Assert.Equal("rolled_back", benches[0].Events()[^1]);
    }

    [Fact]
    public async Task One_that_was_already_right_is_not_rolled_back()
    {
        await benches[0].RunAsync();
        benches[1].Faults.Fail(GatewayOperation.Apply, FaultMoment.Before);

        var result = await RunAsync(rollbackAll: true);

        Assert.Equal(DeploymentStatus.Applied, result.Steps[0].Result!.DeploymentStatus);
        Assert.Equal(Wanted, benches[0].ServedHash());
    }

    [Fact]
    public async Task One_that_another_has_rolled_out_to_since_is_left_alone()
    {
        var later = new ConfigHash("cfg_later");
        benches[1].Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.Apply)
            {
                var rollout = new GatewayRollout { RequestId = "other", DeploymentId = "dep_other", ConfigHash = later, Artifact = Array.Empty<byte>(), Rules = [] };
                benches[0].Gateway.ApplyAsync(rollout, None).GetAwaiter().GetResult();
                throw new InvalidOperationException();
            }
        };

        var result = await RunAsync(rollbackAll: true);

        Assert.Equal(later, benches[0].ServedHash());
        Assert.Contains(result.Steps[0].Result!.Warnings, warning => warning.Code == "not_taken_back");
        Assert.Equal(DeploymentStatus.Applied, benches[0].Record("dep_reconcile_sync_1_1").Status);
    }

    [Fact]
    public async Task A_gateway_at_which_another_is_at_work_stops_it_without_an_exception()
    {
        var now = benches[1].Time.GetUtcNow().ToUnixTimeMilliseconds();
        var holder = new LeaseHolder { Gateway = "b", RequestId = "other", Host = "elsewhere", ProcessId = 1, SinceMs = now, ExpiresAtMs = now + 600_000, Token = "t" };
        await benches[1].Leases.TryTakeAsync(holder, None);

        var result = await RunAsync();

        Assert.Equal("b", result.StoppedAt);
        Assert.IsType<LeaseHeldException>(result.Steps[1].Error);
        Assert.False(result.Steps[2].WasReached);
    }

    [Fact]
    public async Task Stopped_between_two_gateways_it_says_where()
    {
        using var operatorStops = new CancellationTokenSource();
        benches[0].ControlPlane.Before = name =>
        {
            if (name == "event gateway_reconcile_applied")
            {
                operatorStops.Cancel();
            }
        };

        var result = await new RolloutSequence(benches.Select(bench => bench.Reconciler).ToArray()).RunAsync(benches[0].Options, rollbackAll: false, new RolloutPlan?[benches.Length], operatorStops.Token);

        Assert.Equal(("a", DeploymentStatus.Applied, false), (result.StoppedAt, result.Steps[0].Result!.DeploymentStatus, result.Ok));
        Assert.False(result.Steps[1].WasReached);
    }

    /// <summary>All three serve what is wanted, and then everything is paused.</summary>
    private async Task ServeThenPauseAsync()
    {
        Assert.True((await RunAsync(requestId: "earlier")).Ok);
        applied = benches[2].Gateway.Calls.Count;
        foreach (var bench in benches)
        {
            await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        }
    }

    private static int OpenServices(ReconcileBench bench) =>
        bench.Gateway.ReadStateAsync(None).Result.Services!.Count(service => !service.IsClosed);

    private Task<RolloutSequenceResult> RunAsync(bool rollbackAll = false, string requestId = ReconcileBench.RequestId) =>
        new RolloutSequence(benches.Select(bench => bench.Reconciler).ToArray()).RunAsync(new ReconcileOptions { RequestId = requestId }, rollbackAll, new RolloutPlan?[benches.Length], None);
}
