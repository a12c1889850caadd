using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace LightningOps.Tests.Docs;

/// <summary>The comments of a source file, by its language.</summary>
internal static class SourceComments
{
    private const RegexOptions Multiline = RegexOptions.Multiline;

    // Strings come first, so that a comment sign inside one is ignored.
    private static readonly Regex CSharp = new("""
        "{3,}[\s\S]*?"{3,}|@"(?:[^"]|"")*"|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])+'|(?<comment>//[^\r\n]*|/\*[\s\S]*?\*/)
        """);

    private static readonly Regex PowerShell = new("""
        (?<comment><\#[\s\S]*?\#>)|"(?:`[\s\S]|""|[^"`])*"|'(?:''|[^'])*'|(?<![^\s({;,])(?<comment>\#[^\r\n]*)
        """, Multiline);

    private static readonly Regex Xml = new(@"(?<comment><!--[\s\S]*?-->)");

    private static readonly Regex Yaml = new(@"(?<![^\s])(?<comment>#[^\r\n]*)", Multiline);

    /// <summary>The comments in order; none for a file whose language has none here.</summary>
    public static IEnumerable<string> In(string path, string text)
    {
        var language = Path.GetExtension(path) switch
        {
            ".cs" => CSharp,
            ".ps1" or ".psm1" or ".psd1" => PowerShell,
            ".ps1xml" or ".csproj" or ".props" or ".targets" => Xml,
            ".yml" or ".example" => Yaml,
            _ => null,
        };
        return language is null ? [] : language.Matches(text).Select(static match => match.Groups["comment"].Value).Where(static comment => comment.Length > 0);
    }
}
