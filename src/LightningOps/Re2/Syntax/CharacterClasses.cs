using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace LightningOps.Re2.Syntax;

/// <summary>The ASCII character classes of expressions.</summary>
internal static class AsciiClasses
{
    /// <summary>The POSIX classes by name, as in <c>[[:alpha:]]</c>.</summary>
    public static IReadOnlyDictionary<string, CodePointSet> Posix { get; } = new Dictionary<string, CodePointSet>(StringComparer.Ordinal)
    {
        ["alnum"] = CodePointSet.Create('0', '9', 'A', 'Z', 'a', 'z'),
        ["alpha"] = CodePointSet.Create('A', 'Z', 'a', 'z'),
        ["ascii"] = CodePointSet.Create(0, 0x7F),
        ["blank"] = CodePointSet.Create('\t', '\t', ' ', ' '),
        ["cntrl"] = CodePointSet.Create(0, 0x1F, 0x7F, 0x7F),
        ["digit"] = CodePointSet.Create('0', '9'),
        ["graph"] = CodePointSet.Create('!', '~'),
        ["lower"] = CodePointSet.Create('a', 'z'),
        ["print"] = CodePointSet.Create(' ', '~'),
        ["punct"] = CodePointSet.Create('!', '/', ':', '@', '[', '`', '{', '~'),
        ["space"] = CodePointSet.Create('\t', '\r', ' ', ' '),
        ["upper"] = CodePointSet.Create('A', 'Z'),
        ["word"] = CodePointSet.Create('0', '9', 'A', 'Z', '_', '_', 'a', 'z'),
        ["xdigit"] = CodePointSet.Create('0', '9', 'A', 'F', 'a', 'f'),
    };

    /// <summary>The class <c>\s</c>; unlike [:space:] it lacks the vertical tab.</summary>
    public static CodePointSet PerlSpace { get; } = CodePointSet.Create('\t', '\n', '\f', '\r', ' ', ' ');
}

/// <summary>
/// The Unicode classes Go knows by name in <c>\p{…}</c>: general categories and their long names, <c>Any</c>,
/// <c>ASCII</c>, <c>Assigned</c>, and scripts.
/// </summary>
internal sealed class UnicodeClasses
{
    private static readonly Lazy<UnicodeClasses> LazyShared = new(() => new UnicodeClasses());

    private readonly Dictionary<string, CodePointSet> classes = new(StringComparer.Ordinal);
    private readonly HashSet<string> scriptsOfSeveralWords = new(StringComparer.Ordinal);

    private UnicodeClasses()
    {
        var byCategory = UnicodeTables.ReadCategories();
        foreach (var line in Categories.Split(new[] { ';' }, StringSplitOptions.RemoveEmptyEntries))
        {
            var names = line.Trim().Split(' ');
            var set = CodePointSet.Empty;
            foreach (var member in names[0].Split('+'))
            {
                set = set.Union(byCategory[(int)Enum.Parse(typeof(UnicodeCategory), member)]);
            }

            for (var i = 1; i < names.Length; i++)
            {
                classes[Canonical(names[i])] = set;
            }
        }

        classes["Any"] = CodePointSet.All;
        classes["Ascii"] = CodePointSet.Create(0, 0x7F);
        classes["Assigned"] = byCategory[(int)UnicodeCategory.OtherNotAssigned].Complement();
        foreach (var script in UnicodeTables.ReadScripts())
        {
            classes[Canonical(script.Key)] = script.Value;
            if (script.Key.IndexOf('_') >= 0 || script.Key == "SignWriting")
            {
                scriptsOfSeveralWords.Add(Canonical(script.Key));
            }
        }
    }

    /// <summary>The shared table, created on first use.</summary>
    public static UnicodeClasses Shared => LazyShared.Value;

    /// <summary>The code points of a category or script by its name; case, spaces, hyphens and underscores aside.</summary>
    public bool TryGet(string name, out CodePointSet set)
    {
        if (classes.TryGetValue(Canonical(name), out var found))
        {
            set = found;
            return true;
        }

        set = CodePointSet.Empty;
        return false;
    }

    /// <summary>True when the script's name has several words: Go 1.26 refuses each of the 46, however it is written.</summary>
    public bool IsScriptOfSeveralWords(string name) => scriptsOfSeveralWords.Contains(Canonical(name));

    private static string Canonical(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            if (c is '_' or '-' or ' ')
            {
                continue;
            }

            var isFirst = text.Length == 0;
            text.Append(c switch
            {
                >= 'a' and <= 'z' when isFirst => (char)(c - 32),
                >= 'A' and <= 'Z' when !isFirst => (char)(c + 32),
                _ => c,
            });
        }

        return text.ToString();
    }

    // .NET's names, then Go's short and long ones. C has the unassigned ones too since Go 1.25.
    private const string Categories =
        "Control+Format+OtherNotAssigned+PrivateUse+Surrogate C Other;" +
        "Control Cc Control Cntrl;Format Cf Format;OtherNotAssigned Cn Unassigned;PrivateUse Co Private_Use;" +
        "Surrogate Cs Surrogate;" +
        "LowercaseLetter+ModifierLetter+OtherLetter+TitlecaseLetter+UppercaseLetter L Letter;" +
        "LowercaseLetter+TitlecaseLetter+UppercaseLetter LC Cased_Letter;" +
        "LowercaseLetter Ll Lowercase_Letter;ModifierLetter Lm Modifier_Letter;OtherLetter Lo Other_Letter;" +
        "TitlecaseLetter Lt Titlecase_Letter;UppercaseLetter Lu Uppercase_Letter;" +
        "SpacingCombiningMark+EnclosingMark+NonSpacingMark M Mark Combining_Mark;" +
        "SpacingCombiningMark Mc Spacing_Mark;EnclosingMark Me Enclosing_Mark;NonSpacingMark Mn Nonspacing_Mark;" +
        "DecimalDigitNumber+LetterNumber+OtherNumber N Number;" +
        "DecimalDigitNumber Nd Decimal_Number Digit;LetterNumber Nl Letter_Number;OtherNumber No Other_Number;" +
        "ConnectorPunctuation+DashPunctuation+ClosePunctuation+FinalQuotePunctuation+InitialQuotePunctuation+" +
        "OtherPunctuation+OpenPunctuation P Punctuation Punct;" +
        "ConnectorPunctuation Pc Connector_Punctuation;DashPunctuation Pd Dash_Punctuation;" +
        "ClosePunctuation Pe Close_Punctuation;FinalQuotePunctuation Pf Final_Punctuation;" +
        "InitialQuotePunctuation Pi Initial_Punctuation;OtherPunctuation Po Other_Punctuation;" +
        "OpenPunctuation Ps Open_Punctuation;" +
        "CurrencySymbol+ModifierSymbol+MathSymbol+OtherSymbol S Symbol;" +
        "CurrencySymbol Sc Currency_Symbol;ModifierSymbol Sk Modifier_Symbol;MathSymbol Sm Math_Symbol;" +
        "OtherSymbol So Other_Symbol;" +
        "LineSeparator+ParagraphSeparator+SpaceSeparator Z Separator;" +
        "LineSeparator Zl Line_Separator;ParagraphSeparator Zp Paragraph_Separator;SpaceSeparator Zs Space_Separator;";
}
