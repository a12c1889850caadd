using System;
using System.Linq;
using LightningOps.Re2;
using Xunit;

namespace LightningOps.Tests.Re2;

public class RegularLanguageTests
{
    private static AnalysisBudget Plenty => new(10_000_000);

    [Theory]
    [InlineData(@"^/a\.json$", "/a.json")]
    [InlineData(@"\A/api/v1\z", "/api/v1")]
    [InlineData("^(?:/a)(/b)$", "/a/b")]
    [InlineData("(^/a$)", "/a")]
    [InlineData(@"^\Q/a+b\E$", "/a+b")]
    [InlineData("^[/]a{3}$", "/aaa")]
    [InlineData("(?i)^/123$", "/123")]
    [InlineData("^$", "")]
    public void Plain_text_is_recognized_however_it_is_written(string pattern, string text)
    {
        Assert.True(RandomExpressions.Language(pattern).TryGetLiteral(out var literal));
        Assert.Equal(text, literal);
    }

    [Theory]
    [InlineData("^/api/.*$", "/api/")]
    [InlineData("^/a(?s:.*)$", "/a")]
    [InlineData("^/a", "/a")]
    [InlineData("^/a.*", "/a")]
    [InlineData("^/a(.*)?$", "/a")]
    [InlineData(@"^/a\.[^\n]*?$", "/a.")]
    [InlineData(".*", "")]
    [InlineData("", "")]
    [InlineData("^", "")]
    public void Prefix_is_recognized_however_it_is_written(string pattern, string text)
    {
        Assert.True(RandomExpressions.Language(pattern).TryGetPrefix(out var prefix));
        Assert.Equal(text, prefix);
    }

    [Theory]
    [InlineData("(?i)^/a$")]
    [InlineData("/a")]
    [InlineData("^/a|/b$")]
    [InlineData("a^b")]
    [InlineData("^/a$b")]
    [InlineData("^/a.+$")]
    [InlineData("^/a\t$")]
    [InlineData(@"^/a\b.*")]
    public void Other_expressions_are_neither(string pattern)
    {
        Assert.False(RandomExpressions.Language(pattern).TryGetLiteral(out _));
        Assert.False(RandomExpressions.Language(pattern).TryGetPrefix(out _));
    }

    [Theory]
    [InlineData(@"^/api/v1/[a-z]+\.json$", "/api/v1/", ".json")]
    [InlineData("^/(?:abc|abd)(?:x|yx)$", "/ab", "x")]
    [InlineData("^(?:/a){2,3}$", "/a/a", "/a/a")]
    [InlineData("(?i)^/k1$", "/", "1")]
    [InlineData(@"^/a\b.*z$", "/a", "z")]
    [InlineData(@"^/\p{Greek}/x$", "/", "/x")]
    [InlineData("/a", "", "")]
    [InlineData("^/😀[a]?$", "/😀", "")]
    [InlineData("^/(?:😀|😁)$", "/", "")]
    [InlineData("^/x/(?:[a-z]{2,5}/)?7$", "/x/", "/7")]
    [InlineData("^(?:/a)?/b$", "/", "/b")]
    [InlineData("^/a(?:b*/)*c?$", "/a", "")]
    [InlineData("^/ab?bc$", "/ab", "bc")]
    public void Literal_edges_are_read_from_the_syntax(string pattern, string prefix, string suffix)
    {
        var language = RandomExpressions.Language(pattern);
        Assert.Equal((prefix, suffix), (language.LiteralPrefix, language.LiteralSuffix));
    }

    [Theory]
    [InlineData("(?i)^k$", "kK\u212A", "jx")]
    [InlineData("(?i)^[r-t]$", "rRsS\u017FtT", "uq")]
    [InlineData("(?i)^[^k]$", "aJ", "kK\u212A")]
    [InlineData(@"(?i)^\W$", "-é", "kK\u212As\u017F_")]
    [InlineData("(?i)^σ$", "σΣς", "sо")]
    [InlineData("(?i)^[[:upper:]]$", "aZ\u212A", "0é")]
    [InlineData(@"^\p{Lu}$", "AÉΩ", "aé1")]
    [InlineData(@"(?i)^\p{Lu}$", "AaÉé", "1-")]
    [InlineData(@"^\pN$", "1٣Ⅷ", "a-")]
    [InlineData(@"^\P{^Nd}$", "1٣", "aⅧ")]
    [InlineData(@"^\s$", " ", "a\u00A0\u2028")]
    [InlineData(@"^[[:punct:]]$", "!/~", "a é")]
    [InlineData(@"^[^\x00-\x60\x{7b}-\x{10FFFF}]$", "az", "A{")]
    [InlineData("^.$", "a/é😀", "")]
    [InlineData(@"^\p{Greek}$", "αΩ\u1D26", "aс\u0345")]
    [InlineData(@"^[^\p{^cyrillic}]$", "яꙀ", "aα")]
    [InlineData(@"(?i)^\p{Deseret}$", "𐐀𐐨", "a")]
    [InlineData(@"^\pL$", "aя", "\uA7CB\u1C89")]
    public void Classes_are_those_of_go(string pattern, string members, string others)
    {
        var language = RandomExpressions.Language(pattern);
        Assert.All(Characters(members), text => Assert.True(language.Matches(text), text));
        Assert.All(Characters(others), text => Assert.False(language.Matches(text), text));
    }

    [Fact]
    public void Controls_and_lone_surrogates_are_in_no_language()
    {
        foreach (var language in new[]
        {
            RegularLanguage.All, RandomExpressions.Language("(?s)^.*b?$"), RandomExpressions.Language("a"),
            RandomExpressions.Language(@"\ba"), RegularLanguage.Prefix("a"),
        })
        {
            Assert.True(language.Matches("a b\u0080é😀"));
            Assert.False(language.Matches("a\nb"));
            Assert.False(language.Matches("a\u007F"));
            Assert.False(language.Matches("a\uD800"));
        }

        Assert.True(RegularLanguage.Literal("a\tb").IsEmpty);
    }

    [Theory]
    [InlineData("a.test", null, "a.test", null, nameof(Relation.Equal))]
    [InlineData("a.test", null, "b.test", null, nameof(Relation.Disjoint))]
    [InlineData("a.test", null, "a.test", "8080", nameof(Relation.Contains))]
    [InlineData("a.test", "8080", "a.test", null, nameof(Relation.Inside))]
    [InlineData("a.test", "8080", "a.test", "80", nameof(Relation.Disjoint))]
    [InlineData("a.test", "80", "a.test", "80", nameof(Relation.Equal))]
    [InlineData("a.test", null, "a.test1", null, nameof(Relation.Disjoint))]
    [InlineData("127.0.0.1", null, "127.0.0.1", "80", nameof(Relation.Contains))]
    public void Hosts_are_compared_as_their_expressions_are(string first, string? firstPort, string second, string? secondPort, string expected)
    {
        var (a, b) = (RegularLanguage.Host(first, firstPort), RegularLanguage.Host(second, secondPort));
        var (x, y) = (HostExpression(first, firstPort), HostExpression(second, secondPort));

        Assert.Equal(expected, a.Relate(b, Plenty).ToString());
        Assert.Equal(expected, x.Relate(y, Plenty).ToString());
        Assert.Equal(Relation.Equal, a.Relate(x, Plenty));
        Assert.Equal(expected, a.Relate(y, Plenty).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("A.t")]
    [InlineData("a.test:")]
    [InlineData("a.test.:8")]
    [InlineData("a.test:8x")]
    [InlineData("b")]
    [InlineData("127.")]
    public void Host_is_compared_with_a_prefix_as_its_expression_is(string prefix)
    {
        foreach (var host in new[] { "a.test", "127.0.0.1" })
        {
            var expected = HostExpression(host, null).Relate(RegularLanguage.Prefix(prefix), Plenty);
            Assert.Equal(expected, RegularLanguage.Host(host).Relate(RegularLanguage.Prefix(prefix), Plenty));
        }
    }

    [Theory]
    [InlineData("shop.test", null)]
    [InlineData("shop.test", "8443")]
    [InlineData("desk", null)]
    public void Host_matches_the_texts_its_expression_matches(string host, string? port)
    {
        var language = RegularLanguage.Host(host, port);
        var expression = HostExpression(host, port);
        foreach (var text in new[]
        {
            host, host.ToUpperInvariant(), host + ".", host + ":8443", host + ".:8443", host + ":", host + "..", host + ":84430", host + ":8443.", host + "x",
            host.Replace('s', '\u017F'), host.Replace('k', '\u212A'), "x" + host, host.Substring(1), string.Empty, host + ".:",
        })
        {
            Assert.Equal(expression.Matches(text), language.Matches(text));
            Assert.Equal(language.Matches(text), language.Automaton!.Accepts(text));
        }
    }

    private static RegularLanguage HostExpression(string host, string? port) => RandomExpressions.Language(
        "(?i)^" + host.Replace(".", @"\.", StringComparison.Ordinal) + @"\.?" + (port is null ? "(:[0-9]+)?" : ":" + port) + "$");

    [Theory]
    [InlineData("^/api/.*$", "^/.*/x$", "/api/x")]
    [InlineData("^/[^/]+$", "^/[0-9]*a?$", "/a")]
    [InlineData("^.{3}$", "^[^a-z].*", "0aa")]
    [InlineData("^/é+$", "^/[^ -~]*$", "/é")]
    [InlineData("^/a$", "^/b", null)]
    public void Common_text_is_short_and_readable(string first, string second, string? expected) =>
        Assert.Equal(expected, RandomExpressions.Language(first).FindCommon(RandomExpressions.Language(second), Plenty));

    [Fact]
    public void Literals_together_can_cover_an_expression()
    {
        var language = RandomExpressions.Language("^/(?:a|b|c[0-9])$");
        var covers = new[] { "/a", "/b", "/c" }.Select(RegularLanguage.Literal)
            .Append(RegularLanguage.Prefix("/c"))
            .ToList();
        Assert.Null(language.FindOutside(covers, Plenty, out var isDecided));
        Assert.True(isDecided);
        covers.RemoveAt(3);
        Assert.Equal("/c0", language.FindOutside(covers, Plenty, out _));
    }

    [Theory]
    [InlineData(@"^/a\b.*$", "/a", true)]
    [InlineData(@"^/a\b.*$", "/ab", false)]
    [InlineData(@"^/a\b.*$", "/a/b", true)]
    [InlineData("^.*a.{20}$", "/aaaaabbbbbcccccddddde", true)]
    [InlineData("^.*a.{20}$", "/bbbb", false)]
    public void Membership_is_decided_even_where_the_rest_cannot_be(string pattern, string text, bool expected)
    {
        var language = RandomExpressions.Language(pattern);
        Assert.False(language.IsAnalyzable);
        Assert.True(language.MatchesExactly);
        Assert.Equal(expected, language.Matches(text));
    }

    [Fact]
    public void What_cannot_be_analyzed_is_unknown_unless_its_edges_or_its_text_tell()
    {
        var bounded = RandomExpressions.Language(@"^/a\b.*$");
        Assert.Equal(Relation.Unknown, bounded.Relate(RandomExpressions.Language("^/.*b$"), Plenty));
        Assert.Equal(Relation.Disjoint, bounded.Relate(RandomExpressions.Language("^/b.*c$"), Plenty));
        Assert.Equal(Relation.Disjoint, bounded.Relate(RegularLanguage.Literal("/ab"), Plenty));
        Assert.Equal(Relation.Equal, bounded.Relate(RandomExpressions.Language(@"^/a\b.*$"), Plenty));
        Assert.Equal("/", RegularLanguage.Prefix("/").FindOutside(new[] { bounded }, Plenty, out var isDecided));
        Assert.True(isDecided);
        Assert.Null(RandomExpressions.Language("^/a-?$").FindOutside(new[] { bounded }, Plenty, out isDecided));
        Assert.False(isDecided);
        Assert.Null(bounded.FindOutside(new[] { RegularLanguage.Prefix("/") }, Plenty, out isDecided));
        Assert.True(isDecided);
    }

    [Fact]
    public void Product_cover_needs_covers_that_meet_on_the_host()
    {
        var host = RandomExpressions.Language("^(?:a|b)$");
        var path = RegularLanguage.Prefix("/x/");
        var onA = (RegularLanguage.Literal("a"), RegularLanguage.Prefix("/x"));
        var onB = (RegularLanguage.Literal("b"), RegularLanguage.Prefix("/"));
        var elsewhere = (RegularLanguage.Literal("c"), RegularLanguage.All);
        Assert.Null(ProductCover.FindOutside(host, path, new[] { onA, onB }, Plenty, out var isDecided));
        Assert.True(isDecided);
        Assert.Equal(("b", "/x/"), ProductCover.FindOutside(host, path, new[] { onA, elsewhere }, Plenty, out _));
    }

    private static string[] Characters(string text) =>
        text.EnumerateRunes().Select(rune => rune.ToString()).ToArray();
}
