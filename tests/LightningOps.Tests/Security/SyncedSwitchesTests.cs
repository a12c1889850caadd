using System.Linq;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Security;
using Xunit;

namespace LightningOps.Tests.Security;

public sealed class SyncedSwitchesTests
{
    [Theory]
    [InlineData(true, true, SwitchStatus.RolledOut, 0)]
    [InlineData(true, true, SwitchStatus.OthersStillSell, 1, "website")]
    [InlineData(true, false, SwitchStatus.Failed, 2, "website")]
    [InlineData(false, true, SwitchStatus.RolledOut, 0, "website")]
    public void What_others_still_sell_is_a_state_of_its_own_while_paused(bool isActive, bool isOk, SwitchStatus status, int exitCode, params string[] others)
    {
        var switches = new SyncedSwitches
        {
            Active = isActive,
            Global = new GlobalControl { StateId = "global", GlobalPause = isActive },
            Gateways = [new RolloutStep("memory") { Result = Result(isOk) with { LeftAlone = [.. others.Select(name => new SellingService(name, 7))] } }],
        };

        Assert.Equal((isOk, status, exitCode), (switches.Ok, switches.Status, switches.ExitCode));
        Assert.Equal(others, switches.LeftAlone.Select(service => service.Name));
    }

    [Fact]
    public void The_outcome_on_each_gateway_is_one_line_without_a_type_name()
    {
        var switches = new SyncedSwitches { Active = true, Gateways = [new RolloutStep("memory") { Result = Result(false) with { Gateway = "memory", Serving = LiveConfiguration.Unknown } }, new RolloutStep("ops")] };

        Assert.Equal("memory: failed, health_check_failed. It is not known what the gateway serves.; ops: not reached", switches.ToString());
    }

    private static ReconcileResult Result(bool isOk) => new()
    {
        RequestId = "r",
        ConfigHash = new ConfigHash("cfg_x"),
        RuleCount = 0,
        Valid = true,
        DeploymentStatus = isOk ? DeploymentStatus.Applied : DeploymentStatus.Failed,
        DeploymentId = "d",
        Diagnostics = [],
        FailureCode = isOk ? null : "health_check_failed",
    };
}
