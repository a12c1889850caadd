using System.Collections;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Paywalls;
using Xunit;
using static LightningOps.Tests.Support.Paywalls;

namespace LightningOps.Tests.Compile.Aperture;

public sealed class OrderAndShadowTests
{
    [Fact]
    public void Narrower_path_comes_first_at_equal_priority()
    {
        var result = Compile(OnOneHost("/docs/*", "/docs/intro", "/", "/docs/api/*", "^/docs/api/v[0-9]+$"));

        Assert.Equal(["r1", "r4", "r3", "r0", "r2"], result.Rules.Select(rule => rule.RouteId));
    }

    [Fact]
    public void Containment_decides_not_the_kind_of_pattern()
    {
        // As text the first is a prefix (specific) and the second a regular expression (general).
        var result = Compile(OnOneHost("/docs/*", "^/docs/intro$"));

        Assert.Equal(["r1", "r0"], result.Rules.Select(rule => rule.RouteId));
    }

    [Fact]
    public void Narrower_host_comes_first_at_equal_priority()
    {
        var result = Compile(
            Paywall("any", Route("any", "*", "/x")),
            Paywall("glob", Route("glob", "*.example.com", "/x")),
            Paywall("one", Route("one", "shop.example.com", "/x")),
            Paywall("bare", Route("bare", @"^shop\.example\.com$", "/x")));

        Assert.True(result.Valid, string.Join('\n', result.Diagnostics));
        Assert.Equal(["bare", "one", "glob", "any"], result.Rules.Select(rule => rule.RouteId));
    }

    [Fact]
    public void Smaller_priority_comes_first_whatever_is_narrower()
    {
        var result = Compile(
            Paywall("a", Route("half", "a.com", "^/docs/[a-m]+$", priority: 1)),
            Paywall("b", Route("other", "a.com", "^/docs/[k-z]+$", priority: 2)));

        Assert.Equal(["half", "other"], result.Rules.Select(rule => rule.RouteId));
        var warning = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "partly_shadowed");
        Assert.Equal(("other", "half"), (warning.RouteId, warning.RelatedRouteId));
        Assert.Equal(("a.com", "/docs/k"), Witness(warning));
    }

    [Theory]
    [InlineData("/docs/*", "^/docs/.*$")]
    [InlineData("/a", "^/a$")]
    [InlineData("/a", "^/(?:a)$")]
    [InlineData("/", ".*|x")]
    [InlineData("^/[ab]$", "^/(a|b)$")]
    [InlineData("^/a{2}$", "^/aa$")]
    public void Equal_languages_are_duplicates_however_they_are_written(string one, string other)
    {
        foreach (var priority in new[] { 10L, 20L })
        {
            var result = Compile(
                Paywall("a", Route("one", "a.com", one)),
                Paywall("b", Route("other", "a.com", other, priority)));

            Assert.False(result.Valid);
            var error = Assert.Single(result.Diagnostics, IsError);
            Assert.Equal("duplicate_route", error.Code);
            Assert.Equal(["one", "other"], new[] { error.RouteId, error.RelatedRouteId }.Order());
        }
    }

    [Fact]
    public void Overlap_at_equal_priority_of_two_paywalls_is_ambiguous_with_a_witness()
    {
        var result = Compile(OnOneHost("^/docs/[a-m]+$", "^/docs/[k-z]+$"));

        var error = Assert.Single(result.Diagnostics, IsError);
        Assert.Equal("ambiguous_route", error.Code);
        Assert.Equal(("shop.example.com", "/docs/k"), Witness(error));
    }

    [Fact]
    public void Overlap_within_one_paywall_is_not_ambiguous()
    {
        var result = Compile(Paywall("p", Route("a", "a.com", "^/docs/[a-m]+$"), Route("b", "a.com", "^/docs/[k-z]+$")));

        Assert.True(result.Valid);
    }

    [Fact]
    public void Wider_host_with_narrower_path_is_ambiguous()
    {
        var result = Compile(
            Paywall("a", Route("a", "*.example.com", "/docs/intro")),
            Paywall("b", Route("b", "shop.example.com", "/docs/*")));

        var error = Assert.Single(result.Diagnostics, IsError);
        Assert.Equal("ambiguous_route", error.Code);
        Assert.Equal(("shop.example.com", "/docs/intro"), Witness(error));
    }

    [Theory]
    [InlineData("/docs/*", "/docs/intro")]
    [InlineData("^/docs/.*$", "/docs/api/*")]
    [InlineData("/", "^/[a-z]+$")]
    public void Rule_behind_a_broader_one_is_shadowed(string earlier, string later)
    {
        var result = Compile(
            Paywall("a", Route("earlier", "a.com", earlier, priority: 1)),
            Paywall("b", Route("later", "a.com", later, priority: 2)));

        var error = Assert.Single(result.Diagnostics, IsError);
        Assert.Equal(("first_match_shadowed", "later", "earlier"), (error.Code, error.RouteId, error.RelatedRouteId));
        Assert.Equal(["earlier"], (IEnumerable<string>)error.Details!["takenBy"]!);
        Assert.NotNull(error.Details["witness"]);
    }

    [Theory]
    [InlineData("^/(a|b)$", "/a", "/b")]
    [InlineData("^/[a-z]+$", "^/[a-m][a-z]*$", "^/[n-z][a-z]*$")]
    [InlineData("/docs/*", "^/docs/[^a].*$", "/docs/a*", "/docs/", "^/docs/a.*/.*$")]
    public void Rule_that_several_take_together_is_shadowed(string later, params string[] earlier)
    {
        foreach (var priority in new[] { 10L, 20L })
        {
            var paywall = Paywall("p", [.. earlier.Select((path, i) => Route("e" + i, "a.com", path)), Route("later", "a.com", later, priority)]);

            var error = Assert.Single(Compile(paywall).Diagnostics, IsError);

            Assert.Equal(("first_match_shadowed", "later"), (error.Code, error.RouteId));
            Assert.Equal(earlier.Length, ((IEnumerable<string>)error.Details!["takenBy"]!).Count());
        }
    }

    [Fact]
    public void Hosts_that_take_a_rule_together_shadow_it()
    {
        var paywall = Paywall(
            "p",
            Route("x", "^x[.]com$", "/docs/*", priority: 1),
            Route("y", "^y[.]com$", "/docs/*", priority: 1),
            Route("later", "^[xy][.]com$", "/docs/intro", priority: 2));

        var error = Assert.Single(Compile(paywall).Diagnostics, IsError);
        Assert.Equal(("first_match_shadowed", "later"), (error.Code, error.RouteId));
    }

    [Fact]
    public void Nearly_taken_is_not_shadowed()
    {
        var paywall = Paywall("p", Route("a", "a.com", "/a", 1), Route("b", "a.com", "/b", 1), Route("later", "a.com", "^/[abc]$", 2));

        var result = Compile(paywall);

        Assert.True(result.Valid);
        Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "partly_shadowed");
    }

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
    public void Pattern_that_no_request_matches_is_said_so_and_takes_no_part()
    {
        var result = Compile(OnOneHost("^foo$", "^$", "/x"));

        Assert.True(result.Valid);
        Assert.Equal(["r0", "r1"], result.Diagnostics.Where(diagnostic => diagnostic.Code == "unreachable_pattern").Select(diagnostic => diagnostic.RouteId).Order());
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
        Assert.True(Compile(capped.WithPolicy(policy => policy with { MaxPerRequestMsats = 2001 })).Valid);

        const long most = 100_000L * 100_000_000L * 1000L;
        Assert.True(Compile(Priced("p", most, Route("r", "a.com", "/x"))).Valid);
        Assert.Equal("price_exceeds_gateway_maximum", Assert.Single(Compile(Priced("p", most + 1, Route("r", "a.com", "/x"))).Diagnostics, IsError).Code);
    }

    [Fact]
    public void Diagnostics_of_a_kind_are_listed_to_a_thousand_and_counted_beyond()
    {
        var paywalls = Enumerable.Range(0, 1500).Select(i => Priced("p" + i, 1500, Route("r", "a.com", "/x" + i))).ToArray();

        var result = Compile(paywalls);

        Assert.Equal(1000, result.Diagnostics.Count(diagnostic => diagnostic.Code == "price_rounded_up"));
        var truncated = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "diagnostics_truncated");
        Assert.Equal(1500L, truncated.Details!["count"]);
        Assert.True(result.Valid);
    }

    private static CompileResult Compile(params IReadOnlyList<Paywall> paywalls) =>
        PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });

    [Fact]
    public void Overlapping_rules_of_one_paywall_id_are_ambiguous_when_their_prices_differ()
    {
        var result = Compile(
            Priced("p", 1000, Route("a", "a.com", "^/docs/[a-m]+$")),
            Priced("p", 9000, Route("b", "a.com", "^/docs/[k-z]+$")));

        Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "ambiguous_route");
    }

    [Fact]
    public void Any_number_of_rules_with_one_pattern_is_reported_without_pairing_them_all()
    {
        var result = Compile(Enumerable.Range(0, 200_000).Select(i => Paywall("p" + i, Route("r" + i, "a.com", "/x"))).ToArray());

        Assert.False(result.Valid);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == "duplicate_route");
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == "analysis_incomplete");
    }

    [Fact]
    public void Reserved_paths_are_found_even_when_the_pairs_use_up_the_analysis()
    {
        var result = Compile(Enumerable.Range(0, 900).Select(i => Paywall("p" + i, Route("r" + i, "a.com", $"^/.*x{i}.*y{i % 7}.*$", priority: i))).ToArray());

        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == "analysis_incomplete");
        Assert.Equal(900, result.Diagnostics.Count(diagnostic => diagnostic.Code == "reserved_path"));
    }

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    private static (string, string) Witness(Diagnostic diagnostic)
    {
        var witness = (IDictionary)diagnostic.Details!["witness"]!;
        return ((string)witness["host"]!, (string)witness["path"]!);
    }
}
