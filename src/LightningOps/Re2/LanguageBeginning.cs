using System;
using System.Text;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// How the matched texts of an expression begin: for each of the first characters the ones that are possible, up to
/// the first part of variable length, and those that may follow; and how they go on after the next slash. It is
/// determined from the syntax, without an automaton, and holds at least all matched texts.
/// </summary>
internal sealed class LanguageBeginning
{
    /// <summary>Longest sequence; what follows it counts as anything.</summary>
    public const int MaxLength = 64;

    private const char Slash = '/';

    private static readonly LanguageBeginning Anything = Open(string.Empty);

    internal LanguageBeginning(string places, AsciiSet[] sets, AsciiSet next, bool mayEnd, int slashes = 0, LanguageBeginning? later = null)
    {
        Places = places;
        Sets = sets;
        Next = next;
        MayEnd = mayEnd;
        Slashes = slashes;
        Later = later;
    }

    /// <summary>For each place the only symbol, or from <see cref="AsciiSet.Symbols" /> on an index into <see cref="Sets" />.</summary>
    public string Places { get; }

    /// <summary>The sets of symbols of some places.</summary>
    public AsciiSet[] Sets { get; }

    /// <summary>The symbols that may follow.</summary>
    public AsciiSet Next { get; }

    /// <summary>Whether a text may end there.</summary>
    public bool MayEnd { get; }

    /// <summary>Number of slashes before it in each matched text.</summary>
    public int Slashes { get; }

    /// <summary>
    /// How the texts go on after the next slash that each of them has, behind the part of variable length; null where none is
    /// known.
    /// </summary>
    public LanguageBeginning? Later { get; }

    /// <summary>The beginning of the texts in which the expression matches.</summary>
    public static LanguageBeginning Read(Re2Node root) => LanguageBeginningReader.Shared.Read(root);

    /// <summary>A text with anything after it.</summary>
    public static LanguageBeginning Open(string text)
    {
        var places = new StringBuilder(MaxLength);
        for (var i = 0; i < text.Length && places.Length < MaxLength; i += char.IsHighSurrogate(text[i]) ? 2 : 1)
        {
            places.Append((char)Math.Min((int)text[i], AsciiSet.Symbols - 1));
        }

        return new LanguageBeginning(places.ToString(), Array.Empty<AsciiSet>(), AsciiSet.All, mayEnd: true);
    }

    /// <summary>The symbols that a text may have at a place: one of <see cref="Places" />, or the end of it.</summary>
    public AsciiSet GetNext(int place) =>
        place == Places.Length ? Next
        : Places[place] < AsciiSet.Symbols ? AsciiSet.Create(Places[place])
        : Sets[Places[place] - AsciiSet.Symbols];

    /// <summary>Whether texts that begin equally may also continue equally after this beginning and after <paramref name="other"/>.</summary>
    public bool MayContinueAs(LanguageBeginning other) => Next.Meets(other.Next) || (MayEnd && other.MayEnd);

    /// <summary>The longest known single characters after so many slashes of each text; empty where they are not known.</summary>
    public ReadOnlySpan<char> GetLiteralAfter(int slashes)
    {
        var (section, at) = Find(slashes);
        if (section is null)
        {
            return default;
        }

        var end = at;
        while (end < section.Places.Length && section.Places[end] < AsciiSet.Symbols)
        {
            end++;
        }

        return section.Places.AsSpan(at, end - at);
    }

    /// <summary>How the texts go on after so many slashes. Anything, where a text may have fewer.</summary>
    public LanguageContinuation GetAfter(int slashes)
    {
        var (section, at) = Find(slashes);
        return section is null ? new LanguageContinuation(Anything, 0) : new LanguageContinuation(section, at);
    }

    /// <summary>Whether a text may be one of the matched texts.</summary>
    public bool Admits(string text)
    {
        var (at, slashes) = (0, 0);
        for (var section = this; section is not null; section = section.Later)
        {
            for (; slashes < section.Slashes; at++)
            {
                if (at == text.Length)
                {
                    return false;
                }

                slashes += text[at] == Slash ? 1 : 0;
            }

            for (var place = 0; place < section.Places.Length; place++)
            {
                if (at == text.Length || !section.GetNext(place).MayContain(text[at]))
                {
                    return false;
                }

                slashes += text[at] == Slash ? 1 : 0;
                at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            }

            if (at == text.Length ? !section.MayEnd : !section.Next.MayContain(text[at]))
            {
                return false;
            }
        }

        return true;
    }

    private (LanguageBeginning? Section, int At) Find(int slashes)
    {
        var section = this;
        while (section.Later is { } later && later.Slashes <= slashes)
        {
            section = later;
        }

        var left = slashes - section.Slashes;
        for (var at = 0; ; at++)
        {
            if (left == 0)
            {
                return (section, at);
            }

            // A place that may be a slash, or another character, ends the count.
            if (at == section.Places.Length || (section.Places[at] >= AsciiSet.Symbols && section.Sets[section.Places[at] - AsciiSet.Symbols].Contains(Slash)))
            {
                return (null, 0);
            }

            left -= section.Places[at] == Slash ? 1 : 0;
        }
    }
}

/// <summary>How texts go on from a place of a beginning on.</summary>
/// <param name="Beginning">The beginning.</param>
/// <param name="Start">The first of its places.</param>
internal readonly record struct LanguageContinuation(LanguageBeginning Beginning, int Start);
