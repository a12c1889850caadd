using System;
using System.Linq;
using CsCheck;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;
using Xunit;

namespace LightningOps.Tests.Re2;

/// <summary>What Go accepts and refuses; cases as in Go's regexp/syntax parse_test.go and its syntax document.</summary>
public class Re2SyntaxTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("|x|")]
    [InlineData("a{2,3}?")]
    [InlineData("a{2,}")]
    [InlineData("a{,2}")]
    [InlineData("x{1001")]
    [InlineData("x{9876543210,")]
    [InlineData("x{2,1")]
    [InlineData("x{01}")]
    [InlineData("a*{")]
    [InlineData("{")]
    [InlineData("}")]
    [InlineData("]")]
    [InlineData("^*")]
    [InlineData("$+")]
    [InlineData("(?:)*")]
    [InlineData("(|a)*")]
    [InlineData("[]a]")]
    [InlineData("[-a]")]
    [InlineData("[a-]")]
    [InlineData("[a-b-c]")]
    [InlineData("[^^]")]
    [InlineData("[[:word:]]")]
    [InlineData("[[:^lower:]]")]
    [InlineData("[^[:lower:]]")]
    [InlineData("[[:lower]")]
    [InlineData(@"[\d\W\pL\p{^Lu}]")]
    [InlineData(@"[\012-\234]\141")]
    [InlineData(@"[\x{41}-\x7a]\x61")]
    [InlineData(@"\x{10FFFF}\0\07\377")]
    [InlineData(@"\a\f\t\n\r\v\_\-\/")]
    [InlineData(@"\Q+|*?{[\E")]
    [InlineData(@"\Q+\E+")]
    [InlineData(@"\Qab")]
    [InlineData(@"\Q\\E")]
    [InlineData(@"a\Q\E*")]
    [InlineData(@"a*\Q\E*")]
    [InlineData(@"\pN\PN\p{Lu}\P{^Braille}")]
    [InlineData(@"\p{Any}\p{^Any}\p{ascii}\p{Assigned}\p{LC}\p{Cn}")]
    [InlineData(@"\p{Uppercase_Letter}\p{upper case-let ter}\p{__upper case-let ter}")]
    [InlineData(@"\p{Old_Italic}\p{Han}")]
    [InlineData(@"\A\b\B\z")]
    [InlineData("(?i)a(?-i)b")]
    [InlineData("(?i-s)a(?im:b)(?U)c*(?-U:d)")]
    [InlineData("(?P<name>a)(?<other_1>b)")]
    [InlineData("(?P<n>a)(?P<n>b)")]
    [InlineData("(?i)(?s).")]
    [InlineData("((((((((((x{2}){2}){2}){2}){2}){2}){2}){2}){2}))")]
    [InlineData("((((((((((x{1}){2}){2}){2}){2}){2}){2}){2}){2}){2})")]
    [InlineData("(?:[a-z]{4}){0,250}")]
    [InlineData("a{1000}")]
    [InlineData("☺😀{2}")]
    public void Go_accepts(string pattern) => Assert.Null(Error(pattern));

    [Theory]
    [InlineData("(", "missing closing ): `(`", 0)]
    [InlineData("ab(a|b|", "missing closing ): `ab(a|b|`", 2)]
    [InlineData("(?P<name>a", "missing closing ): `(?P<name>a`", 0)]
    [InlineData("(?<name>", "missing closing ): `(?<name>`", 0)]
    [InlineData("(?i)(?s", "invalid or unsupported Perl syntax: `(?s`", 4)]
    [InlineData("a)", "unexpected ): `a)`", 1)]
    [InlineData("(a|b))", "unexpected ): `(a|b))`", 5)]
    [InlineData("x[a-z", "missing closing ]: `[a-z`", 1)]
    [InlineData("([a-z)", "missing closing ]: `[a-z)`", 1)]
    [InlineData("[]", "missing closing ]: `[]`", 0)]
    [InlineData("[a-Z]", "invalid character class range: `a-Z`", 1)]
    [InlineData("(?i)[a-Z]", "invalid character class range: `a-Z`", 5)]
    [InlineData("[[:nope:]]", "invalid character class range: `[:nope:]`", 1)]
    [InlineData(@"[a-\d]", @"invalid escape sequence: `\d`", 3)]
    [InlineData(@"\pX", @"invalid character class range: `\pX`", 0)]
    [InlineData(@"\p", @"invalid character class range: `\p`", 0)]
    [InlineData(@"a\p{Klingon}", @"invalid character class range: `\p{Klingon}`", 1)]
    [InlineData(@"a\p{Greek", @"invalid character class range: `\p{Greek`", 1)]
    [InlineData(@"a\", "trailing backslash at end of expression: ``", 1)]
    [InlineData("*", "missing argument to repetition operator: `*`", 0)]
    [InlineData("a|*", "missing argument to repetition operator: `*`", 2)]
    [InlineData("(+?)", "missing argument to repetition operator: `+?`", 1)]
    [InlineData("(?i)*", "missing argument to repetition operator: `*`", 4)]
    [InlineData("{2}", "missing argument to repetition operator: `{2}`", 0)]
    [InlineData(@"\Q\E*", "missing argument to repetition operator: `*`", 4)]
    [InlineData("a**", "invalid nested repetition operator: `**`", 1)]
    [InlineData("a++", "invalid nested repetition operator: `++`", 1)]
    [InlineData("a*+", "invalid nested repetition operator: `*+`", 1)]
    [InlineData("a??+", "invalid nested repetition operator: `??+`", 1)]
    [InlineData("ba{1}*", "invalid nested repetition operator: `{1}*`", 2)]
    [InlineData("a{2}{3}?", "invalid nested repetition operator: `{2}{3}?`", 1)]
    [InlineData("x{1001}", "invalid repeat count: `{1001}`", 1)]
    [InlineData("x{9876543210}", "invalid repeat count: `{9876543210}`", 1)]
    [InlineData("x{2,1}", "invalid repeat count: `{2,1}`", 1)]
    [InlineData("x{1,9876543210}", "invalid repeat count: `{1,9876543210}`", 1)]
    [InlineData("a{100000,}", "invalid repeat count: `{100000,}`", 1)]
    [InlineData("(?:[a-z]{4}){0,251}", "invalid repeat count: `{0,251}`", 12)]
    [InlineData("((a{100}){100}){100}", "invalid repeat count: `{100}`", 9)]
    [InlineData("a(?=b)", "invalid or unsupported Perl syntax: `(?=`", 1)]
    [InlineData("(?!b)", "invalid or unsupported Perl syntax: `(?!`", 0)]
    [InlineData("(?<=a)b", "invalid named capture: `(?<=a)b`", 0)]
    [InlineData("(?<!a)b", "invalid named capture: `(?<!a)b`", 0)]
    [InlineData("(?>a)", "invalid or unsupported Perl syntax: `(?>`", 0)]
    [InlineData("(?#comment)", "invalid or unsupported Perl syntax: `(?#`", 0)]
    [InlineData("(?P=n)", "invalid or unsupported Perl syntax: `(?P`", 0)]
    [InlineData("(?'n'a)", "invalid or unsupported Perl syntax: `(?'`", 0)]
    [InlineData("(?x)a", "invalid or unsupported Perl syntax: `(?x`", 0)]
    [InlineData("(?i-)a", "invalid or unsupported Perl syntax: `(?i-)`", 0)]
    [InlineData("(?--i)a", "invalid or unsupported Perl syntax: `(?--`", 0)]
    [InlineData("(?", "invalid or unsupported Perl syntax: `(?`", 0)]
    [InlineData("(?P<x y>a)", "invalid named capture: `(?P<x y>`", 0)]
    [InlineData("(?P<>a)", "invalid named capture: `(?P<>`", 0)]
    [InlineData("(?<>a)", "invalid named capture: `(?<>`", 0)]
    [InlineData("(?P<name", "invalid named capture: `(?P<name`", 0)]
    [InlineData(@"(a)\1", @"invalid escape sequence: `\1`", 3)]
    [InlineData(@"(?P<n>a)\k<n>", @"invalid escape sequence: `\k`", 8)]
    [InlineData(@"\Z", @"invalid escape sequence: `\Z`", 0)]
    [InlineData(@"\C", @"invalid escape sequence: `\C`", 0)]
    [InlineData(@"\8", @"invalid escape sequence: `\8`", 0)]
    [InlineData(@"\h", @"invalid escape sequence: `\h`", 0)]
    [InlineData(@"\E", @"invalid escape sequence: `\E`", 0)]
    [InlineData(@"[\b]", @"invalid escape sequence: `\b`", 1)]
    [InlineData(@"\é", @"invalid escape sequence: `\é`", 0)]
    [InlineData(@"\x", @"invalid escape sequence: `\x`", 0)]
    [InlineData(@"\x4", @"invalid escape sequence: `\x4`", 0)]
    [InlineData(@"\x{", @"invalid escape sequence: `\x{`", 0)]
    [InlineData(@"\x{}", @"invalid escape sequence: `\x{}`", 0)]
    [InlineData(@"\x{110000}", @"invalid escape sequence: `\x{110000`", 0)]
    [InlineData(@"\u0041", @"invalid escape sequence: `\u`", 0)]
    public void Go_refuses(string pattern, string message, int position)
    {
        var error = Error(pattern);
        Assert.Equal((message, position), (error?.Message, error?.Position));
    }

    [Fact]
    public void Lone_surrogates_are_invalid_utf8()
    {
        // Not inline data: attributes are stored as UTF-8, which cannot hold them.
        var patterns = new[] { "a\uD800", "[\uDC00]", "\\\uD800", "\\Q\uD800\\E", "(?\uD800)", "\\p\uD800" };
        Assert.All(
            patterns, text => Assert.StartsWith("invalid UTF-8: `", Error(text)?.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Nesting_is_accepted_up_to_a_thousand_levels()
    {
        Assert.Null(Error(Repeat("(", 999) + Repeat(")", 999)));
        Assert.Null(Error(Repeat("(?:", 999) + Repeat(")*", 999)));
        Assert.Null(Error("(" + Repeat("|", 12345) + ")"));
        Assert.Null(Error(Repeat("(?:a", 3000) + Repeat(")", 3000)));
        Assert.StartsWith("expression nests too deeply", Error(Repeat("(", 1000) + Repeat(")", 1000))!.Message, StringComparison.Ordinal);
        Assert.StartsWith("expression nests too deeply", Error(Repeat("(?:", 1000) + Repeat(")*", 1000))!.Message, StringComparison.Ordinal);
        Assert.StartsWith("missing closing )", Error(Repeat("(", 100_000))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expressions_too_large_to_compile_are_refused()
    {
        Assert.StartsWith("expression too large", Error("(" + Repeat("(xx?)", 1000) + "){1000}")!.Message, StringComparison.Ordinal);
        Assert.StartsWith("expression too large", Error(Repeat("(xx?){1000}", 1000))!.Message, StringComparison.Ordinal);
        Assert.StartsWith("expression too large", Error(Repeat(@"\pL", 27000))!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parsing_never_throws_and_errors_point_into_the_pattern()
    {
        var pieces = RandomExpressions.Pick(
            "a", "(", ")", "[", "]", "{", "}", "*", "+", "?", "|", "^", "$", ".", "\\", "-", ":", "<", ">", "P", "Q", "E",
            "p", "x", "1", "9", ",", "(?", "[:", ":]", "i", "\uD800", "\uDC00", "\n", "é", "{1000}", "\\p{", "[^", "\0");
        Gen.OneOf(pieces.Array[0, 25].Select(string.Concat), Gen.String[0, 20]).Sample(
            pattern =>
            {
                if (Re2Expression.TryParse(pattern, out var expression, out var error))
                {
                    var language = RegularLanguage.FromExpression(expression);
                    language.Matches("a");
                    _ = language.LiteralPrefix + language.LiteralSuffix;
                    _ = expression.IsAnchoredAtBothEnds;
                }
                else
                {
                    Assert.InRange(error.Position, 0, pattern.Length);
                    Assert.EndsWith("`" + error.Fragment + "`", error.Message, StringComparison.Ordinal);
                    Assert.Contains(error.Fragment, pattern, StringComparison.Ordinal);
                }
            },
            iter: 5_000,
            threads: 1);
    }

    [Theory]
    [InlineData("^a$", true)]
    [InlineData("^(?:a|b)$", true)]
    [InlineData("(?i)^a$", true)]
    [InlineData("^a$|^b$", true)]
    [InlineData(@"\Aa\z", true)]
    [InlineData("(^)a($)", true)]
    [InlineData("(?:^a$)+", true)]
    [InlineData(@"\b^a$", true)]
    [InlineData("^a|b$", false)]
    [InlineData("^a", false)]
    [InlineData("a$", false)]
    [InlineData("(^|/)a$", false)]
    [InlineData("^?a$", false)]
    [InlineData("(?m)^a$", false)]
    [InlineData("(?:^a$)*", false)]
    [InlineData(@"^a\$", false)]
    public void Anchoring_at_both_ends_is_read_from_the_syntax(string pattern, bool expected) =>
        Assert.Equal(expected, RandomExpressions.Parse(pattern).IsAnchoredAtBothEnds);

    [Theory]
    [InlineData(@"a\b", @"word boundary \b")]
    [InlineData(@"a\B", @"word boundary \B")]
    [InlineData("(?m)^a", "multi-line ^")]
    [InlineData("(?m:a$)", "multi-line $")]
    [InlineData(@"\x{D800}", "escaped surrogate")]
    [InlineData(@"[\x{DFFF}]", "escaped surrogate")]
    [InlineData(@"[\x{D7FF}-\x{E000}]", null)]
    [InlineData(@"[^\p{^Old_Italic}a]\p{Greek}", null)]
    [InlineData(@"(?-m)^a$\A\z\pL\p{Any}", null)]
    public void Features_that_cannot_be_analyzed_are_named(string pattern, string? reason)
    {
        var expression = RandomExpressions.Parse(pattern);
        Assert.Equal(reason, expression.UnanalyzableReason);
        Assert.Equal(reason is not null, expression.UsesUnanalyzableFeature);
        Assert.Equal(reason, RegularLanguage.FromExpression(expression).UnanalyzableReason);
    }

    private static Re2SyntaxError? Error(string pattern) =>
        Re2Expression.TryParse(pattern, out _, out var error) ? null : error;

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
