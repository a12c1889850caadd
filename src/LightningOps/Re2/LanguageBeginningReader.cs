using System;
using System.Collections.Generic;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>Reads a <see cref="LanguageBeginning" /> from the syntax of an expression.</summary>
internal sealed class LanguageBeginningReader
{
    private const int NotFixed = -1;
    private const char Slash = '/';
    private static readonly AsciiSet SlashOnly = AsciiSet.Create(Slash);

    // One for each thread, for its lists.
    [ThreadStatic]
    private static LanguageBeginningReader? shared;

    private readonly List<AsciiSet> places = new();
    private readonly List<AsciiSet> sets = new();
    private readonly char[] symbols = new char[LanguageBeginning.MaxLength];
    private int at;
    private Phase phase;
    private AsciiSet next;
    private bool mayEnd;

    // The sections that are read, the slashes before the present one, and whether another one may follow.
    private readonly List<Section> sections = new();
    private int slashes;
    private bool mayHaveLater;
    private int nesting;

    /// <summary>The reader of this thread.</summary>
    public static LanguageBeginningReader Shared => shared ??= new LanguageBeginningReader();

    /// <summary>The beginning of the texts in which the expression matches.</summary>
    public LanguageBeginning Read(Re2Node root)
    {
        sections.Clear();
        (slashes, mayHaveLater, nesting) = (0, true, 0);
        Start();
        if (!Re2Anchors.AtBegin(root))
        {
            return LanguageBeginning.Open(string.Empty);
        }

        Add(root);
        if (phase is Phase.Places or Phase.Following)
        {
            // Without an end anchor, anything may follow.
            (next, mayEnd) = (AsciiSet.All, true);
        }

        if (phase != Phase.Skipping)
        {
            Finish();
        }

        LanguageBeginning? beginning = null;
        for (var i = sections.Count - 1; i >= 0; i--)
        {
            var section = sections[i];
            beginning = new LanguageBeginning(section.Places, section.Sets, section.Next, section.MayEnd, section.Slashes, beginning);
        }

        return beginning!;
    }

    private void Start()
    {
        places.Clear();
        sets.Clear();
        (at, phase, next, mayEnd) = (0, Phase.Places, default, false);
    }

    private void Finish()
    {
        // A later section tells texts apart by its characters.
        if (sections.Count == 0 || places.Count > 0)
        {
            for (var i = 0; i < places.Count; i++)
            {
                symbols[i] = GetSymbol(places[i]);
            }

            sections.Add(new Section(TextPool.Shared.Get(symbols.AsSpan(0, places.Count)), sets.Count == 0 ? Array.Empty<AsciiSet>() : sets.ToArray(), next, mayEnd, slashes));
        }

        foreach (var place in places)
        {
            slashes += place == SlashOnly ? 1 : 0;
            mayHaveLater &= place == SlashOnly || !place.Contains(Slash);
        }
    }

    private char GetSymbol(AsciiSet set)
    {
        var symbol = set.IsEmpty ? 0 : set.Lowest;
        if (set == AsciiSet.Create(symbol))
        {
            return (char)symbol;
        }

        var index = sets.IndexOf(set);
        if (index < 0)
        {
            index = sets.Count;
            sets.Add(set);
        }

        return (char)(AsciiSet.Symbols + index);
    }

    private void Add(Re2Node node)
    {
        switch (node)
        {
            case Re2Capture capture:
                Add(capture.Body);
                break;
            case Re2Concat concat:
                foreach (var part in concat.Parts)
                {
                    Add(part);
                }

                break;
            default:
                AddPart(node);
                break;
        }
    }

    private void AddPart(Re2Node part)
    {
        switch (phase)
        {
            case Phase.Places:
                AddPlaces(part);
                break;
            case Phase.Following when !AddFirst(part):
                phase = Phase.Ended;
                break;
            case Phase.Skipping:
                Skip(part);
                return;
        }

        if (nesting > 0 || phase == Phase.Places)
        {
            return;
        }

        var isOneLiteral = part is Re2Literal or Re2Class;
        mayHaveLater &= isOneLiteral || !MayRead(part);
        if (phase == Phase.Ended && mayHaveLater)
        {
            Finish();
            phase = Phase.Skipping;
            Skip(part);
        }
    }

    private void AddPlaces(Re2Node part)
    {
        switch (part)
        {
            case Re2Literal literal:
                AddLiteral(literal, 0);
                break;
            case Re2Class one:
                Put(AsciiSet.From(one.Set));
                break;
            case Re2Alternate alternate:
                nesting++;
                AddAlternate(alternate);
                nesting--;
                break;
            case Re2Repeat repeat:
                nesting++;
                AddRepeat(repeat);
                nesting--;
                break;
            case Re2Assertion { Kind: Re2AssertionKind.EndText }:
                mayEnd = true;
                End();
                break;
            case Re2NoMatch:
                End();
                break;
        }
    }

    private void AddLiteral(Re2Literal literal, int start)
    {
        for (var i = start; i < literal.Text.Length && phase == Phase.Places; i++)
        {
            Put(GetSet(literal, i));
            i += char.IsHighSurrogate(literal.Text[i]) ? 1 : 0;
        }
    }

    // Looks for the next slash that every text has.
    private void Skip(Re2Node part)
    {
        if (!mayHaveLater)
        {
            return;
        }

        if (part is Re2Literal literal && literal.Text.IndexOf(Slash) is var index and >= 0)
        {
            slashes++;
            Start();
            AddLiteral(literal, index + 1);
        }
        else if (part is Re2Class one && AsciiSet.From(one.Set) == SlashOnly)
        {
            slashes++;
            Start();
        }
        else
        {
            mayHaveLater = !MayRead(part);
        }
    }

    // Whether a part may read a slash.
    private static bool MayRead(Re2Node node) => node switch
    {
        Re2Literal literal => literal.Text.IndexOf(Slash) >= 0,
        Re2Class one => AsciiSet.From(one.Set).Contains(Slash),
        Re2Capture capture => MayRead(capture.Body),
        Re2Repeat repeat => MayRead(repeat.Body),
        Re2Concat concat => Array.Exists(concat.Parts, MayRead),
        Re2Alternate alternate => Array.Exists(alternate.Choices, MayRead),
        _ => false,
    };

    private static AsciiSet GetSet(Re2Literal literal, int index)
    {
        var c = literal.Text[index];
        return c >= AsciiSet.Symbols ? literal.FoldsCase ? AsciiSet.All : AsciiSet.Create(AsciiSet.Symbols - 1)
            : literal.FoldsCase ? AsciiSet.From(CaseFolding.Shared.Orbit(c))
            : AsciiSet.Create(c);
    }

    // Choices of one length share their places.
    private void AddAlternate(Re2Alternate alternate)
    {
        var width = GetWidth(alternate);
        if (width == NotFixed)
        {
            phase = AddFirst(alternate) ? Phase.Following : Phase.Ended;
            return;
        }

        if (at + width > LanguageBeginning.MaxLength)
        {
            EndWithAnything();
            return;
        }

        var start = at;
        foreach (var choice in alternate.Choices)
        {
            at = start;
            Add(choice);
        }
    }

    private void AddRepeat(Re2Repeat repeat)
    {
        var copies = 0;
        for (; copies < repeat.Min && phase == Phase.Places; copies++)
        {
            Add(repeat.Body);
        }

        if (copies < repeat.Min)
        {
            // Later copies begin as this one.
            Add(repeat.Body);
        }

        if (repeat.Min != repeat.Max && phase != Phase.Ended)
        {
            AddFirst(repeat.Body);
            phase = Phase.Following;
        }
    }

    private void Put(AsciiSet set)
    {
        if (at == LanguageBeginning.MaxLength)
        {
            EndWithAnything();
            return;
        }

        if (at == places.Count)
        {
            places.Add(set);
        }
        else
        {
            places[at] = places[at].Union(set);
        }

        at++;
    }

    private void EndWithAnything()
    {
        (next, mayEnd) = (AsciiSet.All, true);
        End();
    }

    private void End() => (phase, mayHaveLater) = (Phase.Ended, false);

    /// <summary>Adds the symbols with which a part may begin to those that follow; true when it may also read nothing.</summary>
    private bool AddFirst(Re2Node node)
    {
        switch (node)
        {
            case Re2Literal { Text.Length: 0 }:
                return true;
            case Re2Literal literal:
                next = next.Union(GetSet(literal, 0));
                return false;
            case Re2Class one:
                next = next.Union(AsciiSet.From(one.Set));
                return false;
            case Re2Capture capture:
                return AddFirst(capture.Body);
            case Re2Concat concat:
                foreach (var part in concat.Parts)
                {
                    if (!AddFirst(part))
                    {
                        return false;
                    }
                }

                return true;
            case Re2Alternate alternate:
                var mayBeEmpty = false;
                foreach (var choice in alternate.Choices)
                {
                    mayBeEmpty |= AddFirst(choice);
                }

                return mayBeEmpty;
            case Re2Repeat { Max: 0 }:
                return true;
            case Re2Repeat repeat:
                return AddFirst(repeat.Body) || repeat.Min == 0;
            case Re2Assertion { Kind: Re2AssertionKind.EndText }:
                mayEnd = true;
                return false;
            case Re2NoMatch:
                return false;
            default:
                return true;
        }
    }

    // The number of characters that every match of a part reads.
    private static int GetWidth(Re2Node node)
    {
        switch (node)
        {
            case Re2Literal literal:
                return literal.CodePoints;
            case Re2Class:
                return 1;
            case Re2Capture capture:
                return GetWidth(capture.Body);
            case Re2Concat concat:
                var sum = 0;
                foreach (var part in concat.Parts)
                {
                    var width = GetWidth(part);
                    if (width == NotFixed || (sum += width) > LanguageBeginning.MaxLength)
                    {
                        return NotFixed;
                    }
                }

                return sum;
            case Re2Alternate alternate:
                var common = GetWidth(alternate.Choices[0]);
                for (var i = 1; i < alternate.Choices.Length && common != NotFixed; i++)
                {
                    common = GetWidth(alternate.Choices[i]) == common ? common : NotFixed;
                }

                return common;
            case Re2Repeat repeat when repeat.Min == repeat.Max && GetWidth(repeat.Body) is var once and not NotFixed && (long)once * repeat.Min <= LanguageBeginning.MaxLength:
                return once * repeat.Min;
            case Re2Assertion { Kind: not Re2AssertionKind.EndText }:
                return 0;
            default:
                return NotFixed;
        }
    }

    private enum Phase
    {
        /// <summary>Each part reads a known number of characters.</summary>
        Places,

        /// <summary>After a part of variable length: collects what may follow.</summary>
        Following,

        /// <summary>What may follow is known.</summary>
        Ended,

        /// <summary>Between two sections.</summary>
        Skipping,
    }

    private readonly record struct Section(string Places, AsciiSet[] Sets, AsciiSet Next, bool MayEnd, int Slashes);
}
