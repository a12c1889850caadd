using System;
using System.Collections.Generic;

namespace LightningOps.Compile.Languages;

/// <summary>The character classes of ASCII that expressions name.</summary>
internal static class AsciiClasses
{
    /// <summary>The POSIX classes by name, as in <c>[[:alpha:]]</c>.</summary>
    public static IReadOnlyDictionary<string, CodePointSet> Posix { get; } = new Dictionary<string, CodePointSet>(StringComparer.Ordinal)
    {
        ["alnum"] = CodePointSet.Of('0', '9', 'A', 'Z', 'a', 'z'),
        ["alpha"] = CodePointSet.Of('A', 'Z', 'a', 'z'),
        ["ascii"] = CodePointSet.Of(0, 0x7F),
        ["blank"] = CodePointSet.Of('\t', '\t', ' ', ' '),
        ["cntrl"] = CodePointSet.Of(0, 0x1F, 0x7F, 0x7F),
        ["digit"] = CodePointSet.Of('0', '9'),
        ["graph"] = CodePointSet.Of('!', '~'),
        ["lower"] = CodePointSet.Of('a', 'z'),
        ["print"] = CodePointSet.Of(' ', '~'),
        ["punct"] = CodePointSet.Of('!', '/', ':', '@', '[', '`', '{', '~'),
        ["space"] = CodePointSet.Of('\t', '\r', ' ', ' '),
        ["upper"] = CodePointSet.Of('A', 'Z'),
        ["word"] = CodePointSet.Of('0', '9', 'A', 'Z', '_', '_', 'a', 'z'),
        ["xdigit"] = CodePointSet.Of('0', '9', 'A', 'F', 'a', 'f'),
    };

    /// <summary>What <c>\s</c> is; unlike [:space:] it lacks the vertical tab.</summary>
    public static CodePointSet PerlSpace { get; } = CodePointSet.Of('\t', '\n', '\f', '\r', ' ', ' ');
}
