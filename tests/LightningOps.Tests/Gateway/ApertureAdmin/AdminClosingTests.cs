using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Records;
using LightningOps.Http;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

public sealed class AdminClosingTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly GatewayService Website = new() { Name = "website", HostRegexp = @"^www\.example\.com$", PathRegexp = "^/home$", Address = "web:80", Protocol = "http", Auth = "off", PriceSats = 1 };
    private readonly StrictAperture aperture = new();
    private readonly HeldTime time = new();
    private readonly FaultProxy proxy;
    private readonly LoopbackServer server;

    public AdminClosingTests()
    {
        proxy = new FaultProxy(aperture.AnswerAsync, () => time.RunOut(TestHttp.Options.TryTimeout));
        server = new LoopbackServer(proxy.AnswerAsync);
    }

    public static TheoryData<HttpFault> Faults => [.. Enum.GetValues<HttpFault>()];

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task What_others_made_stays_open_unless_it_belongs_to_a_paywall()
    {
        aperture.Services = [Website];
        using var gateway = Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        using var elsewhere = Open(new MemoryRecords());
        var closing = Closing(service => service.Name == "pw_a.r" ? CloseDecision.Close : CloseDecision.CloseIfMadeHere);

        await elsewhere.CloseAsync(closing, None);
        Assert.Equal(["pw_a.r"], ClosedNames());

        await gateway.CloseAsync(closing, None);
        Assert.Equal(["pw_a.r", "pw_b.r"], ClosedNames());
    }

    [Fact]
    public async Task What_others_sell_is_listed_with_its_price_in_the_plan()
    {
        aperture.Services = [Website with { Name = "X.route_Y", Auth = "on", PriceSats = 7 }, Website];
        using var gateway = Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a"));

        Assert.True(plan.IsEmpty);
        Assert.Equal([new SellingService("X.route_Y", 7)], plan.LeftAlone!);
        Assert.Contains("= X.route_Y (7 sat)  left unchanged: no record says that this store made it", plan.ToString(), StringComparison.Ordinal);
        Assert.Null(gateway.Plan(await gateway.ReadStateAsync(None), OfPaths("dep_1", "/a") with { Prune = true }).LeftAlone);
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_refuses_a_roll_out_and_closes_what_is_denied_for_certain()
    {
        aperture.Services = [Website with { Auth = "on" }];
        using var gateway = Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        using var folder = new TemporaryFolder();
        using var blind = OpenOn(new FileGatewayRecords(folder.File("records")));
        await new FileGatewayRecords(folder.File("records")).WriteAsync(blind.Name, GatewayRecord.Empty, None);
        await File.WriteAllTextAsync(Assert.Single(Directory.GetFiles(folder.File("records"))), "{");
        var closing = Closing(service => service.Name == "pw_a.r" ? CloseDecision.Close : CloseDecision.CloseIfMadeHere);

        await blind.CloseAsync(closing, None);

        Assert.Equal(["pw_a.r"], ClosedNames());
        Assert.Equal(["website"], closing.FindUndecided(await blind.ReadStateAsync(None)));
        Assert.StartsWith("record_not_readable", (await Assert.ThrowsAsync<GatewayException>(() => blind.ApplyAsync(OfPaths("dep_2", "/a"), None))).Reason);
    }

    [Fact]
    public async Task What_was_closed_at_port_9_is_closed_again_at_port_0()
    {
        using var gateway = Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        aperture.Services = [.. aperture.Services.Select(service => service with { Address = "127.0.0.1:9", Protocol = "http", Auth = "off" })];
        var closing = Closing(_ => CloseDecision.Close);

        Assert.Equal(ServiceChangeKind.Closed, Assert.Single(gateway.PlanClosing(await gateway.ReadStateAsync(None), closing)!.Changes).Kind);
        await gateway.CloseAsync(closing, None);

        Assert.Equal("127.0.0.1:0", Assert.Single(aperture.Services).Address);
        Assert.Null(gateway.PlanClosing(await gateway.ReadStateAsync(None), closing));
    }

    [Fact]
    public async Task What_another_store_closed_is_reopened_only_where_told()
    {
        using var gateway = Open();
        using var elsewhere = Open(new MemoryRecords());
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        await elsewhere.CloseAsync(Closing(service => service.Name == "pw_a.r" ? CloseDecision.Close : CloseDecision.Keep), None);
        var rollout = OfPaths("dep_2", "/a", "/b");

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        Assert.Contains(plan.Diagnostics, found => found.Code == "stopped_by_another" && found.Message.Contains("pw_a.r", StringComparison.Ordinal));
        await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(rollout, None));
        Assert.Equal(["pw_a.r"], ClosedNames());

        await gateway.ApplyAsync(rollout with { OverrideStop = true }, None);
        Assert.Empty(ClosedNames());
    }

    [Fact]
    public async Task What_this_store_closed_it_reopens()
    {
        using var gateway = Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        await gateway.CloseAsync(Closing(_ => CloseDecision.Close), None);
        Assert.Equal(2, ClosedNames().Length);

        await gateway.ApplyAsync(OfPaths("dep_2", "/a", "/b"), None);

        Assert.Empty(ClosedNames());
    }

    [Fact]
    public async Task One_that_is_refused_keeps_no_other_open_and_is_told()
    {
        using var gateway = Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b", "/c"), None);
        aperture.Cursed["pw_a.r"] = 400;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.CloseAsync(Closing(_ => CloseDecision.Close), None));

        Assert.StartsWith("status_400", failure.Reason);
        Assert.Equal(["pw_b.r", "pw_c.r"], ClosedNames());
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task After_a_fault_at_any_request_nothing_was_opened_and_the_next_closing_closes_the_rest(HttpFault fault)
    {
        using var gateway = Open();
        using var hasty = Open(http: TestHttp.On(time) with { Tries = 1 });
        var rollout = OfPaths("dep_1", "/a", "/s/*", "/s/b");
        foreach (var at in Enumerable.Range(1, 5))
        {
            proxy.Fault = (_, _) => null;
            await gateway.ApplyAsync(rollout, None);
            aperture.Forget();
            proxy.Restart();
            proxy.Fault = (number, _) => number == at ? fault : null;

            await Record.ExceptionAsync(() => hasty.CloseAsync(Closing(_ => CloseDecision.Close), None));

            foreach (var (before, after) in aperture.History.Zip(aperture.History.Skip(1)))
            {
                Assert.True(before.Count(service => service.IsClosed) <= after.Count(service => service.IsClosed));
                Assert.Equal(before.Select(service => service.Name), after.Select(service => service.Name));
            }

            proxy.Fault = (_, _) => null;
            await gateway.CloseAsync(Closing(_ => CloseDecision.Close), None);
            Assert.Equal(3, ClosedNames().Length);
        }
    }

    private readonly MemoryRecords own = new();

    private string[] ClosedNames() => aperture.Services.Where(service => service.IsClosed).Select(service => service.Name).Order(StringComparer.Ordinal).ToArray();

    private ApertureAdminGateway OpenOn(IGatewayRecords records) => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = records,
        Http = TestHttp.Options,
    });

    private ApertureAdminGateway Open(MemoryRecords? records = null, GatewayHttpOptions? http = null) => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = server.Url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = records ?? own,
        Http = http ?? TestHttp.Options,
    });

    private static GatewayClosing Closing(Func<GatewayService, CloseDecision> judge) => new() { RequestId = "req", DeploymentId = "dep_close_req", Decide = (service, _) => judge(service) };
}
