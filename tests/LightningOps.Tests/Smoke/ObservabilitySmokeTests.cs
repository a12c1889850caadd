using System;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway.Memory;
using LightningOps.Json;
using LightningOps.Smoke;
using Xunit;

namespace LightningOps.Tests.Smoke;

public sealed class ObservabilitySmokeTests
{
    [Fact]
    public async Task In_mock_mode_the_output_is_the_recorded_one()
    {
        using var gateway = new MemoryGateway();

        var result = await RunAsync(new SmokeRequest { ControlPlane = new MockControlPlane(TimeProvider.System), Gateway = gateway, Format = ArtifactFormat.RouteDocument });

        Assert.True(result.Ok, result.FailureReason);
        RecordedJson.AssertEqual(RecordedJson.Vector("smoke/observability.json"), ArtifactJson.Serialize(result));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("convex")]
    public async Task The_requests_are_those_of_the_recorded_runs_in_order(string mode)
    {
        await using var bench = new HostedBench(mode);

        var result = await RunAsync(bench.Request);

        Assert.True(result.Ok, result.FailureReason);
        WireRun.AssertSent(bench.Requests, HostedBench.Recorded(mode, "smoke:observability"));
    }

    [Fact]
    public async Task A_gateway_that_fails_its_checks_is_in_the_records_and_fails_the_smoke()
    {
        using var gateway = new MemoryGateway(new MemoryGatewayOptions { Faults = new FaultPlan().Fail(GatewayOperation.Health, FaultMoment.Before) });

        var result = (ObservabilitySmokeResult)await RunAsync(new SmokeRequest { ControlPlane = new MockControlPlane(TimeProvider.System), Gateway = gateway });

        Assert.False(result.Ok);
        Assert.Equal(("health_check_failed", "gateway_probe_failed"), (result.Records[0].DenyReason, result.Records[1].DenyReason));
        Assert.Empty(result.MissingFieldKeys);
    }

    private static Task<ISmokeResult> RunAsync(SmokeRequest request) => SmokeCatalog.Get(SmokeName.Observability).RunAsync(request, default);
}
