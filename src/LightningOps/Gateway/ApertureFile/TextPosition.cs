using YamlDotNet.Core;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>A place in a file; line and column count from 1.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>The first character.</summary>
    public static TextPosition Start { get; } = new(1, 1);

    /// <summary>The place of a parser's mark.</summary>
    public static TextPosition Of(in Mark mark) => new((int)mark.Line, (int)mark.Column);
}
