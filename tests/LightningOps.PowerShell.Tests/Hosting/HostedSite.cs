using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.Tests.Support;

namespace LightningOps.PowerShell.Tests.Hosting;

/// <summary>A hosted control plane, Laravel's or Convex's, and a gateway with ops endpoints, on one loopback port.</summary>
internal sealed class HostedSite : IAsyncDisposable
{
    private readonly LoopbackServer server;
    private string served = "cfg_prev";

    public HostedSite() => server = new LoopbackServer(request => Task.FromResult(Answer(request)));

    public string Url => server.Url;

    public IReadOnlyList<RecordedRequest> Requests => server.Requests;

    /// <summary>How the gateway's health check is answered.</summary>
    public Reply Health { get; set; } = Reply.Status(200);

    /// <summary>JSON of the paywalls.</summary>
    public string Paywalls { get; set; } = File.ReadAllText(Places.Vector("smoke/paywalls.json"));

    /// <summary>Script that connects a session to it: secret test-secret, ops token tok.</summary>
    public string Connect(string mode, string secret = "test-secret", string token = "tok") =>
        $"$s = [Net.NetworkCredential]::new('', '{secret}').SecurePassword; $t = [Net.NetworkCredential]::new('', '{token}').SecurePassword; "
        + $"Connect-LightningOps {mode} -ApiBaseUrl {Url} -ConvexUrl {Url} -Secret $s -GatewayBaseUrl {Url} -GatewayOpsToken $t -ChallengeUrl {Url}/staging -ProxyUrl {Url}/staging -StorePath s.db; ";

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private Reply Answer(RecordedRequest request) =>
        request.Target.StartsWith("/api/", StringComparison.Ordinal) ? ControlPlane(JsonNode.Parse(request.Body)!) : Gateway(request);

    private Reply ControlPlane(JsonNode body)
    {
        var args = body["args"]!;
        JsonNode answer = (string)(body["path"] ?? body["functionName"])! switch
        {
            "lightning/ops:listPaywallControlPlaneState" => new JsonObject { ["ok"] = true, ["paywalls"] = JsonNode.Parse(Paywalls) },
            "lightning/ops:recordGatewayCompileIntent" => new JsonObject { ["ok"] = true, ["deployment"] = Recorded(args, "deploymentId") },
            "lightning/ops:recordGatewayDeploymentEvent" => new JsonObject { ["ok"] = true, ["event"] = Recorded(args, "eventId") },
            "lightning/security:getControlPlaneSecurityState" => JsonNode.Parse(
                """{"ok":true,"global":{"stateId":"global","globalPause":false,"updatedAtMs":1},"ownerControls":[],"credentialRoles":[]}""")!,
            var other => throw new InvalidOperationException(other),
        };
        return Reply.Json(body["path"] is null ? answer.ToJsonString() : new JsonObject { ["status"] = "success", ["value"] = answer }.ToJsonString());
    }

    private static JsonObject Recorded(JsonNode args, string idMember)
    {
        var record = args.DeepClone().AsObject();
        record.Remove("secret");
        record[idMember] ??= "id_1";
        record["createdAtMs"] = 1;
        if (idMember == "deploymentId")
        {
            record["updatedAtMs"] = 1;
        }

        return record;
    }

    private Reply Gateway(RecordedRequest request)
    {
        switch (request.Method, request.Target, request.Headers.ContainsKey("authorization"))
        {
            case ("GET", "/ops/deployment", _):
                return Deployment();
            case ("POST", "/ops/deploy", _):
                served = (string)JsonNode.Parse(request.Body)!["configHash"]!;
                return Deployment();
            case ("POST", "/ops/rollback", _):
                served = (string)JsonNode.Parse(request.Body)!["targetConfigHash"]!;
                return Deployment();
            case ("GET", "/healthz", _):
                return Health;
            case ("GET", "/staging", false):
                return Reply.Status(402, ("x-oa-smoke-auth", "L402 smoke:proof"));
            default:
                return Reply.Status(200);
        }
    }

    private Reply Deployment() => Reply.Json(new JsonObject
    {
        ["deployment"] = new JsonObject { ["deploymentId"] = "dep", ["configHash"] = served, ["imageDigest"] = "sha256:new" },
    }.ToJsonString());
}
