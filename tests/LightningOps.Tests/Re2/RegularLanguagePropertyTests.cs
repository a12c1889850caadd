using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;
using Xunit;

namespace LightningOps.Tests.Re2;

public class RegularLanguagePropertyTests
{
    private static AnalysisBudget Plenty => new(10_000_000);

    [Fact]
    public void Membership_is_what_the_other_engine_says() =>
        RandomExpressions.Pattern.Sample(
            pattern =>
            {
                var language = RandomExpressions.Language(pattern);
                var regex = RandomExpressions.DotNet(pattern);
                foreach (var text in RandomExpressions.ShortTexts)
                {
                    Assert.True(regex.IsMatch(text) == language.Matches(text), pattern + " on " + text);
                }
            },
            iter: 400,
            threads: 1);

    [Fact]
    public void Membership_is_what_the_meaning_says_with_empty_choices_and_repeats_too() =>
        ExpressionOracle.Any.Sample(
            oracle =>
            {
                var language = RandomExpressions.Language(oracle.Pattern);
                var texts = RandomExpressions.ShortTexts.Take(121).ToList();
                var members = texts.Where(oracle.IsMatch).ToList();
                Assert.Equal(members, texts.Where(language.Matches));
                Assert.All(members, text => Assert.StartsWith(language.LiteralPrefix, text, StringComparison.Ordinal));
                Assert.All(members, text => Assert.EndsWith(language.LiteralSuffix, text, StringComparison.Ordinal));
            },
            iter: 400,
            threads: 1);

    [Fact]
    public void Simulation_agrees_with_the_automaton_word_boundaries_included() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pick("", @"\b", @"\B")).Sample(
            (pattern, boundary) =>
            {
                var whole = "(?:" + pattern + ")" + boundary + "a?";
                var language = RandomExpressions.Language(whole);
                var nfa = NfaBuilder.Build(RandomExpressions.Parse(whole).Root, 10_000, CodePointSet.Universe);
                var regex = RandomExpressions.DotNet(whole.Replace(@"\w", "[0-9A-Za-z_]", StringComparison.Ordinal));
                foreach (var text in RandomExpressions.ShortTexts)
                {
                    Assert.True(regex.IsMatch(text) == NfaSimulation.Matches(nfa!, text), whole + " on " + text);
                    Assert.Equal(regex.IsMatch(text), language.Matches(text));
                }
            },
            iter: 150,
            threads: 1);

    [Fact]
    public void Literal_edges_and_anchoring_hold_for_every_member() =>
        RandomExpressions.Pattern.Sample(
            pattern =>
            {
                var language = RandomExpressions.Language(pattern);
                var regex = RandomExpressions.DotNet(pattern);
                var members = RandomExpressions.ShortTexts.Where(text => regex.IsMatch(text)).ToList();
                Assert.All(members, text => Assert.StartsWith(language.LiteralPrefix, text, StringComparison.Ordinal));
                Assert.All(members, text => Assert.EndsWith(language.LiteralSuffix, text, StringComparison.Ordinal));
                if (language.TryGetLiteral(out var literal))
                {
                    Assert.Equal(RandomExpressions.ShortTexts.Where(text => text == literal), members);
                }

                if (language.TryGetPrefix(out var prefix))
                {
                    Assert.Equal(
                        RandomExpressions.ShortTexts.Where(text => text.StartsWith(prefix, StringComparison.Ordinal)),
                        members);
                }

                if (RandomExpressions.Parse(pattern).IsAnchoredAtBothEnds)
                {
                    Assert.All(members, text => Assert.Equal(text, regex.Match(text).Value));
                }
            },
            iter: 400,
            threads: 1);

    [Fact]
    public void Relation_and_common_text_agree_with_enumeration() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pattern).Sample(
            (first, second) =>
            {
                var (a, b) = (RandomExpressions.Language(first), RandomExpressions.Language(second));
                var (inA, inB) = (RandomExpressions.DotNet(first), RandomExpressions.DotNet(second));
                var relation = a.Relate(b, Plenty);
                var common = a.FindCommon(b, Plenty);
                var shortCommon = RandomExpressions.ShortTexts.FirstOrDefault(t => inA.IsMatch(t) && inB.IsMatch(t));
                var onlyA = RandomExpressions.ShortTexts.Any(t => inA.IsMatch(t) && !inB.IsMatch(t));
                var onlyB = RandomExpressions.ShortTexts.Any(t => !inA.IsMatch(t) && inB.IsMatch(t));

                Assert.NotEqual(Relation.Unknown, relation);
                Assert.Equal(relation, Reverse(b.Relate(a, Plenty)));
                if (shortCommon is not null || onlyA || onlyB)
                {
                    Assert.Equal(relation == Relation.Disjoint, common is null);
                }

                Assert.True(common is null || (inA.IsMatch(common) && inB.IsMatch(common)));
                Assert.True(shortCommon is null || common!.Length <= shortCommon.Length, first + " & " + second);
                Assert.False(onlyA && relation is Relation.Equal or Relation.Inside && onlyA);
                Assert.False(onlyB && relation is Relation.Equal or Relation.Contains && onlyB);

                // What only one has is found by the search for texts outside, whose answers the other engine checks.
                var outsideA = a.FindOutside(new[] { b }, Plenty, out var isDecided);
                Assert.True(isDecided);
                Assert.True(outsideA is null || (inA.IsMatch(outsideA) && !inB.IsMatch(outsideA)));
                var outsideB = b.FindOutside(new[] { a }, Plenty, out _);
                Assert.Equal(Expected(common, outsideA, outsideB, relation), relation);
            },
            iter: 700,
            threads: 1);

    [Fact]
    public void Intersection_has_the_common_texts() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pattern).Sample(
            (first, second) =>
            {
                var both = RandomExpressions.Language(first).Intersect(RandomExpressions.Language(second), Plenty);
                var (inA, inB) = (RandomExpressions.DotNet(first), RandomExpressions.DotNet(second));
                Assert.True(both.IsAnalyzable);
                foreach (var text in RandomExpressions.ShortTexts)
                {
                    Assert.Equal(inA.IsMatch(text) && inB.IsMatch(text), both.Matches(text));
                }
            },
            iter: 200,
            threads: 1);

    [Fact]
    public void Outside_text_is_a_shortest_one_and_in_no_cover() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pattern.Array[0, 4]).Sample(
            (pattern, covers) =>
            {
                var regex = RandomExpressions.DotNet(pattern);
                var coverRegexes = covers.Select(RandomExpressions.DotNet).ToList();
                var witness = RandomExpressions.Language(pattern).FindOutside(
                    covers.Select(RandomExpressions.Language).ToList(), Plenty, out var isDecided);
                Assert.True(isDecided);
                var shortest = RandomExpressions.ShortTexts.FirstOrDefault(IsOutside);
                Assert.True(witness is null ? shortest is null : IsOutside(witness), pattern);
                Assert.True(shortest is null || witness!.Length <= shortest.Length);

                bool IsOutside(string text) => regex.IsMatch(text) && !coverRegexes.Exists(cover => cover.IsMatch(text));
            },
            iter: 400,
            threads: 1);

    [Fact]
    public void Product_cover_finds_a_pair_exactly_when_enumeration_does() =>
        Gen.Select(Small, Small, Gen.Select(Small, Small).Array[0, 4]).Sample(
            (host, path, covers) =>
            {
                var (hosts, paths) = (RandomExpressions.DotNet(host), RandomExpressions.DotNet(path));
                var regexes = covers
                    .Select(cover => (Host: RandomExpressions.DotNet(cover.Item1), Path: RandomExpressions.DotNet(cover.Item2)))
                    .ToList();
                var witness = ProductCover.FindOutside(
                    RandomExpressions.Language(host),
                    RandomExpressions.Language(path),
                    covers.Select(c => (RandomExpressions.Language(c.Item1), RandomExpressions.Language(c.Item2))).ToList(),
                    Plenty,
                    out var isDecided);
                Assert.True(isDecided);
                Assert.True(witness is not { } pair || IsOutside(pair.Host, pair.Path));
                if (witness is null)
                {
                    var texts = RandomExpressions.AllTexts("ab/", 3);
                    Assert.DoesNotContain(
                        texts.Where(text => hosts.IsMatch(text)).SelectMany(h => texts.Select(p => (h, p))),
                        pair => IsOutside(pair.h, pair.p));
                }

                bool IsOutside(string h, string p) => hosts.IsMatch(h) && paths.IsMatch(p) &&
                    !regexes.Exists(cover => cover.Host.IsMatch(h) && cover.Path.IsMatch(p));
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Union_matcher_answers_as_the_languages_do_with_and_without_room() =>
        Gen.Select(RandomExpressions.Pattern.Array[1, 12], RandomExpressions.Pick(40, 400, 1_000_000)).Sample(
            (patterns, room) =>
            {
                var languages = patterns.Select(RandomExpressions.Language).ToList();
                languages.Add(RegularLanguage.Host("ab"));
                var matcher = new LanguageUnionMatcher(languages, room);
                foreach (var text in RandomExpressions.ShortTexts.Concat(new[] { "ab:80", "AB.", "aB.:1", "ab..", "ab:", "a\nb" }))
                {
                    var expected = Enumerable.Range(0, languages.Count).Where(i => languages[i].Matches(text));
                    Assert.Equal(expected, matcher.Match(text));
                }
            },
            iter: 100,
            threads: 1);

    private static readonly Gen<string> Small = RandomExpressions.Pick(
        "^a$", "^b$", "^a*$", "^[ab]$", "^a|^b", "^.*$", "^a", "b$", "^(?:a|b|/)$", "^[^a]", "^/", "/", "^(?:ab)*$", "^$", "^.+$");

    private static Relation Reverse(Relation relation) => relation switch
    {
        Relation.Inside => Relation.Contains,
        Relation.Contains => Relation.Inside,
        _ => relation,
    };

    private static Relation Expected(string? common, string? outsideA, string? outsideB, Relation got) =>
        (common, outsideA, outsideB) switch
        {
            (null, null, null) => got is Relation.Equal ? Relation.Equal : Relation.Disjoint,
            (null, _, _) => Relation.Disjoint,
            (_, null, null) => Relation.Equal,
            (_, null, _) => Relation.Inside,
            (_, _, null) => Relation.Contains,
            _ => Relation.Overlaps,
        };
}
