using System.Text;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Finds a text that an expression matches in its syntax, without an automaton.</summary>
internal static class Re2Sample
{
    private const int MaxLength = 256;

    /// <summary>A text of the universe that the expression matches; null when the syntax does not show one.</summary>
    public static string? Find(Re2Node root, CodePointSet universe)
    {
        var text = new StringBuilder();
        return Re2Matches.CanBeCompleted(root, universe) && TryAppend(root, universe, text) ? text.ToString() : null;
    }

    private static bool TryAppend(Re2Node node, CodePointSet universe, StringBuilder text)
    {
        switch (node)
        {
            case Re2Literal literal:
                text.Append(literal.Text);
                break;
            case Re2Class one:
                text.Append(char.ConvertFromUtf32(GetMember(one.Set, universe)));
                break;
            case Re2Capture capture:
                return TryAppend(capture.Body, universe, text);
            case Re2Alternate alternate:
                return TryAppend(alternate.Choices[0], universe, text);
            case Re2Concat concat:
                foreach (var part in concat.Parts)
                {
                    if (!TryAppend(part, universe, text))
                    {
                        return false;
                    }
                }

                break;
            case Re2Repeat repeat:
                for (var i = 0; i < repeat.Min; i++)
                {
                    if (!TryAppend(repeat.Body, universe, text))
                    {
                        return false;
                    }
                }

                break;
        }

        return text.Length <= MaxLength;
    }

    // A letter, where one is in the set.
    private static int GetMember(CodePointSet set, CodePointSet universe)
    {
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            if (set.Contains(letter) && universe.Contains(letter))
            {
                return letter;
            }
        }

        return set.Intersect(universe).Ranges[0];
    }
}
