using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Paywalls;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

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

    [Fact]
    public void Overlapping_rules_of_one_paywall_id_are_ambiguous_when_their_prices_differ()
    {
        var result = Compile(
            Priced("p", 1000, Route("a", "a.com", "^/docs/[a-m]+$")),
            Priced("p", 9000, Route("b", "a.com", "^/docs/[k-z]+$")));

        Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "ambiguous_route");
    }

    [Fact]
    public void Expressions_that_differ_behind_a_part_of_any_length_are_all_compared()
    {
        string[] firsts = ["[a-z]+", @"\w+-?", "[^/]*", "(a|bc|d)*v[0-9]{1,3}", "(?i:doc|page)s?"];
        string[] lasts = ["$", "/[a-z]+$", "(/[a-z]+)*$", @"/[0-9a-f]{2,8}\.?$", "/.*$"];
        var result = Compile(Enumerable.Range(0, 1_600).Select(i => Paywall(
            "p" + i.ToString(CultureInfo.InvariantCulture),
            Route("r" + i.ToString(CultureInfo.InvariantCulture), "h.example.com", "^/shop/" + firsts[i % 5] + "/i" + i.ToString(CultureInfo.InvariantCulture) + lasts[i / 5 % 5]))).ToArray());

        Assert.True(result.Valid, string.Join('\n', result.Diagnostics));
        Assert.DoesNotContain(result.Diagnostics, diagnostic => diagnostic.Code is "analysis_incomplete" or "ambiguous_route");
    }

    [Fact]
    public void An_overlap_behind_a_part_of_any_length_is_found_among_many_expressions()
    {
        var result = Compile(Enumerable.Range(0, 400)
            .Select(i => Paywall("p" + i.ToString(CultureInfo.InvariantCulture), Route("r" + i.ToString(CultureInfo.InvariantCulture), "h.example.com", "^/shop/[a-z]+/i" + i.ToString(CultureInfo.InvariantCulture) + "$")))
            .Append(Paywall("twin", Route("twin", "h.example.com", "^/shop/[a-m0-9]+/i7(/x)?$")))
            .Append(Paywall("literal", Route("literal", "h.example.com", "/shop/x/i8", priority: 99)))
            .ToArray());

        Assert.Equal(
            [("literal", "r8"), ("r7", "twin")],
            result.Diagnostics
                .Where(diagnostic => diagnostic.Code is "ambiguous_route" or "first_match_shadowed")
                .Select(diagnostic => (diagnostic.RouteId, diagnostic.RelatedRouteId))
                .Order());
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
        var result = Compile(Enumerable.Range(0, 1_700).Select(i => Paywall("p" + i, Route("r" + i, "a.com", (i < 900 ? "^/.*x" : "^/b.*x") + $"{i}.*y{i % 7}.*$", priority: i))).ToArray());

        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == "analysis_incomplete");
        Assert.Equal(900, result.Diagnostics.Count(diagnostic => diagnostic.Code == "reserved_path"));
    }

    private static CompileResult Compile(params IReadOnlyList<Paywall> paywalls) =>
        PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;

    private static (string, string) Witness(Diagnostic diagnostic)
    {
        var witness = (IDictionary)diagnostic.Details!["witness"]!;
        return ((string)witness["host"]!, (string)witness["path"]!);
    }
}
