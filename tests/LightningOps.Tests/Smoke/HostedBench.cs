using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Ops;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Smoke;

/// <summary>A hosted control plane and an ops gateway on one loopback port, as the recorded runs had them.</summary>
internal sealed class HostedBench : IAsyncDisposable
{
    private readonly HostedStub stub = new(TimeProvider.System);
    private readonly LoopbackServer server;
    private readonly IControlPlane plane;
    private readonly OpsGateway gateway;

    public HostedBench(string mode)
    {
        server = new LoopbackServer(request => request.Target.StartsWith("/api/", StringComparison.Ordinal) ? stub.AnswerAsync(request) : Task.FromResult(GatewayReply(request)));
        plane = WireRun.Plane(mode, server.Url);
        gateway = new OpsGateway(new OpsGatewayOptions
        {
            BaseUrl = server.Url,
            ChallengeUrl = server.Url + "/staging",
            ProxyUrl = server.Url + "/staging",
            OpsToken = OperatorSecret.From("tok"),
        });
        Request = new SmokeRequest
        {
            Mode = mode == "api" ? SmokeMode.Api : SmokeMode.Convex,
            ControlPlane = plane,
            Gateway = gateway,
            Format = ArtifactFormat.RouteDocument,
        };
    }

    public SmokeRequest Request { get; }

    public IReadOnlyList<RecordedRequest> Requests => server.Requests;

    /// <summary>The recorded runs one after the other, the reconciles under requests of their own.</summary>
    public static JsonElement[] Recorded(string mode, params string[] stagingRequestIds) =>
        stagingRequestIds.SelectMany(id => Staging(mode, id).Concat(WireRun.Recorded("smoke:settlement " + mode)).Concat(WireRun.Recorded("smoke:security " + mode))).ToArray();

    public async ValueTask DisposeAsync()
    {
        gateway.Dispose();
        plane.Dispose();
        await server.DisposeAsync();
    }

    private static IEnumerable<JsonElement> Staging(string mode, string requestId) => WireRun.Recorded("smoke:staging " + mode)
        .Select(request => JsonSerializer.Deserialize<JsonElement>(request.GetRawText()
            .Replace("smoke:staging", requestId, StringComparison.Ordinal)
            .Replace("dep_reconcile_smoke_staging", "dep_reconcile_" + requestId.Replace(':', '_'), StringComparison.Ordinal)));

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
}
