using System;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>A hosted backend on loopback: speaks the envelope of Laravel or of Convex and keeps its state in a <see cref="MockControlPlane"/>.</summary>
internal sealed class HostedStub(TimeProvider clock)
{
    private readonly MockControlPlane plane = new(clock);

    /// <summary>What it has recorded.</summary>
    public MockControlPlane Books => plane;

    public async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        var body = JsonNode.Parse(request.Body)!;
        var isConvex = body["path"] is not null;
        var answer = await CallAsync((string)(body["path"] ?? body["functionName"])!, body["args"]!);
        return Reply.Json(isConvex ? "{\"status\":\"success\",\"value\":" + answer + ",\"logLines\":[]}" : answer);
    }

    /// <summary>The answer to a call of the Api as text, for who changes it.</summary>
    public Task<string> AnswerTextAsync(RecordedRequest request)
    {
        var body = JsonNode.Parse(request.Body)!;
        return CallAsync((string)body["functionName"]!, body["args"]!);
    }

    private async Task<string> CallAsync(string function, JsonNode args)
    {
        var none = CancellationToken.None;
        object answer = function switch
        {
            "lightning/ops:listPaywallControlPlaneState" => new { Ok = true, Paywalls = await plane.ListPaywallsAsync(none) },
            "lightning/ops:recordGatewayCompileIntent" => new { Ok = true, Deployment = await plane.RecordDeploymentAsync(Read<DeploymentIntent>(args), none) },
            "lightning/ops:recordGatewayDeploymentEvent" => new { Ok = true, Event = await plane.RecordEventAsync(Read<GatewayEventDraft>(args), none) },
            "lightning/settlements:ingestInvoiceLifecycle" => await plane.IngestInvoiceAsync(Read<InvoiceUpdate>(args), none),
            "lightning/settlements:ingestSettlement" => await plane.IngestSettlementAsync(Read<SettlementWithProof>(args), none),
            "lightning/security:getControlPlaneSecurityState" => await plane.GetSecurityStateAsync(none),
            "lightning/security:setGlobalPause" => new { Ok = true, Global = await plane.SetGlobalPauseAsync(Read<GlobalPauseChange>(args), none) },
            "lightning/security:setOwnerKillSwitch" => new { Ok = true, OwnerControl = await plane.SetOwnerKillSwitchAsync(Read<OwnerKillSwitchChange>(args), none) },
            "lightning/security:rotateCredentialRole" => new { Ok = true, Role = await plane.RotateCredentialRoleAsync(Read<CredentialRoleChange>(args), none) },
            "lightning/security:activateCredentialRole" => new { Ok = true, Role = await plane.ActivateCredentialRoleAsync(Read<CredentialRoleChange>(args), none) },
            "lightning/security:revokeCredentialRole" => new { Ok = true, Role = await plane.RevokeCredentialRoleAsync(Read<CredentialRoleChange>(args), none) },
            _ => throw new InvalidOperationException(function),
        };
        return ArtifactJson.Serialize(answer);
    }

    private static T Read<T>(JsonNode args) => args.Deserialize<T>(ArtifactJson.Options)!;
}
