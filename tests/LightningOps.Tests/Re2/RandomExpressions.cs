using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using CsCheck;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Tests.Re2;

/// <summary>Random expressions over {a, b, /} that Go and .NET read alike, and all short texts over it.</summary>
internal static class RandomExpressions
{
    public static IReadOnlyList<string> ShortTexts { get; } = AllTexts("ab/", 5);

    private static readonly Regex OnlyConditions = new(@"^(?:\(\?:|[()^$|*+?]|\{[0-9,]+\})*$", RegexOptions.CultureInvariant);

    public static readonly Gen<string> Pattern = Gen.Select(Gen.Int[0, 4], Node(4)).Select(WithAnchors);

    public static readonly Gen<string> AnchoredPattern = Node(4).Select(body => "^(?:" + body + ")$");

    public static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static Re2Expression Parse(string pattern) =>
        Re2Expression.TryParse(pattern, out var expression, out var error)
            ? expression
            : throw new InvalidOperationException(pattern + " was refused: " + error.Message);

    public static RegularLanguage Language(string pattern) => RegularLanguage.FromExpression(Parse(pattern));

    // The independent engine. The texts have no line feed, so $ means the same in both.
    public static Regex DotNet(string pattern) => new(
        pattern.Replace("(?P<", "(?<", StringComparison.Ordinal).Replace("(?s:", "(?s:", StringComparison.Ordinal),
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    public static IReadOnlyList<string> AllTexts(string alphabet, int maxLength)
    {
        var texts = new List<string> { string.Empty };
        for (int length = 0, from = 0; length < maxLength; length++)
        {
            var to = texts.Count;
            for (; from < to; from++)
            {
                texts.AddRange(alphabet.Select(c => texts[from] + c));
            }
        }

        return texts;
    }

    private static string WithAnchors((int Kind, string Body) expression) => expression.Kind switch
    {
        0 => expression.Body,
        1 => "^" + expression.Body,
        2 => expression.Body + "$",
        3 => "^" + expression.Body + "$",
        _ => "^(?:" + expression.Body + ")$",
    };

    private static Gen<string> Node(int depth)
    {
        var leaf = Pick(
            "a", "b", "/", "a", "b", "ab", "/a", ".", "[ab]", "[^a]", "[^/]", "(?i:A)", @"\w", "^", "$", "a", "/b");
        if (depth == 0)
        {
            return leaf;
        }

        var inner = Node(depth - 1);
        return Gen.Frequency(
            (3, leaf),
            (4, Gen.Select(inner, inner).Select(pair => pair.Item1 + pair.Item2)),
            (2, Gen.Select(inner, inner).Select(pair => "(?:" + pair.Item1 + "|" + pair.Item2 + ")")),
            (1, Gen.Select(inner, inner).Select(pair => pair.Item1 + "|" + pair.Item2)),
            (1, inner.Select(body => "(" + body + ")")),
            (3, Gen.Select(inner, Pick("*", "+", "?", "*?", "{2}", "{0,2}", "{1,}")).Select(
                pair => Repeat(pair.Item1, pair.Item2))));
    }

    // .NET 10 takes an optional repeat of conditions for nothing and X| for X?, and then reads (?:X+|)+ as if it needed an X
    // (dotnet/runtime pulls 118079 and 118087): it says no to the empty text. ExpressionOracle knows the meaning of these.
    private static string Repeat(string body, string mark) =>
        "(?:" + body + ")" + (OnlyConditions.IsMatch(body) && mark is not ("+" or "{2}" or "{1,}") ? string.Empty : mark);
}
