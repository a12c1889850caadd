using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Settings;
using LightningOps.Smoke;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke;

public sealed class SettlementSmokeTests
{
    [Fact]
    public async Task In_mock_mode_the_output_is_the_recorded_one_but_for_the_clock()
    {
        using var plane = new MockControlPlane(TimeProvider.System);

        var result = await RunAsync(plane);

        Assert.True(result.Ok);
        Assert.Equal(Timeless(Encoding.UTF8.GetString(Vectors.Bytes("smoke/settlement.json")).Trim()), Timeless(ArtifactJson.Serialize(result)));
    }

    [Theory]
    [InlineData("smoke:settlement api")]
    [InlineData("smoke:settlement convex")]
    public async Task The_requests_are_the_recorded_ones_in_their_order(string run)
    {
        var recorded = Vectors.Json("wire.json").GetProperty("runs").GetProperty(run).EnumerateArray().ToArray();
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        using var plane = Hosted(run, server);

        Assert.True((await RunAsync(plane)).Ok);

        Assert.Equal(recorded.Length, server.Requests.Count);
        foreach (var (sent, expected) in server.Requests.Zip(recorded))
        {
            Assert.Equal((expected.GetProperty("method").GetString(), expected.GetProperty("url").GetString()), (sent.Method, sent.Target));
            Assert.All(expected.GetProperty("headers").EnumerateObject(), header => Assert.Equal(header.Value.GetString(), sent.Headers[header.Name]));
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected.GetProperty("body").GetRawText()), JsonNode.Parse(sent.Body)), sent.Body);
        }
    }

    [Fact]
    public async Task A_second_run_against_a_hosted_control_plane_is_ok_and_says_that_the_settlement_existed()
    {
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        using var plane = Hosted("api", server);

        await RunAsync(plane);
        var second = await RunAsync(plane);

        Assert.True(second.Ok, second.FailureReason);
        Assert.All(second.Settlements, settlement => Assert.True(settlement.Existed));
        Assert.Empty(second.InvoiceTransitions);
    }

    [Fact]
    public async Task Runs_in_one_store_are_apart_from_each_other_and_from_the_paywalls_in_it()
    {
        using var folder = new TemporaryFolder();
        using var plane = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db") });

        var first = await RunAsync(plane, "run1");
        var second = await RunAsync(plane, "run2");

        Assert.True(first.Ok && second.Ok, first.FailureReason + second.FailureReason);
        Assert.Equal(3, second.InvoiceTransitions.Count);
        Assert.Equal([false, true], second.Settlements.Select(settlement => settlement.Existed));
        Assert.Empty(await plane.ListSettlementsAsync(new SettlementQuery { PaywallId = "pw_weather" }, CancellationToken.None));
        Assert.Equal(2, (await plane.ListSettlementsAsync(new SettlementQuery { PaywallId = "pw_smoke_weather" }, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Ids_that_were_used_before_are_no_proof()
    {
        using var plane = new MockControlPlane(TimeProvider.System);
        await RunAsync(plane, "run1");

        var again = await RunAsync(plane, "run1");

        Assert.False(again.Ok);
        Assert.Equal("the invoice of this run was not new.", again.FailureReason);
    }

    [Fact]
    public async Task A_control_plane_that_opens_a_settled_invoice_again_fails_the_smoke()
    {
        var stub = new HostedStub(TimeProvider.System);
        await using var server = new LoopbackServer(request => request.Body.Contains("req_smoke_reordered_open", StringComparison.Ordinal)
            ? Task.FromResult(Reply.Json("""{"ok":true,"changed":true,"invoice":{"invoiceId":"inv_smoke_1","paywallId":"pw_weather","ownerId":"owner_weather","amountMsats":2500,"status":"open","createdAtMs":1,"updatedAtMs":2}}"""))
            : stub.AnswerAsync(request));
        using var plane = Hosted("api", server);

        Assert.Equal("a late report opened a settled invoice again.", (await RunAsync(plane)).FailureReason);
    }

    private static HostedControlPlane Hosted(string run, LoopbackServer server)
    {
        var options = new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("test-secret") };
        return run.EndsWith("api", StringComparison.Ordinal) ? new ApiControlPlane(options) : new ConvexControlPlane(options);
    }

    private static async Task<SettlementSmokeResult> RunAsync(IControlPlane plane, string? mark = null) =>
        (SettlementSmokeResult)await SmokeCatalog.Get(SmokeName.Settlement).RunAsync(new SmokeRequest { ControlPlane = plane, RunMark = mark }, CancellationToken.None);

    private static string Timeless(string json) => Regex.Replace(json, "\"updatedAtMs\":\\d+", "\"updatedAtMs\":0");
}
