using System.Text.RegularExpressions;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>The operator's comment on the line of the key <c>services:</c>. It is not part of the services.</summary>
internal static class KeyLineComment
{
    private static readonly Regex KeyLine = new(
        @"\A(?<key>[ ]*(?:services|'services'|""services"")[ ]*:(?:[ \t]*\[[ \t]*\])?)(?<comment>[ \t]+#[^\r\n]*)",
        RegexOptions.CultureInvariant);

    /// <summary>The comment with the white space before it; empty when there is none.</summary>
    /// <param name="block">Text that begins with the line of the key.</param>
    public static string Find(string block) => KeyLine.Match(block) is { Success: true } found ? found.Groups["comment"].Value : string.Empty;

    /// <summary>The block without the comment.</summary>
    public static string Remove(string block) => KeyLine.Replace(block, "${key}", 1);

    /// <summary>The block with the comment. The block must not have one yet.</summary>
    public static string Add(string block, string comment)
    {
        var end = block.IndexOf('\n');
        return comment.Length == 0 ? block : end < 0 ? block + comment : block.Insert(end, comment);
    }
}
