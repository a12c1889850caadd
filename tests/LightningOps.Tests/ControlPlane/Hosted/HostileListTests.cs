using System;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Gateway.Planning;
using LightningOps.Settings;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane.Hosted;

/// <summary>Values no honest control plane answers: each is read, or a typed error with a remedy; never an exception of .NET.</summary>
public sealed class HostileListTests : IAsyncDisposable
{
    private const string Paywall = """
        {"paywallId":"p","ownerId":"o","name":"n","status":"active","createdAtMs":1,"updatedAtMs":1,"policy":{"paywallId":"p","ownerId":"o","pricingMode":"fixed","fixedAmountMsats":2000,"killSwitch":false,"createdAtMs":1,"updatedAtMs":1},"routes":[{"routeId":"r","paywallId":"p","ownerId":"o","hostPattern":"shop.example.com","pathPattern":"/a","upstreamUrl":"https://up.example.com","protocol":"https","timeoutMs":6000,"priority":10,"createdAtMs":1,"updatedAtMs":1}]}
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly LoopbackServer server = new(_ => Task.FromResult(Reply.Status(500)));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("\"fixedAmountMsats\":2000", "\"fixedAmountMsats\":123456789012345678901234567890")]
    [InlineData("\"fixedAmountMsats\":2000", "\"fixedAmountMsats\":\"123456789012345678901234567890\"")]
    [InlineData("\"fixedAmountMsats\":2000", "\"fixedAmountMsats\":9223372036854775807")]
    [InlineData("\"fixedAmountMsats\":2000", "\"fixedAmountMsats\":1e400")]
    [InlineData("\"createdAtMs\":1", "\"createdAtMs\":9223372036854775807")]
    [InlineData("\"createdAtMs\":1", "\"createdAtMs\":123456789012345678901234567890")]
    [InlineData("\"timeoutMs\":6000", "\"timeoutMs\":9223372036854775807")]
    [InlineData("\"priority\":10", "\"priority\":-9223372036854775808")]
    [InlineData("\"name\":\"n\"", "\"name\":\"\\ud800\"")]
    [InlineData("\"name\":\"n\"", "\"name\":\"n\",\"name\":\"m\"")]
    [InlineData("\"pathPattern\":\"/a\"", "\"pathPattern\":\"/a\\u0000b\"")]
    [InlineData("\"upstreamUrl\":\"https://up.example.com\"", "\"upstreamUrl\":\"https://up\\u0000.example.com\"")]
    [InlineData("\"hostPattern\":\"shop.example.com\"", "\"hostPattern\":\"\\u0000\"")]
    [InlineData("\"name\":\"n\"", "\"name\":\"\u00ff\"", true)]
    public async Task A_paywall_is_read_or_refused_with_a_remedy(string member, string hostile, bool isLatin1 = false)
    {
        var json = "{\"ok\":true,\"paywalls\":[" + Paywall.Replace(member, hostile, StringComparison.Ordinal) + "]}";
        var body = isLatin1 ? Encoding.Latin1.GetBytes(json) : Encoding.UTF8.GetBytes(json);
        server.Enqueue(Reply.Raw([.. Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " + body.Length + "\r\n\r\n"), .. body]));
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s3cret"), Tries = 1 });

        try
        {
            var listed = await plane.ListPaywallsAsync(None);
            var compiled = PaywallCompiler.Compile(listed, new CompileOptions());
            Assert.DoesNotContain(compiled.Diagnostics, static found => found.Code == "compile_unexpected_failure");
            DesiredServices.From(compiled.Rules, withExtras: true);
        }
        catch (LightningOpsException refused)
        {
            Assert.NotEmpty(refused.Remedy);
        }
    }

    [Theory]
    [InlineData("\"globalPause\":true,\"globalPause\":false")]
    [InlineData("\"globalPause\":false,\"globalPause\":false")]
    [InlineData("\"globalPause\":false,\"global_pause\":true")]
    public async Task A_switch_that_stands_twice_denies(string members)
    {
        server.Enqueue(Reply.Json("{\"ok\":true,\"global\":{\"stateId\":\"g\"," + members + ",\"updatedAtMs\":1},\"ownerControls\":[],\"credentialRoles\":[]}"));
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s3cret"), Tries = 1 });

        try
        {
            Assert.True((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        }
        catch (LightningOpsException refused)
        {
            Assert.NotEmpty(refused.Remedy);
        }
    }

    [Theory]
    [InlineData("\"updatedAtMs\":9223372036854775807")]
    [InlineData("\"updatedAtMs\":123456789012345678901234567890")]
    [InlineData("\"updatedBy\":\"\\ud800\"")]
    public async Task A_switch_is_read_or_refused_with_a_remedy(string member)
    {
        server.Enqueue(Reply.Json("{\"ok\":true,\"global\":{\"stateId\":\"g\",\"globalPause\":true," + member + "},\"ownerControls\":[],\"credentialRoles\":[]}"));
        using var plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s3cret"), Tries = 1 });

        try
        {
            Assert.True((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        }
        catch (LightningOpsException refused)
        {
            Assert.NotEmpty(refused.Remedy);
        }
    }
}
