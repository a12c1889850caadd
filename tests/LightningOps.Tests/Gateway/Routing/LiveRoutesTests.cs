using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Routing;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.Routing;

/// <summary>Requests against what a gateway serves: what its list does not say is not known.</summary>
public sealed class LiveRoutesTests : IDisposable
{
    private const string Services = """
        services:
          - name: timed
            hostregexp: '^a\.example$'
            pathregexp: '^/t$'
            address: "127.0.0.1:9000"
            protocol: http
            price: 5
            timeout: 60
            rewrite: {prefix: /v1}
            ratelimits:
              - {pathregexp: '^/t$', requests: 7, per: 1m}
          - name: rest
            hostregexp: '.*'
            address: "127.0.0.1:9000"
            protocol: http
            price: 2

        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();

    private string Path => folder.File("aperture.yaml");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_the_admin_API_does_not_list_is_not_known()
    {
        await using var model = new ApertureModel(Path);
        await File.WriteAllTextAsync(Path, model.AdminSettings + Services);
        await model.StartAsync();
        using var admin = OpenAdmin(model);

        var live = (await LiveRoutes.ReadAsync(admin, None))!;
        var found = live.Table.Resolve("https://a.example/t", "GET");

        Assert.Equal((2, LiveEvidence.List), (live.PartlyListed, live.Evidence));
        Assert.Equal((RouteOutcome.Sold, "timed", 5L), (found.Outcome, found.Service, found.PriceSats!.Value));
        Assert.Equal(["Limits", "LifetimeSeconds", "UpstreamPath"], found.NotKnown);
        Assert.Null(found.UpstreamPath);
        Assert.EndsWith("The gateway does not list free paths and price servers, with which it may be free or have another price.", found.Reason, StringComparison.Ordinal);
        Assert.Equal(RouteOutcome.AdminApi, live.Table.Resolve("https://a.example/api/admin/services", "GET").Outcome);
    }

    [Fact]
    public async Task A_row_of_the_database_takes_the_request_before_the_services_of_the_file()
    {
        await using var model = new ApertureModel(Path);
        await File.WriteAllTextAsync(Path, model.AdminSettings + "services: []\n");
        await model.StartAsync();
        using (var admin = OpenAdmin(model))
        {
            await admin.ApplyAsync(OfPaths("dep_row", "/row"), None);
        }

        await File.WriteAllTextAsync(Path, model.AdminSettings + Services);
        await model.RestartAsync();
        using var file = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = Path, Http = TestHttp.Options });

        var live = (await LiveRoutes.ReadAsync(file, None))!;

        Assert.Equal("pw_row.r", live.Table.Resolve("https://" + Host + "/row", "GET").Service);
        Assert.Equal(1, live.PartlyListed);
        var timed = live.Table.Resolve("https://a.example/t", "GET");
        Assert.Equal((60L, "/v1/t", "7 per 1m"), (timed.LifetimeSeconds!.Value, timed.UpstreamPath, timed.Limits.Single()));
        Assert.Equal(["L402"], timed.Schemes);

        // The file has no authenticator section.
        Assert.Equal(["Schemes"], timed.NotKnown);
    }

    [Theory]
    [InlineData("price: 5", "timed")]
    [InlineData("price: 6", null)]
    public async Task Endpoints_that_serve_different_services_are_not_asked_as_one(string price, string? expected)
    {
        await using var one = new ApertureModel(folder.File("one.yaml"));
        await using var two = new ApertureModel(folder.File("two.yaml"));
        await File.WriteAllTextAsync(folder.File("one.yaml"), one.AdminSettings + Services);
        await File.WriteAllTextAsync(folder.File("two.yaml"), two.AdminSettings + Services.Replace("price: 5", price, StringComparison.Ordinal));
        await one.StartAsync();
        await two.StartAsync();
        using var group = new EndpointGroup([OpenAdmin(one), OpenAdmin(two)]);

        if (expected is null)
        {
            Assert.Contains(two.Url, (await Assert.ThrowsAsync<ConfigException>(() => LiveRoutes.ReadAsync(group, None))).Message, StringComparison.Ordinal);
            return;
        }

        var live = (await LiveRoutes.ReadAsync(group, None))!;
        Assert.Equal((expected, 2), (live.Table.Resolve("https://a.example/t", "GET").Service, live.PartlyListed));
    }

    [Theory]
    [InlineData("", "", "L402")]
    [InlineData("enablempp: true", "", "L402 Payment")]
    [InlineData("enablempp: true", "authscheme: mpp", "Payment")]
    public async Task A_loopback_gateway_accepts_the_schemes_that_its_process_offers(string authenticator, string member, string expected)
    {
        var yaml = "authenticator: {network: regtest" + (authenticator.Length > 0 ? ", " + authenticator : string.Empty) + "}\n" + Services.Replace("timeout: 60", member, StringComparison.Ordinal);
        using var upstream = EchoUpstream.Start();
        var loopback = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = yaml, Upstream = upstream.Url });
        try
        {
            using var gateway = GatewayFactory.Create(GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [loopback] });

            var found = (await LiveRoutes.ReadAsync(gateway, None))!.Table.Resolve("https://a.example/t", "GET");

            Assert.Equal((expected, "/v1/t"), (string.Join(' ', found.Schemes), found.UpstreamPath));
            Assert.Empty(found.NotKnown);
        }
        finally
        {
            await loopback.StopAsync();
        }
    }

    /// <summary>An artifact does not say whether the gateway offers Payment.</summary>
    [Theory]
    [InlineData(null, "L402", true)]
    [InlineData("l402", "L402", false)]
    [InlineData("mpp", "", true)]
    [InlineData("l402+mpp", "L402", true)]
    public void The_schemes_of_a_compile_are_those_that_every_gateway_accepts(string? scheme, string expected, bool isDoubtful)
    {
        var compile = PaywallCompiler.Compile([Priced("p", 5000, Route("r", "a.example", "/t")).WithPolicy(policy => policy with { AuthScheme = scheme })], new CompileOptions());

        var found = RouteTable.FromCompile(compile).Resolve("https://a.example/t", "GET");

        Assert.Equal(expected, string.Join(' ', found.Schemes));
        Assert.Equal(isDoubtful ? ["Schemes"] : [], found.NotKnown);
    }

    private static ApertureAdminGateway OpenAdmin(ApertureModel model) =>
        new(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
}
