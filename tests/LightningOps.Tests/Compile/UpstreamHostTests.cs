using System;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile;

/// <summary>Upstream hosts that a URL may have and IDNA refuses, and whatever else a compile did not expect.</summary>
public sealed class UpstreamHostTests
{
    [Fact]
    public void A_host_with_a_joiner_is_an_invalid_upstream_of_that_route()
    {
        var result = Compile("findings/upstream-zwj.json");

        var found = Assert.Single(result.Diagnostics);
        Assert.Equal((false, "invalid_upstream_url", DiagnosticSeverity.Error, "pw_bad", "r2"), (result.Valid, found.Code, found.Severity, found.PaywallId, found.RouteId));
        Assert.True(Compile("findings/snap-good.json").Valid);
    }

    [Theory]
    [InlineData("api\u200d.example.com")]
    [InlineData("api\u200c.example.com")]
    [InlineData("\ud83d\udc68\u200d\ud83d\udc69.example.com")]
    [InlineData("caf\u00e9-.example.com")]
    [InlineData("xn--zzzzzzzzzzz\u00e9.example.com")]
    public void A_host_that_cannot_be_written_in_ascii_is_an_invalid_upstream(string host)
    {
        var result = PaywallCompiler.Compile([Paywall("p", Route("r", "shop.example.com", "/a", upstream: "https://" + host))], new CompileOptions());

        Assert.False(result.Valid);
        Assert.Contains(result.Diagnostics, static found => found is { Severity: DiagnosticSeverity.Error, Code: "invalid_upstream_url", PaywallId: "p", RouteId: "r" });
    }

    [Theory]
    [InlineData("a-.example.com")]
    [InlineData("-a.example.com")]
    [InlineData("xn--nonsense99999.example.com")]
    public void A_host_in_ascii_is_dialed_as_it_is_written(string host) =>
        Assert.True(PaywallCompiler.Compile([Paywall("p", Route("r", "shop.example.com", "/a", upstream: "https://" + host))], new CompileOptions()).Valid);

    [Fact]
    public void What_nobody_thought_of_is_a_compile_that_is_not_valid()
    {
        var result = PaywallCompiler.Compile([Paywall("p") with { Routes = null! }], new CompileOptions());

        Assert.Equal((false, "compile_unexpected_failure"), (result.Valid, Assert.Single(result.Diagnostics).Code));
    }

    private static CompileResult Compile(string vector) => PaywallCompiler.Compile(PaywallSnapshot.Read(Vectors.Bytes(vector), vector), new CompileOptions());
}
