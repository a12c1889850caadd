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
    [InlineData("^/(en|de)/x$", "/api/admin/", "No")]
    [InlineData("^/.*$", "/api/admin/", "Yes")]
    [InlineData("^/api/[a-z]*/$", "/api/admin/", "Yes")]
    [InlineData("^/api/[a-z]*/(x|$)", "/api/admin/", "Unknown")]
    [InlineData("^/api/[a-z]*/[\\x00-\\x1f]$", "/api/admin/", "Unknown")]
    [InlineData("^/api$", "/api/admin/", "No")]
    [InlineData("^/api", "/api/admin/", "Unknown")]
    [InlineData("^/(a|p|i|/)+b?$", "/api/admin/", "No")]
    [InlineData("^/(a|p|i|/|d|m|n)+$", "/api/admin/", "Yes")]
    [InlineData("(?i)^/API/ADMIN/x$", "/api/admin/", "Yes")]
    [InlineData("/x$", "/api/admin/", "Unknown")]
    public void The_syntax_tells_what_a_text_begins_with(string pattern, string beginning, string answer) =>
        Assert.Equal(answer, Re2Beginnings.HasMatchThatBeginsWith(RandomExpressions.Parse(pattern).Root, beginning).ToString());

    [Fact]
    public void A_certain_answer_about_the_beginning_of_a_text_is_right() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pick("a", "ab", "/a", "b/b")).Sample(
            (pattern, beginning) =>
            {
                var answer = Re2Beginnings.HasMatchThatBeginsWith(RandomExpressions.Parse(pattern).Root, beginning);
                var common = RandomExpressions.Language(pattern).FindCommon(RegularLanguage.Prefix(beginning), new AnalysisBudget(1_000_000));
                Assert.True(answer == Certainty.Unknown || (answer == Certainty.Yes) == (common is not null), answer + ": " + pattern + " matches " + common);
            },
            iter: 1_000,
            threads: 1);

    [Theory]
    [InlineData("^/a(/|$)", true)]
    [InlineData("^/a(x$|y$)", true)]
    [InlineData("^(^/a)$", true)]
    [InlineData("^$", true)]
    [InlineData("^/\\p{L}\\x41$", true)]
    [InlineData("^/a[\\x00-\\x1f]?$", true)]
    [InlineData("^/a$b$", false)]
    [InlineData("^/a^b$", false)]
    [InlineData("^(/a$){2}$", false)]
    [InlineData("^/a[\\x00-\\x1f]$", false)]
    [InlineData("^/a\\n$", false)]
    public void The_syntax_shows_that_an_expression_has_a_match(string pattern, bool exists)
    {
        Assert.Equal(exists, Re2Matches.Exist(RandomExpressions.Parse(pattern).Root, CodePointSet.Universe));
        Assert.Equal(!exists, RandomExpressions.Language(pattern).IsEmpty);
    }

    [Fact]
    public void An_expression_whose_syntax_shows_a_match_is_not_empty() =>
        RandomExpressions.Pattern.Sample(
            static pattern => Assert.False(Re2Matches.Exist(RandomExpressions.Parse(pattern).Root, CodePointSet.Universe) && RandomExpressions.Language(pattern).IsEmpty, pattern),
            iter: 1_000,
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

    [Theory]
    [InlineData("^/\U0001F600(?:ax|by)z$", 'a', true)]
    [InlineData("^/\U0001F600(?:ax|by)z$", 'x', false)]
    [InlineData("^/\U0001F600(?:[ab]|)c+$", 'c', true)]
    [InlineData("^/[\U0001F600\U0001F601]?(?:ax|by)z$", 'b', true)]
    public void What_follows_a_character_outside_the_basic_plane_is_known(string pattern, char next, bool mayFollow)
    {
        var root = RandomExpressions.Parse(pattern).Root;
        Assert.Equal(mayFollow, Next(Re2Edges.Prefix(root), root).MayContain(next));
    }

    [Theory]
    [InlineData("^/\U0001F600(?:ax|by)z$", "^/\U0001F600axz$", "Contains")]
    [InlineData("^/\U0001F600(?:ax|by)z$", "^/\U0001F600ax[yz]$", "Overlaps")]
    [InlineData("^/\U0001F600(?:ax|by)z$", "^/\U0001F600xxz$", "Disjoint")]
    public void Expressions_with_characters_outside_the_basic_plane_are_compared(string one, string other, string relation) =>
        Assert.Equal(relation, RandomExpressions.Language(one).Relate(RandomExpressions.Language(other), new AnalysisBudget(1_000_000)).ToString());

    [Theory]
    [InlineData("^/\U0001F600[a-z]$", true)]
    [InlineData("^/\U0001F600[0-9]$", false)]
    public void An_open_beginning_has_a_place_for_each_code_point(string pattern, bool mayMeet)
    {
        var tree = BeginningTree.Create([new(LanguageBeginning.Open("/\U0001F600a"), 0), new(LanguageBeginning.Read(RandomExpressions.Parse(pattern).Root), 0)], 1_000)!;
        Assert.Equal(mayMeet ? 1 : 0, BeginningMeetings.Find(tree, static (_, _) => true, 1_000, 10)!.Count);
    }

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
