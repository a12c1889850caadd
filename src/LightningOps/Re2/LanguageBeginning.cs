using System;
using LightningOps.Re2.Syntax;

namespace LightningOps.Re2;

/// <summary>
/// How the matched texts of an expression begin: for each of the first characters the ones that are possible, up to
/// the first part of variable length, and those that may follow. It is determined from the syntax, without an
/// automaton, and holds at least all matched texts.
/// </summary>
internal sealed class LanguageBeginning
{
    /// <summary>Longest sequence; what follows it counts as anything.</summary>
    public const int MaxLength = 64;

    internal LanguageBeginning(string places, AsciiSet[] sets, AsciiSet next, bool mayEnd)
    {
        Places = places;
        Sets = sets;
        Next = next;
        MayEnd = mayEnd;
    }

    /// <summary>For each place the only symbol, or from <see cref="AsciiSet.Symbols" /> on an index into <see cref="Sets" />.</summary>
    public string Places { get; }

    /// <summary>The sets of symbols of some places.</summary>
    public AsciiSet[] Sets { get; }

    /// <summary>The symbols that may follow.</summary>
    public AsciiSet Next { get; }

    /// <summary>Whether a text may end there.</summary>
    public bool MayEnd { get; }

    /// <summary>The beginning of the texts in which the expression matches.</summary>
    public static LanguageBeginning Read(Re2Node root) => LanguageBeginningReader.Shared.Read(root);

    /// <summary>A text with anything after it.</summary>
    public static LanguageBeginning Open(string text)
    {
        var places = text.Substring(0, Math.Min(text.Length, MaxLength)).ToCharArray();
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = (char)Math.Min((int)places[i], AsciiSet.Symbols - 1);
        }

        return new LanguageBeginning(new string(places), Array.Empty<AsciiSet>(), AsciiSet.All, mayEnd: true);
    }

    /// <summary>The symbols that a text may have at a place: one of <see cref="Places" />, or the end of it.</summary>
    public AsciiSet GetNext(int place) =>
        place == Places.Length ? Next
        : Places[place] < AsciiSet.Symbols ? AsciiSet.Create(Places[place])
        : Sets[Places[place] - AsciiSet.Symbols];

    /// <summary>Whether texts that begin equally may also continue equally after this beginning and after <paramref name="other"/>.</summary>
    public bool MayContinueAs(LanguageBeginning other) => Next.Meets(other.Next) || (MayEnd && other.MayEnd);
}
