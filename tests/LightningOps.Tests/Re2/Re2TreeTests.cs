using System;
using System.Linq;
using System.Threading;
using CsCheck;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;
using Xunit;

namespace LightningOps.Tests.Re2;

/// <summary>The parser shares parts between expressions; each is still parsed as if it were the only one.</summary>
public class Re2TreeTests
{
    private static readonly Gen<string> Part = RandomExpressions.Pick(
        "(ab)", "(?:ab)", "(a|b)", "(a|bc)*", "(?i)", "(?i:ab)", "(ab){2}", "(ab)+?", "ab", "[a-c]", @"[\d]", "(?i:[a-c])", "([[:alpha:]])", "([[:x)", "(:])",
        @"(\Qa)b\E)", @"(\Qab", @"\b", @"(\b)", @"(\p{Old_Italic})", @"(\x{D800})", "(", ")", "|", "^", "$", "(?m)", "(^a$)", "(a{1000}){2}", "(?P<n>ab)", "é", "(K|\u212A)", "()");

    private static readonly Gen<string> Pattern = Part.Array[1, 6].Select(string.Concat);

    [Fact]
    public void An_expression_is_parsed_alike_after_others_and_alone() =>
        Gen.Select(Pattern.Array[1, 30], RandomExpressions.Pattern.Array[0, 5]).Sample(
            static (patterns, others) =>
            {
                var all = patterns.Concat(others).Concat(patterns).ToArray();
                var together = OnOtherThread(() => Array.ConvertAll(all, Describe));
                for (var i = 0; i < all.Length; i++)
                {
                    Assert.Equal(OnOtherThread(() => Describe(all[i])), together[i]);
                }
            },
            iter: 40,
            threads: 1);

    [Fact]
    public void An_expression_for_whole_texts_is_the_one_written_between_anchors() =>
        RandomExpressions.Pattern.Sample(
            static pattern => Assert.Equal(Describe("^(?:" + pattern + ")$"), Describe(RandomExpressions.Parse(pattern).ForWholeTexts()!)),
            iter: 1_000,
            threads: 1);

    [Fact]
    public void An_expression_at_the_limit_of_nesting_cannot_be_one_for_whole_texts()
    {
        var deep = new string('(', 996) + "ab*" + new string(')', 996);

        Assert.NotNull(RandomExpressions.Parse(deep).ForWholeTexts());
        Assert.Null(RandomExpressions.Parse("(" + deep + ")").ForWholeTexts());
        Assert.False(Re2Expression.TryParse("^(?:(" + deep + "))$", out _, out _));
    }

    [Fact]
    public void A_text_that_the_syntax_shows_is_matched() =>
        RandomExpressions.Pattern.Sample(
            static pattern => Assert.True(Re2Sample.Find(RandomExpressions.Parse(pattern).Root, CodePointSet.Universe) is not { } text || RandomExpressions.Language(pattern).Matches(text), pattern),
            iter: 1_000,
            threads: 1);

    [Theory]
    [InlineData(@"^(www\.)?shop1\.example\.com$", "shop1.example.com")]
    [InlineData(@"^[^x]+-1\.example\.com(:[0-9]+)?$", "a-1.example.com")]
    [InlineData("^(a|b){2}[0-9]$", "aa0")]
    [InlineData("^a/b$", null)]
    [InlineData("^a$b$", null)]
    public void The_syntax_shows_a_host_that_is_matched(string pattern, string? host) =>
        Assert.Equal(host, Re2Sample.Find(RandomExpressions.Parse(pattern).Root, CodePointSet.Hosts));

    private static string OnOtherThread(Func<string> work) => OnOtherThread(() => new[] { work() })[0];

    private static string[] OnOtherThread(Func<string[]> work)
    {
        string[] result = [];
        var thread = new Thread(() => result = work());
        thread.Start();
        thread.Join();
        return result;
    }

    private static string Describe(string pattern) =>
        Re2Expression.TryParse(pattern, out var expression, out var error) ? Describe(expression) : error.ToString();

    private static string Describe(Re2Expression expression) =>
        string.Join(" ", expression.Pattern, expression.UnanalyzableReason, expression.TreeMatchesMore, expression.ScriptOfSeveralWords, Describe(expression.Root));

    private static string Describe(Re2Node node) => node.Height + "," + node.Size + "," + node.RepeatProduct + node switch
    {
        Re2Literal literal => "'" + literal.Text + "'" + literal.FoldsCase + literal.CodePoints,
        Re2Class one => "[" + string.Join(",", one.Set.Ranges) + "]",
        Re2Assertion assertion => assertion.Kind.ToString(),
        Re2Capture capture => "(" + Describe(capture.Body) + ")",
        Re2Repeat repeat => "{" + Describe(repeat.Body) + "}" + repeat.Min + "-" + repeat.Max,
        Re2Concat concat => "<" + string.Join(" ", concat.Parts.Select(Describe)) + ">",
        Re2Alternate alternate => "<" + string.Join("|", alternate.Choices.Select(Describe)) + ">",
        _ => "none",
    };
}
