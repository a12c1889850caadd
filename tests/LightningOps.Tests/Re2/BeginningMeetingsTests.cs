using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.Re2;
using Xunit;

namespace LightningOps.Tests.Re2;

public class BeginningMeetingsTests
{
    [Fact]
    public void A_beginning_admits_every_matched_text() =>
        RandomExpressions.Pattern.Sample(
            static pattern =>
            {
                var beginning = Beginning(pattern);
                foreach (var text in RandomExpressions.ShortTexts.Where(text => RandomExpressions.DotNet(pattern).IsMatch(text)))
                {
                    for (var place = 0; place <= beginning.Places.Length; place++)
                    {
                        var mayBe = place < text.Length ? beginning.GetNext(place).MayContain(text[place]) : place == beginning.Places.Length && beginning.MayEnd;
                        Assert.True(mayBe, pattern + " matches " + text);
                        if (place == text.Length)
                        {
                            break;
                        }
                    }
                }
            },
            iter: 600,
            threads: 1);

    [Fact]
    public void What_follows_a_number_of_slashes_admits_every_matched_text() =>
        RandomExpressions.Pattern.Sample(
            static pattern =>
            {
                var beginning = Beginning(pattern);
                foreach (var text in RandomExpressions.ShortTexts.Where(text => RandomExpressions.DotNet(pattern).IsMatch(text)))
                {
                    Assert.True(beginning.Admits(text), pattern + " matches " + text);
                    for (var slashes = 0; slashes <= 3; slashes++)
                    {
                        var after = GetRest(beginning.GetAfter(slashes));
                        Assert.True(
                            GetRest(text, slashes) is { } rest ? after.Admits(rest) : IsAnything(after),
                            pattern + " matches " + text + ", after " + slashes + " slashes");
                    }
                }
            },
            iter: 200,
            threads: 1);

    [Fact]
    public void No_pair_that_has_a_text_in_common_is_missed_after_a_number_of_slashes() =>
        Gen.Select(RandomExpressions.Pattern.List[2, 12], Gen.Int[1, 3]).Sample(
            static (patterns, slashes) => NoneIsMissed(patterns, patterns.ConvertAll(pattern => Beginning(pattern).GetAfter(slashes))),
            iter: 200,
            threads: 1);

    [Theory]
    [InlineData("^/[a-z]+/item-1/x$", 2, "item-1/x")]
    [InlineData("^/[a-z]+-?[^/]*/item-1(/x)?$", 2, "item-1")]
    [InlineData("^/a/b/[a-z]+/(?:en|de)/item$", 2, "b/")]
    [InlineData("^/[a-z]+/(?:en|fr)x/item-1$", 3, "item-1")]
    [InlineData("^/([a-z]+)[/](item-1)$", 2, "item-1")]
    [InlineData("^/[a-z]+(/[0-9]+)?/item-1$", 2, "")]
    [InlineData("^/.*/item-1$", 2, "")]
    [InlineData("^/(?:a|/)x/item-1$", 2, "")]
    [InlineData("^/(?:a|bc|$)/item-1$", 2, "item-1")]
    [InlineData("/[a-z]+/item-1$", 2, "")]
    [InlineData("^/[a-z]+/item-1$", 3, "")]
    public void The_characters_after_a_number_of_slashes_are_known_where_each_text_has_so_many(string pattern, int slashes, string literal) =>
        Assert.Equal(literal, Beginning(pattern).GetLiteralAfter(slashes).ToString());

    [Theory]
    [InlineData("^/[a-z]+/item-1$", "/x/item-1", true)]
    [InlineData("^/[a-z]+/item-1$", "/x/item-12", false)]
    [InlineData("^/[a-z]+/item-1$", "/x/item-", false)]
    [InlineData("^/[a-z]+/item-1$", "/x", false)]
    [InlineData("^/[a-z]+/item-1", "/x/item-12", true)]
    [InlineData("^/[^/]*/\U0001F600$", "/x/\U0001F600", true)]
    [InlineData("^/\U0001F600+/a$", "/\U0001F600\U0001F600/a", true)]
    public void A_text_is_admitted_by_all_sections(string pattern, string text, bool isAdmitted) =>
        Assert.Equal(isAdmitted, Beginning(pattern).Admits(text));

    [Fact]
    public void No_pair_that_has_a_text_in_common_is_missed() =>
        RandomExpressions.Pattern.List[2, 12].Sample(
            static patterns => NoneIsMissed(patterns, patterns.ConvertAll(Whole)),
            iter: 200,
            threads: 1);

    [Theory]
    [InlineData("^/(en|de)/item-1(\\.json)?$", "^/(en|fr)/item-12$", false)]
    [InlineData("^/(en|de)/item-1(\\.json)?$", "^/en/item-1.json$", true)]
    [InlineData("^/(en|de)/item-1$", "^/fr/item-1$", false)]
    [InlineData("^/[a-z]{2}/item-1/[^/]*$", "^/[a-z]{2}/item-2/[^/]*$", false)]
    [InlineData("^/[a-z]{2}/item-1/[^/]*$", "^/en/item-1/x$", true)]
    [InlineData("^/(ab?){2}c$", "^/abac$", true)]
    [InlineData("^/(ab?){2}c$", "^/aac$", true)]
    [InlineData("^/(ab?){2}c$", "^/ac$", false)]
    [InlineData("^/a(b|$)", "^/a$", true)]
    [InlineData("^/a{70}b$", "^/a{70}c$", true)]
    [InlineData("^/é$", "^/ü$", true)]
    [InlineData("^/(?i:k)$", "^/\u212A$", true)]
    [InlineData("^/a", "^/ab$", true)]
    [InlineData("a$", "^/b$", true)]
    public void Expressions_are_kept_apart_by_the_beginnings_of_their_texts(string one, string other, bool mayMeet) =>
        Assert.Equal(mayMeet ? [Pair(0, 1)] : [], Find([Whole(one), Whole(other)], static (_, _) => true, 1_000, 10)!);

    [Fact]
    public void More_pairs_or_steps_than_allowed_are_no_answer()
    {
        var same = Enumerable.Repeat(Whole("^/a+$"), 10).ToList();

        Assert.Equal(45, Find(same, static (_, _) => true, 10_000, 45)!.Count);
        Assert.Null(Find(same, static (_, _) => true, 10_000, 44));
        Assert.Null(Find(same, static (_, _) => true, 20, 45));
        Assert.Empty(Find(same, static (_, _) => false, 10_000, 44)!);
    }

    [Fact]
    public void A_text_fits_the_beginning_of_every_expression_that_matches_it() =>
        Gen.Select(RandomExpressions.Pattern.List[2, 12], Gen.Int[0, 3]).Sample(
            static (patterns, slashes) =>
            {
                var tree = BeginningTree.Create(patterns.ConvertAll(pattern => Beginning(pattern).GetAfter(slashes)), 1_000_000)!;
                var oracles = patterns.ConvertAll(RandomExpressions.DotNet);
                var found = new List<int>();
                foreach (var text in RandomExpressions.ShortTexts)
                {
                    found.Clear();
                    var steps = 1_000_000L;
                    Assert.True(tree.TryFindFitting(text, GetRest(text, slashes) is { } rest ? text.Length - rest.Length : text.Length, found, ref steps));
                    for (var i = 0; i < patterns.Count; i++)
                    {
                        Assert.True(found.Contains(i) || !oracles[i].IsMatch(text), patterns[i] + " matches " + text);
                    }
                }
            },
            iter: 100,
            threads: 1);

    [Theory]
    [InlineData("/shop/item-1", new[] { 0, 2 })]
    [InlineData("/shop/item-12", new[] { 1, 2 })]
    [InlineData("/shop/item-1/x", new[] { 0, 2 })]
    [InlineData("/shop/\U0001F600a", new[] { 3 })]
    [InlineData("/shop", new int[0])]
    public void Expressions_are_found_by_a_text(string text, int[] expected)
    {
        var tree = BeginningTree.Create([Whole("^/shop/item-1(/[a-z]+)?$"), Whole("^/shop/item-12$"), Whole("^/shop/[a-z]"), Whole("^/shop/[^a]a$")], 1_000)!;
        var found = new List<int>();
        var steps = 1_000L;
        Assert.True(tree.TryFindFitting(text, 0, found, ref steps));
        found.Sort();
        Assert.Equal(expected, found);
    }

    [Fact]
    public void A_search_that_needs_more_steps_than_allowed_is_no_answer()
    {
        var tree = BeginningTree.Create(Enumerable.Repeat(Whole("^/a+$"), 10).ToList(), 1_000)!;
        var steps = 10L;
        Assert.False(tree.TryFindFitting("/a", 0, [], ref steps));
        steps = 100;
        Assert.True(tree.TryFindFitting("/a", 0, [], ref steps));
    }

    private static IReadOnlyCollection<long>? Find(IReadOnlyList<LanguageContinuation> beginnings, Func<int, int, bool> mayMeet, long maxSteps, int maxPairs) =>
        BeginningTree.Create(beginnings, maxSteps) is { } tree ? BeginningMeetings.Find(tree, mayMeet, maxSteps - tree.Steps, maxPairs) : null;

    private static LanguageContinuation Whole(string pattern) => new(Beginning(pattern), 0);

    private static LanguageBeginning GetRest(LanguageContinuation after) =>
        new(after.Beginning.Places[after.Start..], after.Beginning.Sets, after.Beginning.Next, after.Beginning.MayEnd);

    private static void NoneIsMissed(List<string> patterns, List<LanguageContinuation> beginnings)
    {
        var pairs = Find(beginnings, static (_, _) => true, 1_000_000, 1_000)!;
        for (var i = 0; i < patterns.Count; i++)
        {
            for (var j = i + 1; j < patterns.Count; j++)
            {
                var both = RandomExpressions.ShortTexts.FirstOrDefault(text => RandomExpressions.Language(patterns[i]).Matches(text) && RandomExpressions.Language(patterns[j]).Matches(text));
                Assert.True(both is null || pairs.Contains(Pair(i, j)), patterns[i] + " and " + patterns[j] + " meet at " + both);
            }
        }
    }

    private static string? GetRest(string text, int slashes)
    {
        var at = 0;
        for (; slashes > 0; slashes--)
        {
            at = text.IndexOf('/', at) + 1;
            if (at == 0)
            {
                return null;
            }
        }

        return text[at..];
    }

    private static bool IsAnything(LanguageBeginning beginning) => beginning is { Places.Length: 0, MayEnd: true } && beginning.Next == AsciiSet.All;

    private static LanguageBeginning Beginning(string pattern) => LanguageBeginning.Read(RandomExpressions.Parse(pattern).Root);

    private static long Pair(int one, int other) => ((long)one << 32) | (uint)other;
}
