using System;
using System.Collections.Generic;

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

    private readonly Re2NodeCache nodes = new();
    private char[] text = new char[64];
    private int textLength;
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

    /// <summary>Whether Go accepts an expression of this tree.</summary>
    public static bool IsWithinLimits(Re2Node root) => root.Height <= MaxHeight && root.Size <= MaxSize;

    /// <summary>Restarts with another expression.</summary>
    public void Reset()
    {
        textLength = 0;
        depth = 0;
        Group.Reset(captures: false, -1, default, 0);
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

        Group.Reset(captures, position, Flags, classBounds);
    }

    /// <summary>Ends one choice of the group.</summary>
    public bool Bar() => EndChoice();

    /// <summary>Closes the group; false with an error when none is open.</summary>
    public bool TryClose(int position, out ClosedGroup group)
    {
        group = default;
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
        group = new ClosedGroup(closed.Position, closed.Captures ? nodes.GetCapture(body) : body, classBounds - closed.ClassBoundsBefore);
        return Push(group.Node);
    }

    /// <summary>Appends a group that was closed in another expression.</summary>
    public bool PushGroup(Re2Node node, long bounds) => TryAddBounds(bounds) && Push(node);

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
        Reserve(length);
        text.CopyTo(start, this.text, textLength, length);
        textLength += length;
    }

    /// <summary>Appends one literal code point.</summary>
    public bool PushCodePoint(int codePoint)
    {
        if (codePoint is >= 0xD800 and <= 0xDFFF)
        {
            return PushClass(CodePointSet.Create(codePoint));
        }

        BeginText();
        Reserve(2);
        if (codePoint < 0x10000)
        {
            text[textLength++] = (char)codePoint;
        }
        else
        {
            var pair = char.ConvertFromUtf32(codePoint);
            (text[textLength], text[textLength + 1]) = (pair[0], pair[1]);
            textLength += 2;
        }

        return true;
    }

    /// <summary>Appends one code point out of a set.</summary>
    public bool PushClass(CodePointSet set)
    {
        if (!TryAddBounds(set.Ranges.Length))
        {
            return false;
        }

        if (set.TryGetSingle(out var codePoint) && codePoint is >= 0xD800 and <= 0xDFFF)
        {
            HasSurrogate = true;
            set = CodePointSet.Create(codePoint, codePoint, Replacement, Replacement);
        }

        return Push(set.IsEmpty ? new Re2NoMatch() : nodes.GetClass(set));
    }

    /// <summary>Appends a part.</summary>
    public bool Push(Re2Node node)
    {
        FlushText();
        Group.Parts.Add(node);
        return CheckLimits(node);
    }

    /// <summary>Appends a repeat of <paramref name="body"/>.</summary>
    public bool PushRepeat(Re2Node body, int min, int max, bool counted, out Re2Repeat repeat) => Push(repeat = nodes.GetRepeat(body, min, max, counted));

    /// <summary>Removes the last part, for text the last code point, which a repeat applies to.</summary>
    public bool TryTakeLast(out Re2Node node)
    {
        if (textLength > 0)
        {
            var length = textLength > 1 && char.IsLowSurrogate(text[textLength - 1]) ? 2 : 1;
            node = nodes.GetLiteral(text.AsSpan(textLength - length, length), textFoldsCase);
            textLength -= length;
            FlushText();
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

    private void Append(List<Re2Node> parts, Re2Node node)
    {
        if (node is Re2Literal next && parts.Count > 0 && parts[parts.Count - 1] is Re2Literal last &&
            (last.FoldsCase == next.FoldsCase || next.CodePoints == 0))
        {
            parts[parts.Count - 1] = next.CodePoints == 0 ? last : nodes.GetLiteral((last.Text + next.Text).AsSpan(), last.FoldsCase);
        }
        else
        {
            parts.Add(node);
        }
    }

    private void BeginText()
    {
        if (textLength > 0 && textFoldsCase != Flags.FoldsCase)
        {
            FlushText();
        }

        textFoldsCase = Flags.FoldsCase;
    }

    private void FlushText()
    {
        if (textLength > 0)
        {
            Group.Parts.Add(nodes.GetLiteral(text.AsSpan(0, textLength), textFoldsCase));
            textLength = 0;
        }
    }

    private void Reserve(int length)
    {
        if (textLength + length > text.Length)
        {
            Array.Resize(ref text, Math.Max(text.Length * 2, textLength + length));
        }
    }

    private bool TryAddBounds(long bounds)
    {
        classBounds += bounds;
        return classBounds <= MaxClassBounds || cursor.Fail("expression too large", 0, cursor.Text);
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
        return CheckLimits(choice);
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
        return CheckLimits(node);
    }

    private bool CheckLimits(Re2Node node)
    {
        if (node.Height > MaxHeight)
        {
            return cursor.Fail("expression nests too deeply", 0, cursor.Text);
        }

        return node.Size <= MaxSize || cursor.Fail("expression too large", 0, cursor.Text);
    }
}

/// <summary>A group that was closed.</summary>
/// <param name="Start">Its position.</param>
/// <param name="Node">What it matches.</param>
/// <param name="ClassBounds">The number of bounds of its classes.</param>
internal readonly record struct ClosedGroup(int Start, Re2Node Node, long ClassBounds);
