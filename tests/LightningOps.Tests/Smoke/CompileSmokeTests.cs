using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke;

public sealed class CompileSmokeTests
{
    [Theory]
    [InlineData("smoke:compile api")]
    [InlineData("smoke:compile convex")]
    public async Task Run_sends_the_recorded_requests_in_their_order(string run)
    {
        var recorded = Vectors.Json("wire.json").GetProperty("runs").GetProperty(run).EnumerateArray().ToArray();
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        var options = new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("test-secret") };
        using IControlPlane plane = run.EndsWith("api", StringComparison.Ordinal) ? new ApiControlPlane(options) : new ConvexControlPlane(options);

        var result = await RunAsync(plane, ArtifactFormat.RouteDocument);

        Assert.True(result.Ok);
        Assert.Equal(recorded.Length, server.Requests.Count);
        foreach (var (sent, expected) in server.Requests.Zip(recorded))
        {
            Assert.Equal((expected.GetProperty("method").GetString(), expected.GetProperty("url").GetString()), (sent.Method, sent.Target));
            Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), sent.Headers[header.Name]));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected.GetProperty("body").GetRawText()), JsonNode.Parse(sent.Body)), sent.Body);
        }
    }

    [Fact]
    public async Task Mock_run_gives_the_recorded_output_to_the_character()
    {
        using var plane = new MockControlPlane(TimeProvider.System);

        var result = await RunAsync(plane, ArtifactFormat.RouteDocument);

        Assert.Equal(Encoding.UTF8.GetString(Vectors.Bytes("smoke/compile.json")).Trim(), ArtifactJson.Serialize(result));
    }

    [Fact]
    public async Task Security_state_that_cannot_be_read_stops_the_Aperture_rendering()
    {
        var stub = new HostedStub(TimeProvider.System);
        await using var server = new LoopbackServer(request => request.Body.Contains("getControlPlaneSecurityState", StringComparison.Ordinal)
            ? Task.FromResult(Reply.Json("{\"error\":{\"code\":\"invalid_ops_secret\",\"message\":\"no\"}}"))
            : stub.AnswerAsync(request));
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("test-secret") });

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => RunAsync(plane, ArtifactFormat.Aperture));

        Assert.DoesNotContain(server.Requests, request => request.Body.Contains("recordGatewayCompileIntent", StringComparison.Ordinal));
    }

    private static Task<ISmokeResult> RunAsync(IControlPlane plane, ArtifactFormat format) =>
        SmokeCatalog.Get(SmokeName.Compile).RunAsync(new SmokeRequest { ControlPlane = plane, Format = format }, CancellationToken.None);
}
