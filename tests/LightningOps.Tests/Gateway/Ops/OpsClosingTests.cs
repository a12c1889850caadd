using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Ops;
using LightningOps.Gateway.Records;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Local;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.Ops;

/// <summary>Closing where the gateway does not tell its services.</summary>
public sealed class OpsClosingTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly OpsPeer peer = new();
    private readonly LoopbackServer server;

    public OpsClosingTests() => server = new LoopbackServer(peer.AnswerAsync);

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Everything_is_closed_by_one_service_that_takes_every_request_where_the_configuration_is_not_known()
    {
        using var gateway = Open(null);
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);

        var plan = gateway.PlanClosing(await gateway.ReadStateAsync(None), Closing(everything: true));
        await gateway.CloseAsync(Closing(everything: true), None);

        Assert.True(plan is { IsRefused: false, NeedsConfirmation: true });
        Assert.Equal("everything_closed", Assert.Single(plan.Diagnostics).Code);
        Assert.All(ServedOrder.Requests, request => Assert.True(ServedOrder.FirstMatch(peer.Served, request) is { IsClosed: true }));
        Assert.DoesNotContain(ApertureConfigCheck.Check(OpsArtifact.Everything).Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public async Task Some_services_of_a_configuration_that_is_not_known_cannot_be_closed_and_that_is_said()
    {
        using var gateway = Open(null);
        var rollout = OfPaths("dep_1", "/a", "/b");
        await gateway.ApplyAsync(rollout, None);

        var plan = gateway.PlanClosing(await gateway.ReadStateAsync(None), Closing(everything: false));
        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.CloseAsync(Closing(everything: false), None));

        Assert.Equal("services_not_told", Assert.Single(plan!.Diagnostics).Code);
        Assert.True(plan.IsRefused);
        Assert.Equal("services_not_told", failure.Reason);
        Assert.Equal(rollout.ConfigHash, peer.ActiveHash);
    }

    [Fact]
    public async Task Some_services_are_closed_from_the_copy_of_a_record_whose_store_cannot_be_read()
    {
        using var folder = new TemporaryFolder();
        var store = folder.File("store.db");
        using var gateway = Open(new CopiedGatewayRecords(new StoreGatewayRecords(new LocalStoreOptions { Path = store }), folder.File("copies"), "team"));
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        LocalControlPlaneTests.Execute(store, "UPDATE gateway_records SET document = '{'");

        await gateway.CloseAsync(Closing(everything: false), None);

        Assert.Equal(["pw_a.r"], peer.Served.Where(static service => service.IsClosed).Select(static service => service.Name));
        Assert.Equal(2, peer.Served.Count);
    }

    [Fact]
    public async Task A_record_of_another_configuration_is_not_taken_for_what_is_served()
    {
        var records = new MemoryRecords();
        using var gateway = Open(records);
        using var elsewhere = Open(null);
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        await elsewhere.ApplyAsync(OfPaths("dep_2", "/b"), None);

        var state = await gateway.ReadStateAsync(None);

        Assert.Null(state.Services);
        Assert.Equal("services_not_told", Assert.Single(gateway.Plan(state, OfPaths("dep_3", "/c")).Diagnostics).Code);
        await gateway.RollBackAsync("req", "dep_3", state, None);
        Assert.Equal("dep_1", (await records.ReadAsync(gateway.Name, None)).DeploymentId);
    }

    [Fact]
    public async Task A_record_that_cannot_be_kept_or_read_fails_no_roll_out()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("records"), "not a folder");
        using var gateway = Open(new FileGatewayRecords(folder.File("records")));
        var rollout = OfPaths("dep_1", "/a");

        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(rollout.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
    }

    [Fact]
    public async Task What_another_store_closed_is_reopened_only_when_told()
    {
        using var gateway = Open(new MemoryRecords());
        using var elsewhere = Open(new MemoryRecords());
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        await elsewhere.CloseAsync(Closing(everything: true), None);

        var refused = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_2", "/a"));

        Assert.Contains(refused.Diagnostics, diagnostic => diagnostic.Code == "stopped_by_another" && diagnostic.Message.Contains("dep_close_req", StringComparison.Ordinal));
        Assert.True(refused.IsRefused);
        Assert.False(gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_2", "/a") with { OverrideStop = true }).IsRefused);
        Assert.False(elsewhere.Plan(await elsewhere.ReadStateAsync(None), OfPaths("dep_2", "/a")).IsRefused);
    }

    private OpsGateway Open(IGatewayRecords? records) => new(new OpsGatewayOptions
    {
        BaseUrl = server.Url,
        ChallengeUrl = server.Url + "/staging",
        ProxyUrl = server.Url + "/staging",
        OpsToken = OperatorSecret.From("tok"),
        Records = records,
        Http = TestHttp.Options,
    });

    private static GatewayClosing Closing(bool everything) => new()
    {
        RequestId = "req",
        DeploymentId = "dep_close_req",
        Decide = (service, _) => everything || service.Name == "pw_a.r" ? CloseDecision.Close : CloseDecision.Keep,
        IsEverything = everything,
    };
}
