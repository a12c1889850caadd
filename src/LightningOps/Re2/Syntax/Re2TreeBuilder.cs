using System;
using System.Collections.Generic;
using System.Text;

namespace LightningOps.Re2.Syntax;

/// <summary>Assembles the parts of an expression while it is parsed, and enforces Go's limits.</summary>
internal sealed class Re2TreeBuilder(Re2Cursor cursor)
{
    // Go: 128 MiB of instructions of 40 bytes; 128 MiB of runes of 4 bytes; 1,000 levels.
    private const long MaxSize = (128 << 20) / 40;
    private const long MaxClassBounds = (128 << 20) / 4;
    private const int MaxHeight = 1000;

    private const int Replacement = 0xFFFD;

    private static readonly Re2Literal Nothing = new(string.Empty, false, 0);

    private readonly StringBuilder text = new();
    private readonly List<Re2Node> flat = new();

    // The open groups, followed by closed ones for reuse; an expression seldom has more than a few.
    private readonly List<Re2Group> groups = new() { new Re2Group() };
    private int depth;
    private bool textFoldsCase;
    private long classBounds;

    /// <summary>The current flags.</summary>
    public Re2Flags Flags { get; set; }

    /// <summary>True once a single surrogate was appended: Go's matcher takes it for U+FFFD where it looks for a text, and for nothing elsewhere.</summary>
    public bool HasSurrogate { get; private set; }

    private Re2Group Group => groups[depth];

    private bool IsInGroup => depth > 0;

    /// <summary>Restarts with another expression.</summary>
    public void Reset()
    {
        text.Clear();
        depth = 0;
        Group.Reset(captures: false, -1, default);
        textFoldsCase = false;
        classBounds = 0;
        HasSurrogate = false;
        Flags = default;
    }

    /// <summary>Opens a group that began at <paramref name="position"/>.</summary>
    public void Open(bool captures, int position)
    {
        FlushText();
        depth++;
        if (depth == groups.Count)
        {
            groups.Add(new Re2Group());
        }

        Group.Reset(captures, position, Flags);
    }

    /// <summary>Ends one choice of the group.</summary>
    public bool Bar() => EndChoice();

    /// <summary>Closes the group; false with an error when none is open.</summary>
    public bool TryClose(int position)
    {
        if (!IsInGroup)
        {
            return EndChoice() && cursor.Fail("unexpected )", position, cursor.Text);
        }

        if (!EndChoice() || !TryAlternate(out var body))
        {
            return false;
        }

        var closed = Group;
        depth--;
        Flags = closed.FlagsBefore;
        return Push(closed.Captures ? new Re2Capture(body) : body);
    }

    /// <summary>Ends the expression; false with an error when a group is open.</summary>
    public bool TryFinish(out Re2Node root)
    {
        root = Nothing;
        if (!EndChoice() || !TryAlternate(out root))
        {
            return false;
        }

        return !IsInGroup || cursor.Fail("missing closing )", Group.Position, cursor.Text);
    }

    /// <summary>Appends literal characters.</summary>
    public void PushText(string text, int start, int length)
    {
        BeginText();
        this.text.Append(text, start, length);
    }

    /// <summary>Appends one literal code point.</summary>
    public bool PushCodePoint(int codePoint)
    {
        if (codePoint is >= 0xD800 and <= 0xDFFF)
        {
            return PushClass(CodePointSet.Create(codePoint));
        }

        BeginText();
        if (codePoint < 0x10000)
        {
            text.Append((char)codePoint);
        }
        else
        {
            text.Append(char.ConvertFromUtf32(codePoint));
        }

        return true;
    }

    /// <summary>Appends one code point out of a set.</summary>
    public bool PushClass(CodePointSet set)
    {
        classBounds += set.Ranges.Length;
        if (classBounds > MaxClassBounds)
        {
            return cursor.Fail("expression too large", 0, cursor.Text);
        }

        if (set.TryGetSingle(out var codePoint) && codePoint is >= 0xD800 and <= 0xDFFF)
        {
            HasSurrogate = true;
            set = CodePointSet.Create(codePoint, codePoint, Replacement, Replacement);
        }

        return Push(set.IsEmpty ? new Re2NoMatch() : new Re2Class(set));
    }

    /// <summary>Appends a part.</summary>
    public bool Push(Re2Node node)
    {
        FlushText();
        Group.Parts.Add(node);
        return IsWithinLimits(node);
    }

    /// <summary>Removes the last part, for text the last code point, which a repeat applies to.</summary>
    public bool TryTakeLast(out Re2Node node)
    {
        if (text.Length > 0)
        {
            var length = text.Length > 1 && char.IsLowSurrogate(text[text.Length - 1]) ? 2 : 1;
            var last = text.ToString(text.Length - length, length);
            text.Length -= length;
            FlushText();
            node = new Re2Literal(last, textFoldsCase, 1);
            return true;
        }

        var parts = Group.Parts;
        node = parts.Count > 0 ? parts[parts.Count - 1] : Nothing;
        if (parts.Count == 0)
        {
            return false;
        }

        parts.RemoveAt(parts.Count - 1);
        return true;
    }

    private static int CountCodePoints(string text)
    {
        var count = 0;
        foreach (var c in text)
        {
            count += char.IsLowSurrogate(c) ? 0 : 1;
        }

        return count;
    }

    private static void Append(List<Re2Node> parts, Re2Node node)
    {
        if (node is Re2Literal next && parts.Count > 0 && parts[parts.Count - 1] is Re2Literal last &&
            (last.FoldsCase == next.FoldsCase || next.CodePoints == 0))
        {
            parts[parts.Count - 1] = new Re2Literal(
                last.Text + next.Text, last.FoldsCase, last.CodePoints + next.CodePoints);
        }
        else
        {
            parts.Add(node);
        }
    }

    private void BeginText()
    {
        if (text.Length > 0 && textFoldsCase != Flags.FoldsCase)
        {
            FlushText();
        }

        textFoldsCase = Flags.FoldsCase;
    }

    private void FlushText()
    {
        if (text.Length > 0)
        {
            var text = this.text.ToString();
            this.text.Clear();
            Group.Parts.Add(new Re2Literal(text, textFoldsCase, CountCodePoints(text)));
        }
    }

    private bool EndChoice()
    {
        FlushText();
        Flatten(Group.Parts);
        Group.Parts.Clear();
        Re2Node choice = flat.Count switch
        {
            0 => Nothing,
            1 => flat[0],
            _ => new Re2Concat(flat.ToArray()),
        };
        AddChoice(choice);
        return IsWithinLimits(choice);
    }

    private void Flatten(List<Re2Node> parts)
    {
        flat.Clear();
        foreach (var part in parts)
        {
            if (part is Re2Concat concat)
            {
                foreach (var inner in concat.Parts)
                {
                    Append(flat, inner);
                }
            }
            else
            {
                Append(flat, part);
            }
        }
    }

    private void AddChoice(Re2Node choice)
    {
        var choices = Group.Choices;
        if (choice is Re2Alternate nested)
        {
            choices.AddRange(nested.Choices);
            return;
        }

        if (choices.Count > 0 && choices[choices.Count - 1] is Re2Literal { CodePoints: 0 } && choice is Re2Literal { CodePoints: 0 })
        {
            return;
        }

        Group.Add(choice);
    }

    private bool TryAlternate(out Re2Node node)
    {
        Group.FlushSingles();
        var choices = Group.Choices;
        node = choices.Count == 1 ? choices[0] : new Re2Alternate(choices.ToArray());
        return IsWithinLimits(node);
    }

    private bool IsWithinLimits(Re2Node node)
    {
        if (node.Height > MaxHeight)
        {
            return cursor.Fail("expression nests too deeply", 0, cursor.Text);
        }

        return node.Size <= MaxSize || cursor.Fail("expression too large", 0, cursor.Text);
    }
}
