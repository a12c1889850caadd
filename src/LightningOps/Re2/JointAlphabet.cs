using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// The classes of code points that several automata together do not distinguish, the most readable first, each with
/// the code point that witnesses use for it.
/// </summary>
internal sealed class JointAlphabet
{
    private JointAlphabet(Alphabet single, int[][] symbols, int[] codePoints)
    {
        Single = single;
        Symbols = symbols;
        RepresentativeCodePoints = codePoints;
    }

    /// <summary>The joint classes as an alphabet, with the same numbers.</summary>
    public Alphabet Single { get; }

    /// <summary>For each joint class, its class in every single alphabet.</summary>
    public int[][] Symbols { get; }

    /// <summary>For each joint class, its most readable code point.</summary>
    public int[] RepresentativeCodePoints { get; }

    /// <summary>Number of joint classes.</summary>
    public int Count => RepresentativeCodePoints.Length;

    /// <summary>The joint classes of these alphabets, or null when the budget is not sufficient.</summary>
    public static JointAlphabet? Create(IReadOnlyList<Alphabet> alphabets, AnalysisBudget budget)
    {
        var starts = alphabets.SelectMany(alphabet => alphabet.Starts).Distinct().ToArray();
        if (!budget.TrySpend((long)starts.Length * alphabets.Count))
        {
            return null;
        }

        Array.Sort(starts);
        var best = new Dictionary<int[], int>(IntSequenceComparer.Instance);
        var symbolsAt = new int[starts.Length][];
        var at = new int[alphabets.Count];
        for (var i = 0; i < starts.Length; i++)
        {
            var symbols = new int[at.Length];
            for (var k = 0; k < at.Length; k++)
            {
                var own = alphabets[k].Starts;
                at[k] += at[k] + 1 < own.Length && own[at[k] + 1] == starts[i] ? 1 : 0;
                symbols[k] = alphabets[k].Classes[at[k]];
            }

            if (symbols.Length > 0 && symbols[0] == Alphabet.Outside)
            {
                continue;
            }

            symbolsAt[i] = symbols;
            var end = i + 1 < starts.Length ? starts[i + 1] - 1 : CodePointSet.MaxCodePoint;
            var readable = Readability.BestIn(starts[i], end);
            if (!best.TryGetValue(symbols, out var before) || Readability.IsBetter(readable, before))
            {
                best[symbols] = readable;
            }
        }

        var ordered = best.OrderBy(pair => Readability.Rank(pair.Value)).ToList();
        var numbers = new Dictionary<int[], int>(IntSequenceComparer.Instance);
        ordered.ForEach(pair => numbers.Add(pair.Key, numbers.Count));
        var classes = Array.ConvertAll(symbolsAt, symbols => symbols is null ? Alphabet.Outside : numbers[symbols]);
        return new JointAlphabet(
            Alphabet.Numbered(starts, classes, ordered.Count),
            ordered.Select(pair => pair.Key).ToArray(),
            ordered.Select(pair => pair.Value).ToArray());
    }
}
