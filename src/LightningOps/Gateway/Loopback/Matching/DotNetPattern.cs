using System;
using System.Globalization;
using System.Text;
using LightningOps.Re2;
using LightningOps.Re2.Syntax;

namespace LightningOps.Gateway.Loopback.Matching;

/// <summary>
/// Translates an expression of Go to one of .NET with the same matches. Differences are avoided: classes and case
/// variants are written out, a code point beyond U+FFFF as its two halves, and the ends of a text as <c>\A</c> and
/// <c>\z</c>. The text must be well-formed UTF-16.
/// </summary>
internal sealed class DotNetPattern
{
    private const string Nothing = @"[^\0-\uFFFF]";
    private const string Word = "[0-9A-Za-z_]";
    private const string Boundary = "(?:(?<=" + Word + ")(?!" + Word + ")|(?<!" + Word + ")(?=" + Word + "))";

    // Never between the two halves of a code point.
    private const string NoBoundary = "(?:(?<=" + Word + ")(?=" + Word + ")|(?<!" + Word + ")(?!" + Word + @")(?![\uDC00-\uDFFF]))";
    private readonly StringBuilder text = new();

    private DotNetPattern()
    {
    }

    /// <summary>Whether it looks around, which a non-backtracking engine does not support.</summary>
    public bool LooksAround { get; private set; }

    /// <summary>Whether a loop contains a part that is only sometimes empty, which .NET's linear engine may misread.</summary>
    public bool LoopsOverConditions { get; private set; }

    /// <summary>The expression.</summary>
    public string Text => text.ToString();

    /// <summary>Writes an expression.</summary>
    public static DotNetPattern From(Re2Expression expression)
    {
        var pattern = new DotNetPattern();
        pattern.Write(expression.Root);
        return pattern;
    }

    // The tree has at most 1,000 levels.
    private void Write(Re2Node node)
    {
        switch (node)
        {
            case Re2Literal literal:
                WriteLiteral(literal);
                break;
            case Re2Class one:
                text.Append(Utf16Class.Format(one.Set));
                break;
            case Re2Assertion assertion:
                WriteAssertion(assertion.Kind);
                break;
            case Re2Capture capture:
                WriteGroup(capture.Body);
                break;
            case Re2Repeat repeat:
                WriteRepeat(repeat);
                break;
            case Re2Concat concat:
                Array.ForEach(concat.Parts, WriteGrouped);
                break;
            case Re2Alternate alternate:
                WriteChoices(alternate.Choices);
                break;
            default:
                text.Append(Nothing);
                break;
        }
    }

    private void WriteLiteral(Re2Literal literal)
    {
        for (var i = 0; i < literal.Text.Length; i++)
        {
            var codePoint = char.IsHighSurrogate(literal.Text[i]) && i + 1 < literal.Text.Length ? char.ConvertToUtf32(literal.Text[i], literal.Text[++i]) : literal.Text[i];
            text.Append(Utf16Class.Format(literal.FoldsCase ? CaseFolding.Shared.Orbit(codePoint) : CodePointSet.Create(codePoint)));
        }
    }

    private void WriteAssertion(Re2AssertionKind kind)
    {
        LooksAround |= kind is Re2AssertionKind.WordBoundary or Re2AssertionKind.NoWordBoundary;
        text.Append(kind switch
        {
            Re2AssertionKind.BeginText => @"\A",
            Re2AssertionKind.EndText => @"\z",
            Re2AssertionKind.BeginLine => "(?m:^)",
            Re2AssertionKind.EndLine => "(?m:$)",
            Re2AssertionKind.WordBoundary => Boundary,
            _ => NoBoundary,
        });
    }

    private void WriteRepeat(Re2Repeat repeat)
    {
        var emptiness = Re2Emptiness.Analyze(repeat.Body);
        LoopsOverConditions |= emptiness == Emptiness.OnCondition;
        WriteGroup(repeat.Body);

        // Iterations that read nothing have no effect. .NET's linear engine loses matches if a loop must make them.
        text.Append((emptiness == Emptiness.Always ? 0 : repeat.Min, repeat.Max) switch
        {
            (0, -1) => "*",
            (1, -1) => "+",
            (0, 1) => "?",
            (var min, -1) => "{" + Number(min) + ",}",
            var (min, max) => "{" + Number(min) + "," + Number(max) + "}",
        });
    }

    private void WriteChoices(Re2Node[] choices)
    {
        for (var i = 0; i < choices.Length; i++)
        {
            text.Append(i == 0 ? string.Empty : "|");
            WriteGrouped(choices[i]);
        }
    }

    private void WriteGrouped(Re2Node node)
    {
        if (node is Re2Alternate)
        {
            WriteGroup(node);
        }
        else
        {
            Write(node);
        }
    }

    private void WriteGroup(Re2Node node)
    {
        text.Append("(?:");
        Write(node);
        text.Append(')');
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
