namespace LightningOps.Gateway.ApertureFile;

/// <summary>The comments behind a block that are indented as its content is.</summary>
internal static class TrailingComments
{
    /// <summary>The index after the last such comment, or <paramref name="start"/> when there is none.</summary>
    public static int EndOf(string text, int start, int indent)
    {
        var end = start;
        for (var line = start; line < text.Length; line = LineIndex.NextLine(text, line))
        {
            var content = line;
            while (content < text.Length && text[content] is ' ' or '\t')
            {
                content++;
            }

            if (content == text.Length || text[content] is '\n' or '\r')
            {
                continue;
            }

            if (text[content] != '#' || content - line <= indent)
            {
                break;
            }

            end = LineIndex.NextLine(text, line);
        }

        return end;
    }
}
