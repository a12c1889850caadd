using System.Linq;
using System.Text.RegularExpressions;
using CsCheck;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Tests.Re2;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

public sealed class DotNetPatternTests
{
    private const RegexOptions Linear = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking;

    // Code points at the boundary between one and two UTF-16 units, and those with unusual case variants.
    private static readonly string[] Pieces =
        ["a", "Z", "k", "\u212a", "s", "\u017f", "_", "0", "\u0664", "/", ".", "\n", "\r", "\t", " ", "\0", "\u007f", "\u0085", "\u00e9", "\u2028", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"];

    [Fact]
    public void Linear_engine_matches_as_go_does() =>
        ExpressionOracle.Any.Sample(
            oracle =>
            {
                var pattern = DotNetPattern.From(RandomExpressions.Parse(oracle.Pattern));
                if (pattern.LoopsOverConditions)
                {
                    return;
                }

                var regex = new Regex(pattern.Text, Linear);
                Assert.All(RandomExpressions.ShortTexts, text => Assert.True(oracle.IsMatch(text) == regex.IsMatch(text), oracle.Pattern + " in " + text));
            },
            iter: 200);

    [Fact]
    public void Engine_that_goes_back_matches_as_go_does() =>
        ExpressionOracle.Any.Sample(
            oracle =>
            {
                var regex = new Regex(Pattern(oracle.Pattern), RegexOptions.CultureInvariant);
                Assert.All(RandomExpressions.ShortTexts, text => Assert.True(oracle.IsMatch(text) == regex.IsMatch(text), oracle.Pattern + " in " + text));
            },
            iter: 200);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("1")]
    [InlineData("\u2028")]
    public void A_negated_class_of_letters_matches_a_line_feed_at_the_end(string last)
    {
        Assert.True(TextMatcher.Create(@"^/p24/[^\pL]$")!.IsMatch("/p24/" + last));
        Assert.False(TextMatcher.Create(@"^/p24/[^\pL]$")!.IsMatch("/p24/a" + last));
    }

    [Fact]
    public void Code_points_are_read_as_go_reads_them()
    {
        var expressions = RandomExpressions.Pick(
            ".", "(?s).", @"\d", @"\w", @"\s", @"\S", @"\W", "[^/]", "[^a-z]", "(?i)k", "(?i)S", "(?i)[^k]", "[[:alpha:]]", "[[:^space:]]", @"[\x{10000}-\x{10FFFF}]", @"[\x{1F600}]", @"[^\x{1F600}]", @"\x{D7FF}", @"\bk", @"a\B", "é");
        var pattern = Gen.Select(expressions, RandomExpressions.Pick("", "*", "{2}", "+")).Array[1, 3].Select(parts => "^" + string.Concat(parts.Select(part => "(?:" + part.Item1 + ")" + part.Item2)) + "$");
        var text = RandomExpressions.Pick(Pieces.Where(piece => !piece.Any(char.IsControl) || piece == "\u0085").ToArray()).Array[0, 4].Select(string.Concat);
        Gen.Select(pattern, text.Array[20]).Sample(
            (go, texts) =>
            {
                var language = RandomExpressions.Language(go);
                var matcher = TextMatcher.Create(go)!;
                Assert.All(texts, each => Assert.True(language.Matches(each) == matcher.IsMatch(each), go + " in " + string.Join(' ', each.Select(unit => ((int)unit).ToString("x4")))));
            },
            iter: 100);
    }

    [Theory]
    [InlineData(@"^\pL$")]
    [InlineData(@"^\PL$")]
    [InlineData(@"^(?i)\p{Lu}[\x{FFFF}-\x{10FFFF}]?$")]
    public void Categories_are_those_the_compiler_knows(string go)
    {
        var language = RandomExpressions.Language(go);
        var matcher = TextMatcher.Create(go)!;
        var visible = Pieces.Where(piece => !piece.Any(char.IsControl)).ToArray();
        Assert.All(visible.Concat(visible.Select(piece => "a" + piece)).Append("\u4e00").Append("\U0001d400"), each => Assert.Equal(language.Matches(each), matcher.IsMatch(each)));
    }

    [Theory]
    [InlineData("^a$", "a\n", false)]
    [InlineData("^a.b$", "a\nb", false)]
    [InlineData("(?s)^a.b$", "a\nb", true)]
    [InlineData("(?m)^b$", "a\nb\nc", true)]
    [InlineData("(?m)^b$", "a\rb\rc", false)]
    [InlineData("^/a", "/a\nb", true)]
    [InlineData("^/a.*$", "/a\nb", false)]
    [InlineData(@"^\s$", "\u000b", false)]
    [InlineData(@"^\s$", "\u00a0", false)]
    [InlineData(@"^\d$", "\u0664", false)]
    [InlineData("^[^a]$", "\0", true)]
    [InlineData("(?i)^ß$", "ẞ", true)]
    [InlineData("(?i)^i$", "İ", false)]
    public void Lines_controls_and_cases_are_gos(string go, string text, bool matches) => Assert.Equal(matches, TextMatcher.Create(go)!.IsMatch(text));

    [Fact]
    public void A_hostile_expression_is_matched_in_time_that_grows_with_the_text() =>
        Assert.False(TextMatcher.Create("^(?:(?:a+)+)+$")!.IsMatch(new string('a', 20_000) + "b"));

    [Theory]
    [InlineData(@"^\x{D800}$")]
    [InlineData("(")]
    public void What_cannot_be_followed_is_refused(string go) => Assert.Null(TextMatcher.Create(go));

    private static string Pattern(string go) => DotNetPattern.From(RandomExpressions.Parse(go)).Text;
}
