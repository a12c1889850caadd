using System.Collections.Generic;

namespace LightningOps.Re2.Syntax;

/// <summary>A group that is being parsed, or the expression itself.</summary>
internal sealed class Re2Group
{
    private List<int>? singles;

    /// <summary>True for a capturing group.</summary>
    public bool Captures { get; private set; }

    /// <summary>Its start; -1 for the expression itself.</summary>
    public int Position { get; private set; }

    /// <summary>The flags to restore after it.</summary>
    public Re2Flags FlagsBefore { get; private set; }

    /// <summary>The number of class bounds before it.</summary>
    public long ClassBoundsBefore { get; private set; }

    /// <summary>The parts of the current choice.</summary>
    public List<Re2Node> Parts { get; } = new();

    /// <summary>The completed choices, except a class that is still being collected.</summary>
    public List<Re2Node> Choices { get; } = new();

    /// <summary>Restarts as another group.</summary>
    public void Reset(bool captures, int position, Re2Flags flagsBefore, long classBoundsBefore)
    {
        ClassBoundsBefore = classBoundsBefore;
        Captures = captures;
        Position = position;
        FlagsBefore = flagsBefore;
        singles = null;
        Parts.Clear();
        Choices.Clear();
    }

    /// <summary>Adds a choice. Adjacent choices of one code point become one class: <c>a|b|[cd]</c> is <c>[a-d]</c>.</summary>
    public void Add(Re2Node choice)
    {
        if (SingleSet(choice) is not { } set)
        {
            FlushSingles();
            Choices.Add(choice);
        }
        else if (singles is not null)
        {
            singles.AddRange(set.Ranges);
        }
        else if (Choices.Count > 0 && SingleSet(Choices[Choices.Count - 1]) is { } before)
        {
            Choices.RemoveAt(Choices.Count - 1);
            singles = new List<int>(before.Ranges);
            singles.AddRange(set.Ranges);
        }
        else
        {
            Choices.Add(choice);
        }
    }

    /// <summary>Adds the collected class.</summary>
    public void FlushSingles()
    {
        if (singles is not null)
        {
            Choices.Add(new Re2Class(CodePointSet.FromUnordered(singles)));
            singles = null;
        }
    }

    // The set of a choice that is one code point, or null.
    private static CodePointSet? SingleSet(Re2Node node) => node switch
    {
        Re2Class one => one.Set,
        Re2Literal { CodePoints: 1 } literal => literal.FoldsCase
            ? CaseFolding.Shared.Orbit(char.ConvertToUtf32(literal.Text, 0))
            : CodePointSet.Create(char.ConvertToUtf32(literal.Text, 0)),
        _ => null,
    };
}

/// <summary>Parses Perl's group syntax: names, flags, non-capturing groups. Go: parsePerlFlags.</summary>
internal static class Re2GroupParser
{
    private const string BadPerlSyntax = "invalid or unsupported Perl syntax";
    private const string BadName = "invalid named capture";

    /// <summary>Parses a <c>(?</c> at the cursor: opens the group, or changes the flags. False with an error.</summary>
    public static bool TryParse(Re2Cursor cursor, Re2TreeBuilder tree)
    {
        var start = cursor.Position;
        var isNamed = cursor.IsAt('<', 2) && start + 3 < cursor.Text.Length;
        if (isNamed || (cursor.IsAt('P', 2) && cursor.IsAt('<', 3) && start + 4 < cursor.Text.Length))
        {
            return TryParseNamed(cursor, tree, start, start + (isNamed ? 3 : 4));
        }

        cursor.Position += 2;
        var flags = tree.Flags;
        var isOff = false;
        var sawFlag = false;
        while (!cursor.AtEnd)
        {
            var c = cursor.Read();
            if (c is ':' or ')' && (!isOff || sawFlag))
            {
                if (c == ':')
                {
                    tree.Open(captures: false, start);
                }

                tree.Flags = flags;
                return true;
            }

            if (c == '-' && !isOff)
            {
                isOff = true;
                sawFlag = false;
            }
            else if (c is 'i' or 'm' or 's' or 'U')
            {
                flags = flags.With((char)c, !isOff);
                sawFlag = true;
            }
            else
            {
                break;
            }
        }

        return cursor.Fail(BadPerlSyntax, start, cursor.Position);
    }

    private static bool TryParseNamed(Re2Cursor cursor, Re2TreeBuilder tree, int start, int nameStart)
    {
        var end = cursor.Text.IndexOf('>', start);
        if (end < 0)
        {
            return cursor.Fail(BadName, start, cursor.Text.Length);
        }

        for (var i = nameStart; i < end; i++)
        {
            if (cursor.Text[i] != '_' && !Re2EscapeParser.IsAlphanumeric(cursor.Text[i]))
            {
                return cursor.Fail(BadName, start, end + 1);
            }
        }

        if (end <= nameStart)
        {
            return cursor.Fail(BadName, start, end + 1);
        }

        tree.Open(captures: true, start);
        cursor.Position = end + 1;
        return true;
    }
}
