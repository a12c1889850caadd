using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Compile;
using LightningOps.Compile.Aperture;
using LightningOps.Paywalls;
using LightningOps.Re2;
using LightningOps.Tests.Gateway.Loopback;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>Requests over real HTTP to a gateway that serves the artifact are sold by the rule that the analysis names.</summary>
public sealed class SoldRequestsTests
{
    private static readonly string[] HostPatterns = ["h.example", "*.h.example", "münchen.example", "*", "^h\\.example$", "h.example:8081", "xn--mnchen-3ya.example"];

    private static readonly string[] PathPatterns =
    [
        "/my%20docs/*", "/files/**", "/a/**/b", "/caf%C3%A9", "/*", "/one", "/p/*/q", "^/x(/.*)?$", "/100%25", "/what%3F", "/a%2Fb", "/one/*",
    ];

    private static readonly string[] Hosts =
    [
        "h.example", "H.EXAMPLE", "h.example.", "h.example:8081", "H.Example.:8081", "h.example:80", "sub.h.example", "SUB.H.example.",
        "xn--mnchen-3ya.example", "XN--MNCHEN-3YA.EXAMPLE:80", "other",
    ];

    private static readonly string[] Targets =
    [
        "/my%20docs/x", "/my%20docs/", "/my%2520docs/x", "/caf%C3%A9", "/caf%c3%a9", "/%63af%C3%A9", "/files/", "/files/a/b", "/files", "/a/b", "/a/x/y/b",
        "/a%2Fb", "/a%2fx/b", "/one", "/%6Fne", "/one?q=1", "/one/", "/p/1/q", "/p/1/2/q", "/x/y", "/100%25", "/what%3F", "/what?", "//one", "/",
    ];

    private static readonly Gen<IReadOnlyList<Paywall>> Snapshot =
        Gen.Select(Gen.Int[0, HostPatterns.Length - 1], Gen.Int[0, PathPatterns.Length - 1], Gen.Int[1, 5])
            .Array[1, 7]
            .Select(routes => (IReadOnlyList<Paywall>)routes
                .Select((route, i) => Priced("p" + i, 1000 * (i + 1), Route("r", HostPatterns[route.Item1], PathPatterns[route.Item2], (route.Item3 * 10) + i)))
                .ToArray());

    [Fact]
    public void Each_form_of_a_request_is_sold_by_the_rule_the_analysis_names() =>
        Snapshot.Where(paywalls => Compile(paywalls).Valid).Sample(paywalls => AssertSoldAsAnalysedAsync(paywalls).GetAwaiter().GetResult(), iter: 8, threads: 1);

    [Theory]
    [InlineData("h.example", "/my%20docs/*", "h.example", "/my%20docs/x")]
    [InlineData("münchen.example", "/*", "xn--mnchen-3ya.example", "/x")]
    [InlineData("münchen.example", "/*", "XN--MNCHEN-3YA.example.:8081", "/x")]
    [InlineData("h.example", "/files/**", "h.example", "/files/a/b/c")]
    [InlineData("shop.example.com", "/*", "SHOP.example.com", "/x")]
    [InlineData("shop.example.com", "/*", "shop.example.com.", "/x")]
    [InlineData("shop.example.com", "/*", "shop.example.com:8443", "/x")]
    [InlineData("*.example.com", "/*", "A.B.Example.Com.:1", "/x")]
    [InlineData("h.example", "/caf%c3%a9", "h.example", "/caf%C3%A9")]
    public async Task Request_is_sold_at_its_own_price_and_not_at_the_fallbacks(string host, string path, string sentHost, string target)
    {
        var paywalls = new[] { Priced("dear", 100_000, Route("r", host, path, 10)), Priced("cheap", 1_000, Route("r", "*", "/*", 20)) };
        var result = Compile(paywalls);
        Assert.True(result.Valid);
        using var bench = new LoopbackBench(result.ApertureYaml!);

        Assert.Equal("dear.r", await SellerOfAsync(bench, sentHost, target));
    }

    /// <summary>Host and path patterns whose witnesses hold unusual characters.</summary>
    private static readonly string[] OddHosts =
        ["h.example", "*.h.example", "*", "^h.example$", @"^[^.]+\.example$", "^[^a-z]+$", @"^.*\.example$", "^H.*$", "^(?i)[^h].*$", "^[!-/]+$", @"^\S+:[0-9]+$", "^[:<=>;]+$", "^.{3}$", @"^\p{Greek}+$", "^[(-~]$"];

    private static readonly string[] OddPaths =
        ["/*", "/a_b", "/my%20docs/*", "^/[^a-z]+$", "^/..$", "^/[ -/]+$", @"^/[\x00-\x1f]*x$", "^/[^/]*$", @"^/\S+$", "^/%$", "^/[?#]$", "^/.é.*$", @"^/\P{L}$", "/**/x", "^/(?s:.)*$", "^/[\"<>\\\\^`{|}]+$"];

    [Fact]
    public void Each_witness_can_be_sent_and_is_sold_by_another_rule_than_the_one_that_misses_it()
    {
        var sent = 0;
        Gen.Select(Gen.Int[0, OddHosts.Length - 1], Gen.Int[0, OddPaths.Length - 1]).Array[2, 5]
            .Select(static routes => (IReadOnlyList<Paywall>)routes.Select(static (route, i) => Priced("p" + i, 1000 * (i + 1), Route("r" + i, OddHosts[route.Item1], OddPaths[route.Item2], i))).ToArray())
            .Sample(paywalls => sent += CountWitnessesSoldAsync(paywalls).GetAwaiter().GetResult(), iter: 60, threads: 1);

        Assert.True(sent > 10, sent.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<int> CountWitnessesSoldAsync(IReadOnlyList<Paywall> paywalls)
    {
        var result = Compile(paywalls);
        if (!result.Valid)
        {
            return 0;
        }

        var sent = 0;
        using var bench = new LoopbackBench(result.ApertureYaml!);
        foreach (var found in result.Diagnostics)
        {
            if (found.Details?["witness"] is not System.Collections.IDictionary witness || witness["host"] is not string host)
            {
                continue;
            }

            // A host that the Host header does not allow stands in an absolute target.
            var path = (string)witness["path"]!;
            var seller = await SellerOfAsync(bench, Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(host)), path)
                ?? await SellerOfAsync(bench, "h", "http://" + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(host)) + path);
            Assert.True(
                seller is not null && seller != found.PaywallId + "." + found.RouteId && (found.Code != "host_expression_misses" || seller.EndsWith("." + found.RelatedRouteId, StringComparison.Ordinal)),
                found + ": " + host + path + " is sold by " + (seller ?? "nobody") + " of " + string.Join(" ", paywalls.Select(static paywall => paywall.Routes[0].HostPattern + paywall.Routes[0].PathPattern)));
            sent++;
        }

        return sent;
    }

    private static async Task AssertSoldAsAnalysedAsync(IReadOnlyList<Paywall> paywalls)
    {
        var result = Compile(paywalls);
        var table = new PatternTable(new AnalysisBudget(long.MaxValue));
        var routes = paywalls.SelectMany(paywall => paywall.Routes).ToDictionary(route => route.PaywallId);
        var rules = result.Rules
            .Select(rule => (rule.ServiceName, Host: table.Host(routes[rule.PaywallId].HostPattern).Language, Path: table.Path(routes[rule.PaywallId].PathPattern).Language))
            .ToArray();
        using var bench = new LoopbackBench(result.ApertureYaml!);
        foreach (var host in Hosts)
        {
            foreach (var target in Targets)
            {
                var path = Uri.UnescapeDataString(target.Split('?')[0]);
                var expected = rules.FirstOrDefault(rule => rule.Host.Matches(host) && rule.Path.Matches(path)).ServiceName;
                Assert.True(expected == await SellerOfAsync(bench, host, target), host + target + " is not sold by " + (expected ?? "nobody"));
            }
        }
    }

    private static CompileResult Compile(IReadOnlyList<Paywall> paywalls) => PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });

    // The service in the caveat of the macaroon that is sold; null when nothing is.
    private static async Task<string?> SellerOfAsync(LoopbackBench bench, string host, string target)
    {
        var answer = await bench.RawAsync("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n", closes: false);
        if (!answer.StartsWith("HTTP/1.1 402", StringComparison.Ordinal))
        {
            return null;
        }

        var macaroon = Regex.Match(answer, "macaroon=\"([^\"]+)\"").Groups[1].Value;
        return Regex.Match(Encoding.Latin1.GetString(Convert.FromBase64String(macaroon)), "services=([A-Za-z0-9_.-]+):").Groups[1].Value;
    }
}
