using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Memory;
using LightningOps.Leases;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

/// <summary>The operator stops a pass before, within and after every call: it ends applied or back where it was, and says which.</summary>
public sealed class ReconcileCancellationTests
{
    private static LeaseHolder Robber => new() { Gateway = "memory", RequestId = "other", Host = "elsewhere", ProcessId = 1, SinceMs = long.MaxValue, ExpiresAtMs = long.MaxValue, Token = "other" };

    public static TheoryData<GatewayOperation, bool, bool> GatewayCalls()
    {
        var cases = new TheoryData<GatewayOperation, bool, bool>();
        foreach (var operation in Enum.GetValues<GatewayOperation>().Where(operation => operation is not (GatewayOperation.RollBack or GatewayOperation.Close)))
        {
            foreach (var after in new[] { false, true })
            {
                cases.Add(operation, after, true);
                cases.Add(operation, after, false);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(GatewayCalls))]
    public async Task Stopped_at_a_call_of_the_gateway(GatewayOperation stoppedAt, bool after, bool hasPrevious)
    {
        using var operatorStops = new CancellationTokenSource();
        var bench = new ReconcileBench(hasPrevious: hasPrevious);
        Action<GatewayOperation> stop = operation =>
        {
            if (operation == stoppedAt)
            {
                operatorStops.Cancel();
            }
        };
        if (after)
        {
            bench.Gateway.After = stop;
        }
        else
        {
            bench.Gateway.Before = stop;
        }

        var result = await bench.RunAsync(operatorStops.Token);

        var arrived = stoppedAt > GatewayOperation.Apply || (stoppedAt == GatewayOperation.Apply && after);
        var isSent = stoppedAt >= GatewayOperation.Apply;
        var expected = !hasPrevious && arrived ? DeploymentStatus.Applied : hasPrevious && isSent ? DeploymentStatus.RolledBack : DeploymentStatus.Failed;
        Assert.Equal((expected, true), (result.DeploymentStatus, result.WasCancelled));
        Assert.Equal(expected, bench.Record().Status);
        Assert.Equal(expected == DeploymentStatus.Applied ? null : "cancelled", result.FailureCode);
        Assert.Equal(expected == DeploymentStatus.Applied ? bench.WantedHash : hasPrevious ? ReconcileBench.PreviousHash : null, bench.ServedHash());
        Assert.Equal(expected == DeploymentStatus.Applied ? LiveConfiguration.Wanted : stoppedAt == GatewayOperation.ReadState ? LiveConfiguration.Unknown : LiveConfiguration.Previous, result.Serving);
        Assert.Contains(result.Warnings, warning => warning.Code == "cancelled");
    }

    [Theory]
    [InlineData("list")]
    [InlineData("security")]
    public async Task Stopped_before_anything_was_recorded_nothing_is(string call)
    {
        using var operatorStops = new CancellationTokenSource();
        var bench = new ReconcileBench();
        bench.ControlPlane.Before = name => Stop(operatorStops, name == call);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.RunAsync(operatorStops.Token));

        Assert.Empty(bench.Gateway.Calls);
        Assert.Empty(await bench.Plane.ListDeploymentsAsync(new DeploymentQuery(), CancellationToken.None));
    }

    [Theory]
    [InlineData("record Pending", DeploymentStatus.Failed)]
    [InlineData("event gateway_reconcile_health_ok", DeploymentStatus.RolledBack)]
    [InlineData("event gateway_reconcile_proxy_ok", DeploymentStatus.Applied)]
    [InlineData("record Applied", DeploymentStatus.Applied)]
    [InlineData("event gateway_reconcile_applied", DeploymentStatus.Applied)]
    public async Task Stopped_at_a_call_of_the_control_plane(string call, DeploymentStatus expected)
    {
        using var operatorStops = new CancellationTokenSource();
        var bench = new ReconcileBench();
        bench.ControlPlane.Before = name => Stop(operatorStops, name == call);

        var result = await bench.RunAsync(operatorStops.Token);

        Assert.Equal((expected, expected), (result.DeploymentStatus, bench.Record().Status));
        Assert.Equal(expected == DeploymentStatus.Applied ? bench.WantedHash : ReconcileBench.PreviousHash, bench.ServedHash());
    }

    [Fact]
    public async Task A_roll_back_is_not_stopped_but_has_a_time_limit()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before);
        bench.Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.RollBack)
            {
                bench.Time.Advance(bench.Options.WindDownTimeout);
            }
        };

        var result = await bench.RunAsync();

        Assert.Equal((DeploymentStatus.Failed, "rollback_failed"), (result.DeploymentStatus, result.FailureCode));
        Assert.StartsWith("timeout", result.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pass_whose_lease_was_taken_sends_nothing_more()
    {
        var bench = new ReconcileBench();
        bench.Gateway.Before = operation =>
        {
            if (operation == GatewayOperation.Health)
            {
                // The machine slept past the lease's end, another took it, and the renewal finds out.
                Assert.Null(bench.Leases.TryTakeAsync(Robber, CancellationToken.None).Result);
                bench.Time.Advance(TimeSpan.FromSeconds(20));
            }
        };

        var result = await bench.RunAsync();

        Assert.Equal(("lease_lost", LiveConfiguration.Wanted), (result.FailureCode, result.Serving));
        Assert.DoesNotContain(GatewayOperation.RollBack, bench.Gateway.Calls);
        Assert.Contains(bench.WantedHash, result.FailureReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GatewayOperation.ReadState, false)]
    [InlineData(GatewayOperation.Health, true)]
    public async Task A_machine_that_slept_past_its_lease_neither_applies_nor_goes_back(GatewayOperation sleptAt, bool isApplied)
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before);
        bench.Gateway.Before = operation =>
        {
            if (operation == sleptAt)
            {
                // No timer has run yet.
                Assert.Null(bench.Leases.TryTakeAsync(Robber, CancellationToken.None).Result);
            }
        };

        var result = await bench.RunAsync();

        Assert.Equal(("lease_lost", isApplied ? LiveConfiguration.Wanted : LiveConfiguration.Previous), (result.FailureCode, result.Serving));
        Assert.Equal(isApplied, bench.Gateway.Calls.Contains(GatewayOperation.Apply));
        Assert.DoesNotContain(GatewayOperation.RollBack, bench.Gateway.Calls);
        Assert.Equal(DeploymentStatus.Failed, bench.Record().Status);
    }

    private static void Stop(CancellationTokenSource source, bool now)
    {
        if (now)
        {
            source.Cancel();
        }
    }
}
