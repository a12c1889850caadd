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
/// The Unicode classes of Go's <c>\p{…}</c>: general categories and their long names, <c>Any</c>, <c>ASCII</c>,
/// <c>Assigned</c>, and scripts, of which only the names are known here.
/// </summary>
internal sealed class UnicodeClasses
{
    private static readonly Lazy<UnicodeClasses> LazyShared = new(() => new UnicodeClasses());

    private readonly Dictionary<string, CodePointSet> categories = new(StringComparer.Ordinal);
    private readonly HashSet<string> scripts = new(StringComparer.Ordinal);
    private readonly HashSet<string> scriptsOfSeveralWords = new(StringComparer.Ordinal);

    private UnicodeClasses()
    {
        var byCategory = Scan();
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
                categories[Canonical(names[i])] = set;
            }
        }

        categories["Any"] = CodePointSet.All;
        categories["Ascii"] = CodePointSet.Create(0, 0x7F);
        categories["Assigned"] = byCategory[(int)UnicodeCategory.OtherNotAssigned].Complement();
        foreach (var script in Scripts.Split(new[] { ' ' }, StringSplitOptions.RemoveEmptyEntries))
        {
            scripts.Add(Canonical(script));
            if (script.IndexOf('_') >= 0 || script == "SignWriting")
            {
                scriptsOfSeveralWords.Add(Canonical(script));
            }
        }
    }

    /// <summary>The shared table, created on first use.</summary>
    public static UnicodeClasses Shared => LazyShared.Value;

    /// <summary>The code points of a category by short or long name, ignoring case, spaces, hyphens and underscores.</summary>
    public bool TryGetCategory(string name, out CodePointSet set)
    {
        if (categories.TryGetValue(Canonical(name), out var found))
        {
            set = found;
            return true;
        }

        set = CodePointSet.Empty;
        return false;
    }

    /// <summary>True when Go has a script of this name.</summary>
    public bool IsScript(string name) => scripts.Contains(Canonical(name));

    /// <summary>True when the script's name has several words; Go 1.26 refuses each of these 46 in any spelling.</summary>
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

    private static CodePointSet[] Scan()
    {
        var ranges = new List<int>[30];
        for (var i = 0; i < ranges.Length; i++)
        {
            ranges[i] = new List<int>();
        }

        for (var codePoint = 0; codePoint <= CodePointSet.MaxCodePoint; codePoint++)
        {
            var bounds = ranges[(int)GetCategory(codePoint)];
            if (bounds.Count > 0 && bounds[bounds.Count - 1] == codePoint - 1)
            {
                bounds[bounds.Count - 1] = codePoint;
            }
            else
            {
                bounds.Add(codePoint);
                bounds.Add(codePoint);
            }
        }

        return Array.ConvertAll(ranges, CodePointSet.FromUnordered);
    }

    private static UnicodeCategory GetCategory(int codePoint)
    {
        if (codePoint < 0x10000)
        {
            return CharUnicodeInfo.GetUnicodeCategory((char)codePoint);
        }

        var isNoncharacter = (codePoint & 0xFFFE) == 0xFFFE;
        if (codePoint >= 0xF0000)
        {
            return isNoncharacter ? UnicodeCategory.OtherNotAssigned : UnicodeCategory.PrivateUse;
        }

        // Planes 4 to 13 are unassigned, and so is plane 14 after its variation selectors.
        return codePoint is (>= 0x40000 and < 0xE0000) or >= 0xE1000
            ? UnicodeCategory.OtherNotAssigned
            : CharUnicodeInfo.GetUnicodeCategory(char.ConvertFromUtf32(codePoint), 0);
    }

    // .NET's names, then Go's short and long ones. C also contains unassigned code points since Go 1.25.
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

    // The scripts of Unicode 15, as Go's unicode.Scripts lists them.
    private const string Scripts =
        "Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki " +
        "Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee " +
        "Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra " +
        "Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati " +
        "Gunjala_Gondi Gurmukhi Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited " +
        "Inscriptional_Pahlavi Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi " +
        "Khitan_Small_Script Khmer Khojki Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian " +
        "Mahajani Makasar Malayalam Mandaic Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui " +
        "Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari " +
        "Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Old_Hungarian Old_Italic " +
        "Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage " +
        "Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan " +
        "Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri " +
        "Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan " +
        "Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square";
}
