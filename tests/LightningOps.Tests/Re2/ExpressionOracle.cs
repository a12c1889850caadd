using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;

namespace LightningOps.Tests.Re2;

/// <summary>
/// A random expression with its meaning spelt out: where matches that begin at an index of a text can end. Has what
/// .NET misreads, empty choices and empty repeats in loops.
/// </summary>
internal sealed record ExpressionOracle(string Pattern, Func<string, int, IEnumerable<int>> Ends)
{
    public static Gen<ExpressionOracle> Any { get; } = Node(4);

    public bool IsMatch(string text) => Enumerable.Range(0, text.Length + 1).Any(start => Ends(text, start).Any());

    private static ExpressionOracle Leaf(string pattern, Func<char, bool> reads) => new(
        pattern, (text, at) => at < text.Length && reads(text[at]) ? new[] { at + 1 } : Array.Empty<int>());

    private static ExpressionOracle Condition(string pattern, Func<string, int, bool> holds) =>
        new(pattern, (text, at) => holds(text, at) ? new[] { at } : Array.Empty<int>());

    private static ExpressionOracle Concat(ExpressionOracle first, ExpressionOracle second) => new(
        first.Pattern + second.Pattern,
        (text, at) => first.Ends(text, at).SelectMany(middle => second.Ends(text, middle)).Distinct().ToList());

    private static ExpressionOracle Either(ExpressionOracle first, ExpressionOracle second) => new(
        "(?:" + first.Pattern + "|" + second.Pattern + ")",
        (text, at) => first.Ends(text, at).Concat(second.Ends(text, at)).Distinct().ToList());

    private static ExpressionOracle Repeat(ExpressionOracle body, (string Mark, int Min, int Max) repeat) => new(
        "(?:" + body.Pattern + ")" + repeat.Mark,
        (text, at) =>
        {
            // More rounds than the text has places reach nothing new.
            var rounds = repeat.Max < 0 ? repeat.Min + text.Length + 1 : repeat.Max;
            var reached = new HashSet<int> { at };
            var ends = new HashSet<int>(repeat.Min == 0 ? reached : Enumerable.Empty<int>());
            for (var round = 1; round <= rounds; round++)
            {
                reached = reached.SelectMany(place => body.Ends(text, place)).ToHashSet();
                if (round >= repeat.Min)
                {
                    ends.UnionWith(reached);
                }
            }

            return ends;
        });

    private static Gen<ExpressionOracle> Node(int depth)
    {
        var leaf = RandomExpressions.Pick(
            Leaf("a", c => c == 'a'),
            Leaf("b", c => c == 'b'),
            Leaf("/", c => c == '/'),
            Leaf("[^a]", c => c != 'a'),
            Leaf(".", _ => true),
            Condition(string.Empty, (_, _) => true),
            Condition("^", (_, at) => at == 0),
            Condition("$", (text, at) => at == text.Length));
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Node(depth - 1);
        var repeats = RandomExpressions.Pick(
            ("*", 0, -1), ("+", 1, -1), ("?", 0, 1), ("{0}", 0, 0), ("{2}", 2, 2), ("{1,2}?", 1, 2), ("{2,}", 2, -1));
        return Gen.Frequency(
            (2, leaf),
            (4, Gen.Select(inner, inner).Select(pair => Concat(pair.Item1, pair.Item2))),
            (2, Gen.Select(inner, inner).Select(pair => Either(pair.Item1, pair.Item2))),
            (3, Gen.Select(inner, repeats).Select(pair => Repeat(pair.Item1, pair.Item2))));
    }
}
