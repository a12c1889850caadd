using System.Collections.Generic;
using System.Linq;
using System.Text;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>Records with empty or negative members, and upstreams inside the gateway's own network.</summary>
public sealed class RecordAndUpstreamTests
{
    [Theory]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://0xa9fea9fe")]
    [InlineData("http://2852039166")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://[fe80::1]")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]")]
    [InlineData("http://metadata.google.internal")]
    [InlineData("http://[::ffff:0:169.254.169.254]")]
    [InlineData("http://instance-data")]
    [InlineData("http://100.100.100.200")]
    [InlineData("http://192.0.0.192")]
    [InlineData("http://168.63.129.16")]
    public void Link_local_upstream_is_an_error_in_any_spelling(string upstream) =>
        Assert.Equal("upstream_link_local", Assert.Single(Compile(PrivateUpstreams.Inform, upstream).Diagnostics, IsError).Code);

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://0x7f000001")]
    [InlineData("http://2130706433")]
    [InlineData("http://0177.0.0.1")]
    [InlineData("http://127.1")]
    [InlineData("http://127.0.0.1.")]
    [InlineData("http://[::1]")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://[::127.0.0.1]")]
    [InlineData("http://[2002:7f00:1::]")]
    [InlineData("http://0.0.0.0")]
    [InlineData("http://LOCALHOST:3000")]
    [InlineData("http://app.localhost.")]
    [InlineData("http://10.1.2.3")]
    [InlineData("http://172.31.0.1")]
    [InlineData("http://192.168.0.1")]
    [InlineData("http://100.64.0.1")]
    [InlineData("http://[fd12::1]")]
    public void Loopback_or_private_upstream_is_told_once_warned_of_or_refused(string upstream)
    {
        var told = Assert.Single(Compile(PrivateUpstreams.Inform, upstream, upstream).Diagnostics, IsPrivate);
        Assert.Equal((DiagnosticSeverity.Info, 2L), (told.Severity, told.Details!["routes"]));

        var warned = Compile(PrivateUpstreams.Warn, upstream, upstream);
        Assert.True(warned.Valid);
        Assert.Equal(["r0", "r1"], warned.Diagnostics.Where(one => IsPrivate(one) && one.Severity == DiagnosticSeverity.Warn).Select(one => one.RouteId));

        Assert.False(Compile(PrivateUpstreams.Deny, upstream).Valid);
    }

    [Theory]
    [InlineData("https://256.256.256.256")]
    [InlineData("https://1.2.3.4.5")]
    [InlineData("https://10.0.0.300")]
    [InlineData("https://shop.123")]
    [InlineData("https://up.example:0")]
    [InlineData("https://1.2.3.4:0")]
    public void Mistyped_address_is_an_error_and_no_name(string upstream) =>
        Assert.Equal("upstream_address_mistyped", Assert.Single(Compile(PrivateUpstreams.Inform, upstream).Diagnostics, IsError).Code);

    [Fact]
    public void Upstream_host_that_no_resolver_finds_because_of_its_length_is_an_error()
    {
        var longest = new string('a', 63);
        var name = string.Join(".", longest, longest, longest, new string('a', 61));

        Assert.DoesNotContain(Compile(PrivateUpstreams.Inform, "https://" + name, "https://" + longest + ".example").Diagnostics, IsError);
        Assert.All(
            new[] { "https://" + longest + "a.example", "https://" + name + "a:8443", "https://ü" + new string('a', 60) + ".example" },
            static upstream => Assert.Equal("upstream_address_mistyped", Assert.Single(Compile(PrivateUpstreams.Inform, upstream).Diagnostics, IsError).Code));
    }

    [Theory]
    [InlineData("https://1.2.3.4")]
    [InlineData("https://172.32.0.1")]
    [InlineData("https://100.128.0.1")]
    [InlineData("https://[2001:db8::1]")]
    [InlineData("https://localhost.example.com")]
    [InlineData("https://10.example.com")]
    public void Public_upstream_has_no_diagnostic(string upstream) =>
        Assert.DoesNotContain(Compile(PrivateUpstreams.Deny, upstream).Diagnostics, one => one.Code != "upstream_tls_unverified" && one.Code.StartsWith("upstream_", System.StringComparison.Ordinal));

    [Fact]
    public void Upstream_addresses_are_not_judged_in_the_RouteDocument_rendering()
    {
        var paywall = Paywall("p", Route("r", "a.com", "/x", upstream: "https://169.254.169.254"), Route("s", "a.com", "/y", upstream: "https://1.2.3.4.5"));

        Assert.True(PaywallCompiler.Compile([paywall], new CompileOptions { Format = ArtifactFormat.RouteDocument }).Valid);
    }

    [Fact]
    public void Every_empty_or_negative_member_of_a_record_is_named_in_one_error()
    {
        var paywall = Paywall("p", Route(" ", "a.com", string.Empty) with { TimeoutMs = -1 }, Route("fine", "a.com", "/x")) with { PaywallId = string.Empty, Name = "  " };
        paywall = paywall.WithPolicy(policy => policy with { QuotaPerDay = -5, AllowedHosts = ["a.com", string.Empty] });

        var result = PaywallCompiler.Compile([Paywall("first", Route("r", "b.com", "/")), paywall], new CompileOptions { GatewayHasAdminApi = false });

        Assert.False(result.Valid);
        Assert.Empty(result.Artifact.ToArray());
        Assert.All(result.Diagnostics, one => Assert.Equal(("invalid_member", DiagnosticSeverity.Error), (one.Code, one.Severity)));
        Assert.Equal(
            [
                "Paywall 2: paywallId, name, policy.allowedHosts[1] are empty; policy.quotaPerDay is negative. Correct the record at its source",
                "Route 1 of paywall 2: routeId, pathPattern are empty; timeoutMs is negative. Correct the record at its source",
            ],
            result.Diagnostics.Select(one => one.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Empty_path_is_no_catch_all_but_in_the_RouteDocument_rendering(string path)
    {
        var paywalls = OnOneHost(path);

        Assert.Equal("invalid_member", Assert.Single(PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false }).Diagnostics).Code);
        Assert.True(PaywallCompiler.Compile(paywalls, new CompileOptions { Format = ArtifactFormat.RouteDocument }).Valid);
    }

    [Fact]
    public void All_missing_members_of_a_record_are_named_at_once()
    {
        var failure = Assert.Throws<ControlPlaneDecodeException>(() => PaywallSnapshot.Read(Encoding.UTF8.GetBytes("""{"paywalls":[{"paywallId":"p","name":"n","policy":null}]}"""), "test"));

        Assert.Equal("paywalls[0].ownerId", failure.Path);
        Assert.Equal("is missing, and so are status, createdAtMs, updatedAtMs, policy, routes", failure.Reason);
    }

    private static CompileResult Compile(PrivateUpstreams policy, params string[] upstreams) => PaywallCompiler.Compile(
        [Paywall("p", upstreams.Select((upstream, i) => Route("r" + i, "a.com", "/" + i, upstream: upstream, protocol: upstream.StartsWith("https", System.StringComparison.Ordinal) ? RouteProtocol.Https : RouteProtocol.Http)).ToArray())],
        new CompileOptions { GatewayHasAdminApi = false, PrivateUpstreams = policy });

    private static bool IsPrivate(Diagnostic diagnostic) => diagnostic.Code == "upstream_private";

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}
