using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;
using Xunit;

namespace LightningOps.Tests.Re2;

public class MeetingWalkTests
{
    [Fact]
    public void No_pair_that_has_a_text_in_common_is_missed() =>
        RandomExpressions.Pattern.List[2, 12].Sample(
            patterns =>
            {
                var pairs = MeetingWalk.Find(patterns.ConvertAll(static pattern => Automaton(pattern)), 1_000_000, 1_000)!;
                for (var i = 0; i < patterns.Count; i++)
                {
                    for (var j = i + 1; j < patterns.Count; j++)
                    {
                        var both = RandomExpressions.ShortTexts.Skip(1).FirstOrDefault(text => RandomExpressions.Language(patterns[i]).Matches(text) && RandomExpressions.Language(patterns[j]).Matches(text));
                        Assert.True(both is null || pairs.Contains(Pair(i, j)), patterns[i] + " and " + patterns[j] + " meet at " + both);
                    }
                }
            },
            iter: 60,
            threads: 1);

    [Fact]
    public void Expressions_that_differ_behind_a_class_are_kept_apart()
    {
        string[] patterns = ["^/(en|de|fr)/item-1(\\.json)?$", "^/(en|de)/item-10$", "^/[a-z]{2}/item-1/x$", "^/en/item-1.*$", "^/[a-z]*y2z[a-z0-9]*$", "^/[a-z]*y3z[a-z0-9]*$"];

        Assert.Equal([Pair(0, 3), Pair(1, 3), Pair(2, 3)], MeetingWalk.Find([.. patterns.Select(Automaton)], 100_000, 100)!.Order());
    }

    [Fact]
    public void Characters_outside_ASCII_are_one_symbol() =>
        Assert.Equal([Pair(0, 1)], MeetingWalk.Find([Automaton("^/é$"), Automaton("^/ü$"), Automaton("^/u$")], 1_000, 10)!);

    [Fact]
    public void More_pairs_or_steps_than_allowed_are_no_answer()
    {
        var same = Enumerable.Repeat(Automaton("^/a+$"), 10).ToList();

        Assert.Equal(45, MeetingWalk.Find(same, 10_000, 45)!.Count);
        Assert.Null(MeetingWalk.Find(same, 10_000, 44));
        Assert.Null(MeetingWalk.Find(same, 100, 45));
    }

    [Theory]
    [InlineData("^/(en|de)/x$", "/api/admin/", false)]
    [InlineData("^/.*$", "/api/admin/", true)]
    [InlineData("^/api/[a-z]*/$", "/api/admin/", true)]
    [InlineData("^/api$", "/api/admin/", false)]
    [InlineData("^/api", "/api/admin/", true)]
    [InlineData("^/(a|p|i|/)+b?$", "/api/admin/", false)]
    [InlineData("^/(a|p|i|/|d|m|n)+$", "/api/admin/", true)]
    [InlineData("(?i)^/API/ADMIN/x$", "/api/admin/", true)]
    [InlineData("/x$", "/api/admin/", true)]
    public void The_syntax_tells_what_a_text_may_begin_with(string pattern, string beginning, bool mayBegin) =>
        Assert.Equal(mayBegin, Re2Beginnings.MayBeginWith(RandomExpressions.Parse(pattern).Root, beginning));

    [Fact]
    public void A_text_that_is_matched_may_begin_as_it_does() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pick("a", "ab", "/a", "b/b")).Sample(
            (pattern, beginning) =>
            {
                var matched = RandomExpressions.ShortTexts.FirstOrDefault(text => text.StartsWith(beginning, System.StringComparison.Ordinal) && RandomExpressions.Language(pattern).Matches(text));
                Assert.True(matched is null || Re2Beginnings.MayBeginWith(RandomExpressions.Parse(pattern).Root, beginning), pattern + " matches " + matched);
            },
            iter: 400,
            threads: 1);

    [Theory]
    [InlineData("^/item-1(/[a-z]+)?$", '2', false)]
    [InlineData("^/item-1(/[a-z]+)?$", '/', true)]
    [InlineData("^/item-1", '2', true)]
    [InlineData("^/item-1[0-9]*$", '2', true)]
    [InlineData("^/item-1[0-9]*$", 'a', false)]
    [InlineData("^/item-1(?i:a)$", 'A', true)]
    [InlineData("^/item-1$", '/', false)]
    [InlineData("^/(item-1|item-12x)$", '2', true)]
    [InlineData("^/(item-1|item-12x)$", '3', false)]
    public void The_syntax_tells_what_may_follow_the_common_text(string pattern, char next, bool mayFollow) =>
        Assert.Equal(mayFollow, Next("/item-1", RandomExpressions.Parse(pattern).Root).MayContain(next));

    [Fact]
    public void What_follows_the_common_text_of_a_match_is_never_ruled_out() =>
        RandomExpressions.Pattern.Sample(
            pattern =>
            {
                var root = RandomExpressions.Parse(pattern).Root;
                var prefix = Re2Edges.Prefix(root);
                var next = Next(prefix, root);
                foreach (var text in RandomExpressions.ShortTexts.Where(text => text.Length > prefix.Length && RandomExpressions.Language(pattern).Matches(text)))
                {
                    Assert.True(next.MayContain(text[prefix.Length]), pattern + " matches " + text);
                }
            },
            iter: 400,
            threads: 1);

    private static AsciiSet Next(string prefix, Re2Node root) => Re2Beginnings.GetNext(prefix, root, LanguageBeginning.Read(root));

    private static Nfa Automaton(string pattern) => NfaBuilder.Build(RandomExpressions.Parse(pattern).Root, 10_000, CodePointSet.Universe)!;

    private static long Pair(int one, int other) => ((long)one << 32) | (uint)other;
}
