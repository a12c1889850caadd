using System;
using System.Text;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Puts compiled services into an existing aperture.yaml without touching anything else of it.</summary>
public static class ServicesSplice
{
    private const char ByteOrderMark = '\ufeff';

    /// <summary>
    /// Replaces the top-level <c>services:</c> of a file. The block goes from the line of the key to the last line of
    /// its value and the indented comments behind it; comments in the column of the key stay, as they belong to what
    /// follows. Where there is no such key, the services are appended to the document.
    /// </summary>
    /// <param name="baseYaml">The file; its byte order mark, line ends, comments and blank lines are kept.</param>
    /// <param name="servicesYaml">A compiled artifact: comments, then <c>services:</c> and nothing after it.</param>
    /// <returns>The file with the artifact's services, in the file's own line ends and indentation.</returns>
    /// <exception cref="ApertureConfigFormatException">The file is not YAML, not a mapping in block style, has the key twice, or uses an anchor elsewhere that its services define.</exception>
    /// <exception cref="ArgumentException">The artifact is not one.</exception>
    public static string Replace(string baseYaml, string servicesYaml)
    {
        var block = ServicesArtifact.BlockOf(servicesYaml);
        if (baseYaml.Length > 0 && baseYaml[0] == ByteOrderMark)
        {
            return ByteOrderMark + ReplaceBlock(baseYaml.Substring(1), block);
        }

        return ReplaceBlock(baseYaml, block);
    }

    private static string ReplaceBlock(string baseYaml, string block)
    {
        var place = new ServicesLocator(baseYaml).Locate();
        var lineEnd = LineEndOf(baseYaml);
        var result = new StringBuilder(baseYaml.Length + block.Length + lineEnd.Length);
        result.Append(baseYaml, 0, place.Start);
        if (place.NeedsLineEnd)
        {
            result.Append(lineEnd);
        }

        Append(result, block, place.Indent, lineEnd);
        return result.Append(baseYaml, place.End, baseYaml.Length - place.End).ToString();
    }

    private static void Append(StringBuilder result, string block, int indent, string lineEnd)
    {
        if (indent == 0 && lineEnd == "\n")
        {
            result.Append(block);
            return;
        }

        for (var start = 0; start < block.Length;)
        {
            var end = block.IndexOf('\n', start);
            if (end > start)
            {
                result.Append(' ', indent).Append(block, start, end - start);
            }

            result.Append(lineEnd);
            start = end + 1;
        }
    }

    /// <summary>The line end most lines of the file have; LF when they are even.</summary>
    private static string LineEndOf(string text)
    {
        var balance = 0;
        for (var i = text.IndexOf('\n'); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            balance += i > 0 && text[i - 1] == '\r' ? 1 : -1;
        }

        return balance > 0 ? "\r\n" : "\n";
    }
}
