using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2;
using Xunit;

namespace LightningOps.Tests.Re2;

public class HostileExpressionTests
{
    public static TheoryData<string> Growing => new()
    {
        ".*a.{20}",
        "^.*a.{20}$",
        "^[ab]*a[ab]{12}$",
        "^(.*a.{9}b){3}$",
        "((x{10}){10}){10}(?:.*y.{30}){9}",
        string.Concat(Enumerable.Repeat(".{1000}", 100)),
        string.Concat(Enumerable.Range(0, 140).Select(i => ".*" + (char)('a' + (i % 26)) + (i % 10))),
    };

    public static TheoryData<string> Tame => new()
    {
        "^(a|aa)*b(a|aa)*$",
        "^(((a*)*)*)*$",
        "(?:(?:a*)*b?){1000}",
        "^(a?){500}a{500}$",
        @"\pL{300}\pN",
        "^(" + string.Join("|", Enumerable.Range(0, 200).Select(i => "p" + (i % 7) + "x" + i)) + ")$",
        string.Join("|", Enumerable.Range(0, 500).Select(i => (char)('\u4E00' + i))),
    };

    [Theory]
    [MemberData(nameof(Growing))]
    public void Automaton_that_grows_past_its_bound_is_given_up(string pattern)
    {
        var language = RandomExpressions.Language(pattern);
        Assert.False(language.IsAnalyzable);
        Assert.NotNull(language.UnanalyzableReason);
        Assert.False(language.IsEmpty);
        Assert.Equal(
            Relation.Unknown, language.Relate(RandomExpressions.Language("^.+$"), new AnalysisBudget(1_000_000)));
    }

    [Theory]
    [MemberData(nameof(Tame))]
    public void Expression_that_only_looks_bad_is_analyzed(string pattern) =>
        Assert.True(RandomExpressions.Language(pattern).IsAnalyzable);

    [Fact]
    public void Bounds_are_the_callers()
    {
        var expression = RandomExpressions.Parse("^[a-z]{50}$");
        Assert.True(RegularLanguage.FromExpression(expression).IsAnalyzable);
        Assert.False(RegularLanguage.FromExpression(expression, new LanguageBounds(40, 10_000, 1_000_000)).IsAnalyzable);
        Assert.False(RegularLanguage.FromExpression(expression, new LanguageBounds(2_000, 40, 1_000_000)).IsAnalyzable);
        Assert.False(RegularLanguage.FromExpression(expression, new LanguageBounds(2_000, 10_000, 40)).IsAnalyzable);
    }

    [Fact]
    public void Questions_end_when_the_budget_does()
    {
        // The shortest text outside has 2 * 3 * 5 * 7 * 11 * 13 characters.
        var covers = new[] { 2, 3, 5, 7, 11, 13 }
            .Select(i => RandomExpressions.Language("^(?:[ab]{" + i + "})*[ab]{1," + (i - 1) + "}$"))
            .ToList();
        var language = RandomExpressions.Language("^[ab]+$");
        var budget = new AnalysisBudget(5_000);
        Assert.Null(language.FindOutside(covers, budget, out var isDecided));
        Assert.False(isDecided);
        Assert.True(budget.Exhausted);
        Assert.Equal(Relation.Unknown, language.Relate(covers[0], budget));
        Assert.Null(language.FindCommon(covers[0], budget));
        Assert.False(language.Intersect(covers[0], budget).IsAnalyzable);
        Assert.Null(ProductCover.FindOutside(language, language, [(covers[0], covers[1])], budget, out isDecided));
        Assert.False(isDecided);
    }

    [Fact]
    public void Union_matcher_without_room_matches_singly()
    {
        var languages = Enumerable.Range(0, 50)
            .Select(i => RandomExpressions.Language("^/" + (char)('a' + (i % 26)) + ".*a.{8}" + i + "$"))
            .ToList();
        var matcher = new LanguageUnionMatcher(languages, maxCachedMembers: 200);
        var texts = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            texts.Add("/" + (char)('a' + (i % 26)) + "aaba" + (i * 7919) + "bbbbaabbccdd" + i);
        }

        foreach (var text in texts)
        {
            Assert.Equal(Enumerable.Range(0, 50).Where(i => languages[i].Matches(text)), matcher.Match(text));
        }

        Assert.True(matcher.MatchesSingly);
    }
}
