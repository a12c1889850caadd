using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Reconcile.Faults;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway;

/// <summary>What gateways serve now, as objects; what is not known says so.</summary>
public sealed class ServedServicesTests : IDisposable
{
    private const string Services = """
        services:
          - name: metered
            hostregexp: '^a\.example$'
            pathregexp: '^/m$'
            address: "127.0.0.1:9000"
            protocol: https
            price: 5
            authscheme: mpp
            timeout: 60
            rewrite:
              prefix: /v1
            ratelimits:
              - pathregexp: '^/m$'
                requests: 7
                per: 1m
                burst: 9
          - name: free
            hostregexp: '.*'
            pathregexp: '^/f$'
            address: "127.0.0.1:9000"
            protocol: http
            auth: "off"
          - name: closed
            hostregexp: '.*'
            pathregexp: '^/c$'
            address: 127.0.0.1:0
            protocol: http
            auth: "off"

        """;

    /// <summary>The model serves no mpp service.</summary>
    private static readonly string L402Services = Services.Replace("authscheme: mpp", "authscheme: l402", StringComparison.Ordinal);

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("aperture.yaml");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_shows_all_members_of_its_services()
    {
        await File.WriteAllTextAsync(Path, "listenaddr: \"127.0.0.1:1\"\n" + Services);
        using var gateway = OpenFile();

        var served = await ReadAsync(gateway);

        var metered = served[0];
        Assert.Equal((1, "metered", @"^a\.example$", "^/m$", ServedState.Selling, 5L), (metered.Place, metered.Name, metered.Host, metered.Path, metered.State, metered.PriceSats));
        Assert.Equal(("mpp", "60 s", "7 per 1m (burst 9)", "https://127.0.0.1:9000/v1", "no", "file"), (metered.Scheme, metered.Lifetime, metered.Limits, metered.Upstream, metered.MadeHere, metered.Source));
        Assert.Equal((ServedState.Free, null, "none"), (served[1].State, served[1].PriceSats, served[1].Lifetime));
        Assert.Equal((ServedState.Closed, "closed"), (served[2].State, served[2].Upstream));
        Assert.All(served, static service => Assert.Equal(LiveEvidence.NotKnown, service.Evidence));
    }

    [Theory]
    [InlineData("127.0.0.1:0", "on", 5, ServedState.Failing)]
    [InlineData("shop.example.com:00", "freebie 3", 5, ServedState.Failing)]
    [InlineData("[::1]:0", "on", 5, ServedState.Failing)]
    [InlineData("127.0.0.1:9000", "on", -5, ServedState.Failing)]
    [InlineData("localhost:0", "off", 0, ServedState.Closed)]
    [InlineData("127.0.0.1:9", "off", 0, ServedState.Free)]
    [InlineData("127.0.0.1:9000", "off", 0, ServedState.Free)]
    [InlineData("127.0.0.1:10", "on", 5, ServedState.Selling)]
    [InlineData("shop0", "on", 5, ServedState.Selling)]
    [InlineData("::0", "on", 5, ServedState.Selling)]
    public void A_service_that_nobody_can_use_is_not_said_to_sell(string address, string auth, long price, ServedState state) =>
        Assert.Equal(state, ServedServices.Classify(new GatewayService { Name = "s", Address = address, Auth = auth, PriceSats = price }));

    [Fact]
    public async Task A_service_renamed_by_hand_is_not_known_to_be_of_others()
    {
        await File.WriteAllTextAsync(Path, "listenaddr: \"127.0.0.1:1\"\n" + Services);
        using var gateway = OpenFile();
        await gateway.ApplyAsync(CreateRollout("dep_1", Selling("/a").Killed(), Selling("/b")), None);
        await File.WriteAllTextAsync(Path, (await File.ReadAllTextAsync(Path)).Replace("name: pw_a.r", "name: renamed", StringComparison.Ordinal));

        var made = (await ReadAsync(gateway)).ToDictionary(static service => service.Name, static service => service.MadeHere);

        Assert.Equal((ServedService.NotKnown, "yes", "no"), (made["renamed"], made["pw_b.r"], made["closed"]));
    }

    [Fact]
    public async Task What_was_rolled_out_from_here_was_made_here()
    {
        await File.WriteAllTextAsync(Path, "listenaddr: \"127.0.0.1:1\"\n" + Services);
        using var gateway = OpenFile();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        var served = await ReadAsync(gateway);

        Assert.Equal(["yes"], served.Where(static service => service.Name.StartsWith("pw_a", StringComparison.Ordinal)).Select(static service => service.MadeHere));
        Assert.Equal(["no", "no", "no"], served.Where(static service => !service.Name.StartsWith("pw_a", StringComparison.Ordinal)).Select(static service => service.MadeHere));
        Assert.Equal("owner_pw_a", served.Single(static service => service.MadeHere == "yes").OwnerId);
    }

    [Fact]
    public async Task What_was_closed_at_port_9_is_said_to_be_closed_once_it_is_at_port_0_and_loaded()
    {
        await File.WriteAllTextAsync(Path, "listenaddr: \"127.0.0.1:1\"\nservices: []\n");
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = Path, Http = TestHttp.Options, Reload = new LoadedAtOnce() });
        await gateway.ApplyAsync(CreateRollout("dep_1", Selling("/a").Killed()), None);
        await File.WriteAllTextAsync(Path, (await File.ReadAllTextAsync(Path)).Replace("127.0.0.1:0", "127.0.0.1:9", StringComparison.Ordinal));
        Assert.Equal((ServedState.Free, "http://127.0.0.1:9"), ((await ReadAsync(gateway))[0].State, (await ReadAsync(gateway))[0].Upstream));
        var closing = new GatewayClosing { RequestId = "r", DeploymentId = "dep_close", Decide = static (_, _) => CloseDecision.CloseIfMadeHere, IsEverything = true };
        Assert.NotNull(gateway.PlanClosing(await gateway.ReadStateAsync(None), closing));

        await gateway.CloseAsync(closing, None);

        Assert.Equal((ServedState.Closed, LiveEvidence.Answer), ((await ReadAsync(gateway))[0].State, (await ReadAsync(gateway))[0].Evidence));
    }

    [Fact]
    public async Task A_row_of_the_database_is_told_from_a_service_of_the_file_and_has_no_known_limits()
    {
        await using var model = new ApertureModel(Path);
        await File.WriteAllTextAsync(Path, model.AdminSettings + L402Services);
        await model.StartAsync();
        using var admin = OpenAdmin(model);
        await admin.ApplyAsync(OfPaths("dep_row", "/row"), None);
        await model.RestartAsync();
        using var file = OpenFile();

        var served = (await ReadAsync(file)).ToDictionary(static service => service.Name);
        var listed = await ReadAsync(admin);

        Assert.Equal("database", served["pw_row.r"].Source);
        Assert.Equal((ServedService.NotKnown, ServedService.NotKnown), (served["pw_row.r"].Limits, served["pw_row.r"].Lifetime));
        Assert.Equal(("file", "7 per 1m (burst 9)"), (served["metered"].Source, served["metered"].Limits));
        Assert.All(listed, static service => Assert.Equal(ServedService.NotKnown, service.Source));
        Assert.Equal((ServedService.NotKnown, "l402 or any", "yes"), (listed[0].Limits, listed[0].Scheme, listed.Single(static service => service.Name == "pw_row.r").MadeHere));
        Assert.All(listed, static service => Assert.Equal(LiveEvidence.List, service.Evidence));
    }

    [Fact]
    public async Task Each_endpoint_of_a_gateway_is_read_by_itself()
    {
        await using var one = new ApertureModel(folder.File("one.yaml"));
        await using var two = new ApertureModel(folder.File("two.yaml"));
        await File.WriteAllTextAsync(folder.File("one.yaml"), one.AdminSettings + "services: []\n");
        await File.WriteAllTextAsync(folder.File("two.yaml"), two.AdminSettings + L402Services);
        await one.StartAsync();
        await two.StartAsync();
        using var group = new EndpointGroup([OpenAdmin(one), OpenAdmin(two)]);

        var served = new List<ServedService>();
        foreach (var endpoint in ServedServices.GetEndpoints(group))
        {
            served.AddRange((await ServedServices.ReadAsync(group.Name, endpoint, None))!);
        }

        Assert.Equal(3, served.Count);
        Assert.All(served, service => Assert.Equal((group.Name, "aperture:" + two.Url), (service.Gateway, service.Endpoint)));
    }

    [Fact]
    public async Task A_loopback_gateway_shows_what_its_process_serves()
    {
        using var upstream = EchoUpstream.Start();
        var loopback = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = L402Services, Upstream = upstream.Url });
        try
        {
            using var gateway = GatewayFactory.Create(GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [loopback] });

            Assert.Equal(("process", "7 per 1m (burst 9)", "60 s"), ((await ReadAsync(gateway))[0].Source, (await ReadAsync(gateway))[0].Limits, (await ReadAsync(gateway))[0].Lifetime));
        }
        finally
        {
            await loopback.StopAsync();
        }
    }

    [Fact]
    public async Task An_ops_gateway_shows_what_was_rolled_out_from_here_and_else_nothing_is_known()
    {
        var peer = new LightningOps.Tests.Gateway.Ops.OpsPeer();
        await using var server = new LoopbackServer(peer.AnswerAsync);
        var site = new OpsFaultyPeer();
        using var gateway = site.Open(server.Url, TestHttp.Options);
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        Assert.Equal("pw_a.r", Assert.Single(await ReadAsync(gateway)).Name);
        using var other = new OpsFaultyPeer().Open(server.Url, TestHttp.Options);
        Assert.Null(await ServedServices.ReadAsync(other.Name, other, None));
    }

    private static async Task<IReadOnlyList<ServedService>> ReadAsync(IGateway gateway) => (await ServedServices.ReadAsync(gateway.Name, gateway, None))!;

    private ApertureFileGateway OpenFile() => new(new ApertureFileGatewayOptions { Path = Path, Http = TestHttp.Options });

    private static ApertureAdminGateway OpenAdmin(ApertureModel model) =>
        new(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
}
