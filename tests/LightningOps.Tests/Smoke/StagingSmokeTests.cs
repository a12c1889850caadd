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
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Ops;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke;

public sealed class StagingSmokeTests
{
    [Fact]
    public async Task In_mock_mode_the_output_is_the_recorded_one()
    {
        using var plane = new MockControlPlane(TimeProvider.System);
        using var gateway = new MemoryGateway();

        var result = await RunAsync(plane, gateway);

        Assert.Equal(Encoding.UTF8.GetString(Vectors.Bytes("smoke/staging.json")).TrimEnd('\n'), ArtifactJson.Serialize(result));
        Assert.Equal(ArtifactJson.Serialize(result), ArtifactJson.Serialize(((StagingSmokeResult)result).Reconcile));
    }

    [Fact]
    public async Task A_check_that_was_not_made_fails_the_smoke()
    {
        using var plane = new MockControlPlane(TimeProvider.System);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None);
        using var gateway = new MemoryGateway();

        var result = (StagingSmokeResult)await SmokeCatalog.Get(SmokeName.Staging).RunAsync(new SmokeRequest { ControlPlane = plane, Gateway = gateway }, CancellationToken.None);

        Assert.False(result.Ok);
        Assert.True(result.Reconcile!.Ok);
    }

    [Theory]
    [InlineData("api")]
    [InlineData("convex")]
    public async Task The_requests_are_the_recorded_ones(string mode)
    {
        var recorded = Vectors.Json("wire.json").GetProperty("runs").GetProperty("smoke:staging " + mode).EnumerateArray().ToArray();
        var stub = new HostedStub(TimeProvider.System);
        await using var server = new LoopbackServer(request => request.Target.StartsWith("/api/", StringComparison.Ordinal) ? stub.AnswerAsync(request) : Task.FromResult(GatewayReply(request)));
        var options = new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("test-secret") };
        using IControlPlane plane = mode == "api" ? new ApiControlPlane(options) : new ConvexControlPlane(options);
        using var gateway = new OpsGateway(new OpsGatewayOptions
        {
            BaseUrl = server.Url,
            ChallengeUrl = server.Url + "/staging",
            ProxyUrl = server.Url + "/staging",
            OpsToken = OperatorSecret.From("tok"),
        });

        Assert.True((await RunAsync(plane, gateway)).Ok);

        Assert.Equal(recorded.Select(request => request.GetProperty("method").GetString() + " " + request.GetProperty("url").GetString()), server.Requests.Select(sent => sent.Method + " " + sent.Target));
        foreach (var (sent, expected) in server.Requests.Zip(recorded))
        {
            Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), sent.Headers[header.Name]));
            Assert.True(JsonNode.DeepEquals(Timeless(expected.GetProperty("body").GetRawText()), Timeless(sent.Body)), sent.Body);
        }
    }

    private static Task<ISmokeResult> RunAsync(IControlPlane plane, IGateway gateway) =>
        SmokeCatalog.Get(SmokeName.Staging).RunAsync(new SmokeRequest { ControlPlane = plane, Gateway = gateway, Format = ArtifactFormat.RouteDocument }, CancellationToken.None);

    private static Reply GatewayReply(RecordedRequest request) => (request.Method, request.Target, request.Headers.ContainsKey("authorization")) switch
    {
        ("GET", "/ops/deployment", _) => Reply.Json("""{"deployment":{"deploymentId":"dep_prev","configHash":"cfg_prev","imageDigest":"sha256:prev"}}"""),
        ("POST", "/ops/deploy", _) => Reply.Json(
            JsonSerializer.Serialize(new { deployment = new { deploymentId = "dep", configHash = (string)JsonNode.Parse(request.Body)!["configHash"]!, imageDigest = "sha256:new" } })),
        ("GET", "/healthz", _) => Reply.Status(200),
        ("GET", "/staging", false) => Reply.Status(402, ("x-oa-smoke-auth", "L402 smoke:proof")),
        ("GET", "/staging", true) => Reply.Status(200),
        _ => Reply.Status(404),
    };

    /// <summary>The JSON with its clock values levelled.</summary>
    private static JsonNode? Timeless(string json)
    {
        var node = json.Length == 0 ? null : JsonNode.Parse(json);
        if (node?["args"] is JsonObject args && args.ContainsKey("appliedAtMs"))
        {
            Assert.True((long)args["appliedAtMs"]! > 1_700_000_000_000);
            args["appliedAtMs"] = 0;
        }

        return node;
    }
}
