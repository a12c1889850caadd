using System;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>A compiled artifact: comments, then <c>services:</c> and nothing after it.</summary>
internal static class ServicesArtifact
{
    private const string Key = "services:";

    /// <summary>The artifact from its key on, with LF line ends and one at its end.</summary>
    /// <exception cref="ArgumentException">The text is no such artifact.</exception>
    public static string GetBlock(string artifact)
    {
        var text = artifact.Replace("\r\n", "\n").TrimStart('\ufeff');
        var start = 0;
        while (start < text.Length && IsBlankOrComment(text, start))
        {
            start = LineIndex.NextLine(text, start);
        }

        if (string.CompareOrdinal(text, start, Key, 0, Key.Length) != 0)
        {
            throw NotAnArtifact();
        }

        for (var line = LineIndex.NextLine(text, start); line < text.Length; line = LineIndex.NextLine(text, line))
        {
            if (!IsServicesLine(text, line))
            {
                throw NotAnArtifact();
            }
        }

        return text.Substring(start).TrimEnd('\n') + "\n";
    }

    private static bool IsBlankOrComment(string text, int line) => text[line] is '#' or '\n' or '\r';

    private static bool IsServicesLine(string text, int line) =>
        text[line] is ' ' or '#' or '\n' or '\r' || text[line] == '-' && line + 1 < text.Length && text[line + 1] is ' ' or '\n';

    private static ArgumentException NotAnArtifact() =>
        new("The artifact has more or less than comments and a top-level services: list; pass the YAML of a compile.", "servicesYaml");
}
