using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Paywalls;
using LightningOps.Re2;
using LightningOps.Tests.Re2;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>
/// What is said of every request holds for those with control characters and with bytes that are not UTF-8 in the path, too: both are sent
/// percent-encoded. The expressions are matched by another engine than the analysis.
/// </summary>
public sealed class ControlCharacterTests
{
    private static readonly string[] Patterns =
    [
        "^/a.*$", "^/a(?s:.*)$", "^/[^b]$", "^/a$", @"^/a\x00?$", @"^/[\x00-\x1f]+$", @"^/(a|\n)$", "/a*", "/a/*", "/*", "^/a[^x]*$", "(?s)^/.a$", "^/.a$", "^/[[:cntrl:]a]$",
        "re2:a", @"re2:\n", "(?m)^/a$", @"^/a\x7f$", @"^/.\x{FFFD}$", @"^/[^\x00-\x1f]*$", @"^/[^\x00-\x1f\x7f]*$", "^/.*$", "^(?s)/.*$", @"^/(a|b|\x00)*$", "^/[ab]*$", @"(?s)^/a.?$", "^/a.?$", @"^/\PC*$", @"^/[[:print:]]*$",
    ];

    private static readonly string[] Texts = MakeTexts();

    [Fact]
    public void What_a_compile_says_of_every_request_holds_for_control_characters() =>
        Gen.Select(RandomExpressions.Pick(Patterns), RandomExpressions.Pick(Patterns), RandomExpressions.Pick(Patterns)).Sample(
            patterns =>
            {
                var paywalls = new[] { patterns.Item1, patterns.Item2, patterns.Item3 }.Select((path, i) => Priced("p" + i, 1_000 * (i + 1), Route("r" + i, "h.example", path, i))).ToArray();
                var compile = PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });
                var expressions = paywalls.ToDictionary(static paywall => paywall.Routes[0].RouteId, static paywall => TextMatcher.Create(GetExpression(paywall.Routes[0].PathPattern))!);
                foreach (var found in compile.Diagnostics)
                {
                    Check(found, expressions, patterns.ToString());
                }
            },
            iter: 120);

    [Fact]
    public void What_a_check_says_of_every_request_holds_for_control_characters() =>
        Gen.Select(RandomExpressions.Pick(Patterns), RandomExpressions.Pick(Patterns)).Sample(
            patterns =>
            {
                var expressions = new[] { GetExpression(patterns.Item1), GetExpression(patterns.Item2) };
                var yaml = "listenaddr: a:1\nservices:\n" + string.Concat(expressions.Select((path, i) => "  - {name: s" + i + ", hostregexp: '^h$', pathregexp: '" + path + "', address: 'a.example:1', protocol: http, price: " + (i + 1) + "}\n"));
                var matchers = expressions.Select(static expression => TextMatcher.Create(expression)!).ToArray();
                foreach (var found in ApertureConfigCheck.Check(yaml).Diagnostics)
                {
                    if (found.Code == "unreachable_service" && !found.Message.Contains("aside", StringComparison.Ordinal))
                    {
                        var left = Texts.FirstOrDefault(text => matchers[1].IsMatch(text) && !matchers[0].IsMatch(text));
                        Assert.True((left is not null) == found.Message.Contains("but some with a control character", StringComparison.Ordinal), patterns + ": " + found.Message + " " + Uri.EscapeDataString(left ?? string.Empty));
                    }

                    if (found.Code == "pattern_never_matches")
                    {
                        var place = int.Parse(Regex.Match(found.Path, "[0-9]+").Value, System.Globalization.CultureInfo.InvariantCulture);
                        Assert.DoesNotContain(Texts, matchers[place].IsMatch);
                    }
                }
            },
            iter: 120);

    [Theory]
    [InlineData("^/a.*$", "/a%0A", false)]
    [InlineData("^/a.*$", "/a%0D", true)]
    [InlineData("^/a.*$", "/a%00", true)]
    [InlineData("^/a.*$", "/a%7F", true)]
    [InlineData("^/a$", "/a%0A", false)]
    [InlineData("(?s)^/a.*$", "/a%0a", true)]
    [InlineData("(?m)^/a$", "/a%0Ab", true)]
    [InlineData(@"^/a\x{FFFD}$", "/a%FF", true)]
    [InlineData(@"^/a\x{FFFD}$", "/a%C3", true)]
    [InlineData(@"^/a\x{FFFD}$", "/a%EF%BF%BD", true)]
    [InlineData(@"^/a\x{FFFD}$", "/a%C3%A9", false)]
    [InlineData(@"^/a\x{FFFD}{3}$", "/a%ED%A0%80", true)]
    [InlineData("^/a.{2}$", "/a%F0%9F", true)]
    [InlineData("^/a.$", "/a%F0%9F%98%80", true)]
    public void A_percent_encoded_byte_is_matched_as_Go_matches_it(string expression, string target, bool matches)
    {
        var table = LightningOps.Gateway.Routing.RouteTable.FromYaml("services:\n  - {name: s, hostregexp: '^h$', pathregexp: '" + expression + "', address: 'a:1', protocol: http, price: 3}\n");

        Assert.Equal(matches ? "s" : null, table.Resolve("http://h" + target, "GET").Service);
    }

    [Theory]
    [InlineData("h\u0001")]
    [InlineData("h\u007f")]
    [InlineData("h x")]
    [InlineData("h\n")]
    public void A_control_character_in_a_Host_header_is_no_request(string host) =>
        Assert.Null(LightningOps.Gateway.Routing.RoutedRequest.FromTarget(host, "/a"));

    private static void Check(Diagnostic found, Dictionary<string, TextMatcher> expressions, string patterns)
    {
        if (found.Code == "unreachable_pattern")
        {
            Assert.DoesNotContain(Texts, expressions[found.RouteId!].IsMatch);
        }

        if (found.Code is not ("duplicate_route" or "first_match_shadowed") || found.Message.EndsWith("in the path)", StringComparison.Ordinal))
        {
            return;
        }

        var rule = expressions[found.RouteId!];
        var takers = Regex.Matches(found.Message, "(?<!of )\\br[0-9]").Select(match => expressions[match.Value]).Append(found.RelatedRouteId is { } related ? expressions[related] : rule).Where(one => one != rule).Distinct().ToArray();
        bool IsLeft(string text) => rule.IsMatch(text) && !takers.Any(taker => taker.IsMatch(text));
        bool IsLost(string text) => found.Code == "duplicate_route" && !rule.IsMatch(text) && takers[0].IsMatch(text);
        var witness = Regex.Match(found.Message, "such as (\\S+)\\)$");
        if (witness.Success)
        {
            var text = Uri.UnescapeDataString(witness.Groups[1].Value);
            Assert.True(IsLeft(text) || IsLost(text), patterns + ": " + found.Message);
            Assert.Contains(text, static character => char.IsControl(character));
        }
        else
        {
            var left = Texts.FirstOrDefault(text => IsLeft(text) || IsLost(text));
            Assert.True(left is null, patterns + ": " + found.Message + " and " + Uri.EscapeDataString(left ?? string.Empty));
        }
    }

    // The rendering of a compile: a glob through the compiler itself.
    private static string GetExpression(string pattern) =>
        pattern.StartsWith("re2:", StringComparison.Ordinal) ? pattern[4..]
        : PaywallCompiler.Compile([Priced("p", 1_000, Route("r", "h.example", pattern))], new CompileOptions { GatewayHasAdminApi = false }) is { Valid: true } compiled ? compiled.Rules[0].PathRegexp! : pattern;

    private static string[] MakeTexts()
    {
        var texts = new List<string> { "/" };
        for (var (length, from) = (0, 0); length < 3; length++)
        {
            var to = texts.Count;
            for (; from < to; from++)
            {
                foreach (var next in "abx/\n\0\u007f\ufffd\u0001")
                {
                    texts.Add(texts[from] + next);
                }
            }
        }

        return texts.ToArray();
    }
}
