using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

public sealed class ReloadTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_changes_is_served_anew()
    {
        using var gateway = Start(Selling("one"));
        Write(Selling("two") + "# longer\n");

        time.Advance(Interval);

        Assert.Equal("two", gateway.Services.Single().Name);
    }

    [Fact]
    public void A_file_that_cannot_be_served_changes_nothing_and_is_said_until_it_can()
    {
        using var gateway = Start(Selling("one"));
        Write("services: [{name: two, price: -1}]\n");
        time.Advance(Interval);
        Assert.Equal(("one", true), (gateway.Services.Single().Name, gateway.LoadError is not null));
        Assert.StartsWith("the configuration cannot be served: 1:31 ", gateway.LoadError, System.StringComparison.Ordinal);

        File.Delete(folder.File("a.yaml"));
        time.Advance(Interval);
        Assert.Equal(("one", true), (gateway.Services.Single().Name, gateway.LoadError is not null));

        Write(Selling("three"));
        time.Advance(Interval);
        Assert.Equal(("three", false), (gateway.Services.Single().Name, gateway.LoadError is not null));
    }

    [Fact]
    public async Task Requests_always_get_one_configuration_whole_while_it_changes()
    {
        using var bench = new LoopbackBench(Both("one"));
        var stop = false;
        var changing = Task.Run(() =>
        {
            for (var i = 0; !stop; i++)
            {
                bench.Gateway.Serve(Both(i % 2 == 0 ? "two" : "one"));
            }
        });

        for (var i = 0; i < 200; i++)
        {
            using var answer = await bench.SendAsync("/a");
            Assert.Equal(402, (int)answer.StatusCode);
        }

        stop = true;
        await changing;
        Assert.Subset(new HashSet<string> { "one_a", "two_a" }, bench.Gateway.Transactions.Select(transaction => transaction.ServiceName).ToHashSet());
    }

    [Fact]
    public async Task A_credential_stays_good_when_the_rest_of_the_file_changes_and_counts_go_on()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());
        var authorization = await bench.BuyAsync();

        bench.Gateway.Serve((LoopbackBench.Selling(more: "    price: 9\n") + LoopbackBench.Service("more", "^/b$")).Replace("UPSTREAM", bench.Echo.Url.Authority, StringComparison.Ordinal));

        using var answer = await bench.SendAsync("/a", authorization);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal((2L, 1L), (bench.Gateway.Services[0].Requests, bench.Gateway.Services[0].Challenges));
    }

    [Theory]
    [InlineData("authwhitelistpaths: ['\\x{D800}']", "an escaped surrogate (\\x{D800}) in authwhitelistpaths")]
    [InlineData("headers: {X-Key: '${NOT_SET_ANYWHERE}'}", "headers.X-Key")]
    [InlineData("headers: {X-Key: '!file+hex:/not/there'}", "headers.X-Key")]
    public void What_only_aperture_has_is_refused_by_service_and_member(string member, string named)
    {
        var refusal = Assert.Throws<LoopbackConfigException>(() => Start(Selling("one") + "    " + member + "\n"));

        Assert.Equal(("one", named), (refusal.Service, refusal.Member));
        Assert.Contains("one", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Remedy);
    }

    [Theory]
    [InlineData("    dynamicprice: {enabled: true, grpcaddress: 'x:1', insecure: true}\n", "dynamicprice of service one")]
    [InlineData("authenticator: {disable: true}\n", "authenticator.disable")]
    [InlineData("authenticator: {enablempp: true, enablesessions: true}\ndbbackend: sqlite\nsqlite: {databasefilename: /d}\n", "enablesessions")]
    [InlineData("servestatic: true\nstaticroot: /s\n", "servestatic")]
    public void What_only_Aperture_serves_is_named_in_a_notice(string setting, string named)
    {
        using var gateway = Start(Selling("one") + setting);

        Assert.Contains(gateway.Notices, notice => notice.StartsWith(named, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("services: [")]
    [InlineData("services: 3")]
    [InlineData("- a")]
    [InlineData("services:\n  -\n")]
    [InlineData("services: [{name: a, hostregexp: '(', address: 'x:1', protocol: http}]")]
    [InlineData("services: [{name: a, address: 'x:1', protocol: http, price: -1}]")]
    [InlineData("services: [{name: a, address: 'x:1', protocol: http, auth: freebie}]")]
    [InlineData("services: [{name: a, address: 'x:1', protocol: http, ratelimits: [{requests: 0, per: 1s}]}]")]
    public void What_stops_aperture_is_refused(string yaml) => Assert.Throws<LoopbackConfigException>(() => Start(yaml));

    [Theory]
    [InlineData("services: [{name: a, address: 'x:1', protocol: http, auth: maybe}]")]
    [InlineData("services: [{name: a, address: 'x:1', protocol: http}, {name: a, address: 'x:1', protocol: http}]")]
    [InlineData("services: [{name: 'a,b', address: 'x:1', protocol: http}]")]
    [InlineData("services: [{name: a, timeout: 9223372037, price: 1}]")]
    public void What_Aperture_starts_with_and_sells_wrong_is_served(string yaml)
    {
        Assert.False(ApertureConfigCheck.Check(yaml + "\n").Valid);

        using var gateway = Start(yaml + "\n");

        Assert.NotEmpty(gateway.Services);
    }

    [Fact]
    public void A_secret_in_a_header_is_nowhere_to_be_seen()
    {
        using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Selling("one") + "    headers: {Authorization: 'Bearer ${KEY}'}\n", Environment = _ => "hush-hush" });

        var shown = gateway + string.Join(' ', gateway.Services.Select(service => service.ToString() + string.Join(' ', service.Service.Extras))) + string.Join(' ', gateway.Live.Config.Services);

        Assert.DoesNotContain("hush-hush", shown, StringComparison.Ordinal);
    }

    private static string Selling(string name) => "services:\n  - name: " + name + "\n    hostregexp: '^a$'\n    address: 127.0.0.1:9\n    protocol: http\n    auth: \"on\"\n    price: 1\n";

    private static string Both(string name) => "services:\n" + LoopbackBench.Service(name + "_a", "^/a$").Replace("UPSTREAM", "127.0.0.1:9", StringComparison.Ordinal) + LoopbackBench.Service(name + "_rest", ".*", "    auth: \"off\"\n").Replace("UPSTREAM", "127.0.0.1:9", StringComparison.Ordinal);

    private LoopbackGateway Start(string yaml)
    {
        Write(yaml);
        return LoopbackGateway.Start(new LoopbackGatewayOptions { ConfigPath = folder.File("a.yaml"), Time = time, WatchInterval = Interval });
    }

    private void Write(string yaml) => AtomicFile.Write(folder.File("a.yaml"), Encoding.UTF8.GetBytes(yaml));
}
