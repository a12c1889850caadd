using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>What is judged of one rule, or one paywall, by itself: its patterns, hosts, name and price.</summary>
public sealed class RuleChecksTests
{
    [Theory]
    [InlineData("^/a(?=b)$", 3)]
    [InlineData(@"^/(a)\1$", 5)]
    [InlineData("^/x++$", 3)]
    [InlineData("^/(?>a)$", 2)]
    [InlineData("^/x{1001}$", 3)]
    [InlineData("^/[$", 2)]
    public void What_RE2_does_not_take_is_refused_with_its_position(string path, long position)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", "a.com", path))).Diagnostics, IsError);

        Assert.Equal("unsupported_regex", error.Code);
        Assert.Equal(position, error.Details!["position"]);
    }

    [Fact]
    public void Expression_over_1024_characters_is_refused()
    {
        Assert.True(Compile(Paywall("p", Route("r", "a.com", "/" + new string('a', 1021)))).Valid);
        var error = Assert.Single(Compile(Paywall("p", Route("r", "a.com", "/" + new string('a', 1022)))).Diagnostics, IsError);
        Assert.Equal("unsupported_regex", error.Code);
    }

    [Fact]
    public void Word_boundary_cannot_be_analysed_and_counts_as_meeting_its_literal_prefix()
    {
        var alone = Compile(OnOneHost(@"^/docs/a\b.*$", "/other"));
        Assert.True(alone.Valid);
        Assert.Single(alone.Diagnostics, diagnostic => diagnostic.Code == "unanalyzable_pattern" && diagnostic.Severity == DiagnosticSeverity.Info);

        var meeting = Compile(OnOneHost(@"^/docs/a\b.*$", "/docs/*"));
        Assert.Equal("ambiguous_route", Assert.Single(meeting.Diagnostics, IsError).Code);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/api/*")]
    [InlineData("/api/admin/tokens")]
    [InlineData("^/(_next|static)/.*$")]
    [InlineData("^/[a-z]+/proxy/x$")]
    public void Reserved_path_is_an_error_unless_the_gateway_has_no_admin_API(string path)
    {
        var paywalls = OnOneHost(path);

        Assert.Equal("reserved_path", Assert.Single(PaywallCompiler.Compile(paywalls, new CompileOptions()).Diagnostics, IsError).Code);
        var without = Compile(paywalls);
        Assert.True(without.Valid);
        Assert.Equal(DiagnosticSeverity.Warn, Assert.Single(without.Diagnostics, diagnostic => diagnostic.Code == "reserved_path").Severity);
    }

    [Fact]
    public void Reserved_path_is_seen_in_a_pattern_that_cannot_be_analysed() =>
        Assert.Contains(Compile(OnOneHost(@"^/api/admin/x\b.*$")).Diagnostics, diagnostic => diagnostic.Code == "reserved_path");

    [Theory]
    [InlineData("/api/administrator")]
    [InlineData("/api/admin")]
    [InlineData("^/api/[b-o]+/x$")]
    [InlineData("^/_next$")]
    public void Path_beside_a_reserved_one_is_fine(string path) =>
        Assert.DoesNotContain(Compile(OnOneHost(path)).Diagnostics, diagnostic => diagnostic.Code == "reserved_path");

    [Theory]
    [InlineData("a.com", "a.com", null, true)]
    [InlineData("a.com", "*.a.com", null, false)]
    [InlineData("b.a.com", "*.a.com", null, true)]
    [InlineData("*.a.com", "b.a.com", null, false)]
    [InlineData("^[ab]\\.com$", "a.com,b.com", null, true)]
    [InlineData("^[abc]\\.com$", "a.com,b.com", null, false)]
    [InlineData("a.com", null, "a.com", false)]
    [InlineData("*.com", null, "a.com", false)]
    [InlineData("b.com", null, "a.com", true)]
    [InlineData("a.com", "^(", null, false)]
    [InlineData("a.com", null, "^(", false)]
    public void Host_stays_inside_allowedHosts_and_outside_blockedHosts(string host, string? allowed, string? blocked, bool permitted)
    {
        var paywall = Paywall("p", Route("r", host, "/x"))
            .WithPolicy(policy => policy with { AllowedHosts = allowed?.Split(','), BlockedHosts = blocked?.Split(',') });

        var errors = Compile(paywall).Diagnostics.Where(IsError).Select(diagnostic => diagnostic.Code);

        Assert.Equal(permitted ? [] : ["host_not_allowed"], errors);
    }

    [Fact]
    public void Two_rules_that_share_a_service_name_are_an_error()
    {
        var error = Assert.Single(Compile(Paywall("p", Route("a/b", "a.com", "/x"), Route("a:b", "a.com", "/y"))).Diagnostics, IsError);

        Assert.Equal(("duplicate_service_name", "p.a_b"), (error.Code, (string)error.Details!["name"]!));
    }

    [Fact]
    public void Price_over_the_request_cap_or_the_gateway_maximum_is_an_error()
    {
        var capped = Priced("p", 2001, Route("r", "a.com", "/x")).WithPolicy(policy => policy with { MaxPerRequestMsats = 2000 });
        Assert.Equal("price_exceeds_request_cap", Assert.Single(Compile(capped).Diagnostics, IsError).Code);

        // The invoice asks 3 satoshis.
        var rounded = Assert.Single(Compile(capped.WithPolicy(policy => policy with { MaxPerRequestMsats = 2999 })).Diagnostics, IsError);
        Assert.Equal(("price_exceeds_request_cap", "the invoice asks 3 sat (fixedAmountMsats 2001 rounded up), which is more than maxPerRequestMsats 2999"), (rounded.Code, rounded.Message));
        Assert.True(Compile(capped.WithPolicy(policy => policy with { MaxPerRequestMsats = 3000 })).Valid);

        const long most = 100_000L * 100_000_000L * 1000L;
        Assert.True(Compile(Priced("p", most, Route("r", "a.com", "/x"))).Valid);
        Assert.Equal("price_exceeds_gateway_maximum", Assert.Single(Compile(Priced("p", most + 1, Route("r", "a.com", "/x"))).Diagnostics, IsError).Code);
    }

    private static CompileResult Compile(params IReadOnlyList<Paywall> paywalls) =>
        PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}
