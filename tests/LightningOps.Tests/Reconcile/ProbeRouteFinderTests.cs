using LightningOps.Compile;
using LightningOps.Gateway.Probes;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

public sealed class ProbeRouteFinderTests
{
    [Theory]
    [InlineData("shop.example.com", "/a/b", "shop.example.com", "/a/b")]
    [InlineData("shop.example.com", "/a/*", "shop.example.com", "/a/")]
    [InlineData("*", "/", "localhost", "/")]
    [InlineData(@"^l402\.example\.com$", @"^/ep[0-9]+/signal$", "l402.example.com", "/ep0/signal")]
    public void It_is_a_request_the_rule_matches(string host, string path, string probeHost, string probePath)
    {
        var probe = Find(Paywall("p", Route("r", host, path)))!;

        Assert.Equal((probeHost, probePath), (probe.Host, probe.Path));
        Assert.Matches(probe.Rule.HostRegexp!, probe.Host);
        Assert.Matches(probe.Rule.PathRegexp!, probe.Path);
    }

    [Fact]
    public void It_is_out_of_the_way_of_every_earlier_rule()
    {
        var paused = Paywall("closed", Route("r1", "shop.example.com", "/a/", 1), Route("r2", "shop.example.com", "/a/0", 1), Route("r3", "shop.example.com", "^/a/[a-z].*$", 1))
            with { Status = PaywallStatus.Paused };
        var probe = Find(paused, Paywall("open", Route("r", "shop.example.com", "/a/*", 2)))!;

        Assert.Equal("open", probe.Rule.PaywallId);
        Assert.StartsWith("/a/", probe.Path);
        Assert.DoesNotMatch("^/a/(|0|[a-z].*)$", probe.Path);
    }

    [Fact]
    public void It_is_the_first_rule_that_sells() =>
        Assert.Equal("p1", Find(Paywall("p0", Route("r", "a.example.com", "/")) with { Status = PaywallStatus.Paused }, Paywall("p1", Route("r", "b.example.com", "/")))!.Rule.PaywallId);

    [Fact]
    public void There_is_none_when_nothing_sells() =>
        Assert.Null(Find(Paywall("p", Route("r", "shop.example.com", "/a")) with { Status = PaywallStatus.Paused }));

    [Fact]
    public void The_route_document_gives_its_patterns_as_they_are()
    {
        var compile = PaywallCompiler.Compile([Paywall("p", Route("r", "shop.example.com", "/a"))], new CompileOptions { Format = ArtifactFormat.RouteDocument });

        Assert.Equal(("shop.example.com", "/a"), (ProbeRouteFinder.Find(compile.Rules)!.Host, ProbeRouteFinder.Find(compile.Rules)!.Path));
    }

    private static ProbeRoute? Find(params Paywall[] paywalls)
    {
        var compile = PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });
        Assert.True(compile.Valid, string.Join("\n", compile.Diagnostics));
        return ProbeRouteFinder.Find(compile.Rules);
    }
}
