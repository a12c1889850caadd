using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>Every request of the recorded runs, sent again through the functions and compared on the wire.</summary>
public sealed class WireTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("smoke:compile api", 2)]
    [InlineData("smoke:compile convex", 2)]
    [InlineData("smoke:staging api", 7)]
    [InlineData("smoke:staging convex", 7)]
    [InlineData("smoke:settlement api", 5)]
    [InlineData("smoke:settlement convex", 5)]
    [InlineData("smoke:security api", 10)]
    [InlineData("smoke:security convex", 10)]
    public async Task Requests_are_those_recorded(string run, int expectedCount)
    {
        var recorded = Vectors.Json("wire.json").GetProperty("runs").GetProperty(run).EnumerateArray()
            .Where(request => request.GetProperty("body").ValueKind == JsonValueKind.Object && request.GetProperty("body").TryGetProperty("args", out _))
            .ToArray();
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        var options = new HostedControlPlaneOptions { BaseUrl = server.Url + "//", Secret = OperatorSecret.From("test-secret") };
        using IControlPlane plane = run.EndsWith("api", StringComparison.Ordinal) ? new ApiControlPlane(options) : new ConvexControlPlane(options);

        foreach (var request in recorded)
        {
            await SendAsync(plane, JsonNode.Parse(request.GetProperty("body").GetRawText())!);
        }

        Assert.Equal(expectedCount, recorded.Length);
        Assert.Equal(expectedCount, server.Requests.Count);
        foreach (var (sent, expected) in server.Requests.Zip(recorded))
        {
            Assert.Equal((expected.GetProperty("method").GetString(), expected.GetProperty("url").GetString()), (sent.Method, sent.Target));
            Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), sent.Headers[header.Name]));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected.GetProperty("body").GetRawText()), JsonNode.Parse(sent.Body)), sent.Body);
        }
    }

    [Fact]
    public async Task Text_outside_ascii_and_the_secret_are_sent_as_they_are()
    {
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("sé\"cret") });
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "Störung <1>" }, None);

        var args = JsonNode.Parse(server.Requests[0].Body)!["args"]!;
        Assert.Equal(("sé\"cret", "Störung <1>"), ((string?)args["secret"], (string?)args["reason"]));
    }

    private static Task SendAsync(IControlPlane plane, JsonNode body)
    {
        var args = body["args"]!;
        return ((string)(body["path"] ?? body["functionName"])!) switch
        {
            "lightning/ops:listPaywallControlPlaneState" => plane.ListPaywallsAsync(None),
            "lightning/ops:recordGatewayCompileIntent" => plane.RecordDeploymentAsync(Read<DeploymentIntent>(args), None),
            "lightning/ops:recordGatewayDeploymentEvent" => plane.RecordEventAsync(Read<GatewayEventDraft>(args), None),
            "lightning/settlements:ingestInvoiceLifecycle" => plane.IngestInvoiceAsync(Read<InvoiceUpdate>(args), None),
            "lightning/settlements:ingestSettlement" => plane.IngestSettlementAsync(Read<SettlementWithProof>(args), None),
            "lightning/security:getControlPlaneSecurityState" => plane.GetSecurityStateAsync(None),
            "lightning/security:setGlobalPause" => plane.SetGlobalPauseAsync(Read<GlobalPauseChange>(args), None),
            "lightning/security:setOwnerKillSwitch" => plane.SetOwnerKillSwitchAsync(Read<OwnerKillSwitchChange>(args), None),
            "lightning/security:rotateCredentialRole" => plane.RotateCredentialRoleAsync(Read<CredentialRoleChange>(args), None),
            "lightning/security:activateCredentialRole" => plane.ActivateCredentialRoleAsync(Read<CredentialRoleChange>(args), None),
            "lightning/security:revokeCredentialRole" => plane.RevokeCredentialRoleAsync(Read<CredentialRoleChange>(args), None),
            var unknown => throw new InvalidOperationException(unknown),
        };
    }

    private static T Read<T>(JsonNode args) => args.Deserialize<T>(ArtifactJson.Options)!;
}
