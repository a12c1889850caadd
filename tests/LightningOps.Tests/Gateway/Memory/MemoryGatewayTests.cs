using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Probes;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.Memory;

public sealed class MemoryGatewayTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_fault_before_leaves_the_old_and_one_after_the_new_configuration()
    {
        var faults = new FaultPlan().Pass(GatewayOperation.Apply).Fail(GatewayOperation.Apply, FaultMoment.Before).Fail(GatewayOperation.Apply, FaultMoment.After);
        using var gateway = new MemoryGateway(new MemoryGatewayOptions { Faults = faults });
        var first = OfPaths("dep_1", "/a");
        var second = OfPaths("dep_2", "/b");
        await gateway.ApplyAsync(first, None);

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(second, None));
        Assert.Equal("injected_fault", failure.Reason);
        Assert.Equal(first.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);

        await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(second, None));
        Assert.Equal(second.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
    }

    [Fact]
    public async Task A_fault_of_a_check_is_its_result()
    {
        using var gateway = new MemoryGateway(new MemoryGatewayOptions { Faults = new FaultPlan().Fail(GatewayOperation.Health, FaultMoment.Before) });

        Assert.Equal(ProbeOutcome.Failed, (await gateway.ProbeHealthAsync(None)).Outcome);
        Assert.Equal(ProbeOutcome.Passed, (await gateway.ProbeHealthAsync(None)).Outcome);
    }

    [Fact]
    public async Task The_proxy_check_takes_what_the_challenge_check_gave()
    {
        using var gateway = new MemoryGateway();
        var route = GetProbeRoute(OfPaths("dep_1", "/a"));
        var challenge = await gateway.ProbeChallengeAsync(route, None);

        Assert.Equal(ProbeOutcome.Passed, (await gateway.ProbeProxyAsync(route, challenge, None)).Outcome);
        Assert.Equal("missing_proxy_authorization_header", (await gateway.ProbeProxyAsync(route, challenge with { Authorization = null }, None)).Reason);
        Assert.DoesNotContain("proof", challenge.ToString());
    }
}
