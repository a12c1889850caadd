using System.Linq;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Memory;
using LightningOps.Reconcile;
using Xunit;

namespace LightningOps.Tests.Reconcile;

/// <summary>A failure at every stage, with and without a previous deployment, a roll-back that fails, events that fail.</summary>
public sealed class ReconcileFailureTests
{
    public static TheoryData<GatewayOperation, FaultMoment, bool, FaultMoment?, bool> Cases()
    {
        var cases = new TheoryData<GatewayOperation, FaultMoment, bool, FaultMoment?, bool>();
        GatewayOperation[] stages = [GatewayOperation.ReadState, GatewayOperation.Apply, GatewayOperation.Health, GatewayOperation.Challenge, GatewayOperation.Proxy];
        foreach (var stage in stages)
        {
            foreach (var moment in stage == GatewayOperation.Apply ? new[] { FaultMoment.Before, FaultMoment.After } : [FaultMoment.Before])
            {
                foreach (var eventsFail in new[] { false, true })
                {
                    cases.Add(stage, moment, false, null, eventsFail);
                    cases.Add(stage, moment, true, null, eventsFail);
                    cases.Add(stage, moment, true, FaultMoment.Before, eventsFail);
                    cases.Add(stage, moment, true, FaultMoment.After, eventsFail);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task It_ends_as_the_contract_says(GatewayOperation stage, FaultMoment moment, bool hasPrevious, FaultMoment? rollbackFails, bool eventsFail)
    {
        var bench = new ReconcileBench(hasPrevious: hasPrevious);
        bench.Faults.Fail(stage, moment);
        if (rollbackFails is { } rollbackMoment)
        {
            bench.Faults.Fail(GatewayOperation.RollBack, rollbackMoment);
        }

        if (eventsFail)
        {
            bench.ControlPlane.Next(ControlPlaneCall.Event, Enumerable.Repeat<ControlPlaneFault?>(ControlPlaneFault.NotArrived, 10).ToArray());
        }

        var result = await bench.RunAsync();

        var code = GetCode(stage);
        var isSent = stage != GatewayOperation.ReadState;
        var ended = !isSent || !hasPrevious ? (DeploymentStatus.Failed, code, "failed_" + code, EventLevel.Error)
            : rollbackFails is null ? (DeploymentStatus.RolledBack, code, "rolled_back", EventLevel.Warn)
            : (DeploymentStatus.Failed, "rollback_failed", "failed_rollback_failed", EventLevel.Error);
        Assert.Equal((ended.Item1, ended.Item2, false), (result.DeploymentStatus, result.FailureCode, result.Ok));
        Assert.Equal((ended.Item1, stage > GatewayOperation.Health, stage > GatewayOperation.Challenge, false), (bench.Record().Status, result.HealthOk, result.ChallengeOk, result.ProxyOk));

        // Whatever the record says, it is what is served.
        var before = hasPrevious ? ReconcileBench.PreviousHash : default(string?);
        Assert.Equal(result.Serving == LiveConfiguration.Wanted ? bench.WantedHash : before, bench.ServedHash());
        Assert.Equal(!isSent, result.Serving == LiveConfiguration.Unknown);
        Assert.Equal(result.Serving == LiveConfiguration.Wanted, result.Changed);

        if (eventsFail)
        {
            Assert.Empty(bench.Events());
            Assert.Equal(result.Warnings.Count(warning => warning.Code == "event_not_written"), bench.Outbox.Waiting.Count);
            bench.ControlPlane.Heal();
            await bench.RunAsync();
            Assert.Empty(bench.Outbox.Waiting);
        }

        string[] passed = ["health_ok", "challenge_ok", "proxy_ok"];
        string[] expected = [.. passed.Take(stage switch { GatewayOperation.Challenge => 1, GatewayOperation.Proxy => 2, _ => 0 }), ended.Item3];
        Assert.Equal(expected, bench.Events().Take(expected.Length));
    }

    [Fact]
    public async Task A_gateway_that_does_not_tell_what_it_serves_after_a_failed_roll_back_is_reported_as_unknown()
    {
        var bench = new ReconcileBench();
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before).Fail(GatewayOperation.RollBack, FaultMoment.Before);
        bench.Faults.Pass(GatewayOperation.ReadState).Fail(GatewayOperation.ReadState, FaultMoment.Before);

        var result = await bench.RunAsync();

        Assert.Equal((LiveConfiguration.Unknown, true, "rollback_failed"), (result.Serving, result.Changed, result.FailureCode));
        Assert.Contains(result.Warnings, warning => warning.Code == "served_unknown");
    }

    private static string GetCode(GatewayOperation stage) => stage switch
    {
        GatewayOperation.ReadState => "active_lookup_failed",
        GatewayOperation.Apply => "deploy_apply_failed",
        GatewayOperation.Health => "health_check_failed",
        GatewayOperation.Challenge => "challenge_check_failed",
        _ => "proxy_check_failed",
    };
}
