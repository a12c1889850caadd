using System;
using System.Globalization;
using System.Linq;
using System.Text;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.Edit;

/// <summary>Puts compiled services into an existing aperture.yaml without touching anything else of it.</summary>
public static class ServicesSplice
{
    private const char ByteOrderMark = '\ufeff';

    /// <summary>
    /// Replaces the top-level <c>services:</c> of a file. The block runs from the line of the key to the last line of
    /// its value and the indented comments after it. A comment in the column of the key, or on its line, stays.
    /// Without the key, the services are appended to the document.
    /// </summary>
    /// <param name="baseYaml">The file; its byte order mark, line ends, comments and blank lines are kept.</param>
    /// <param name="servicesYaml">A compiled artifact: comments, then <c>services:</c> and nothing after it.</param>
    /// <returns>The file with the artifact's services, in the file's own line ends and indentation.</returns>
    /// <exception cref="ApertureConfigFormatException">The file is not YAML, is not a mapping in block style, has the key twice, uses an anchor that its services define, or cannot take services without another change.</exception>
    /// <exception cref="ArgumentException">The text is not an artifact.</exception>
    public static string Replace(string baseYaml, string servicesYaml)
    {
        var block = ServicesArtifact.GetBlock(servicesYaml);
        if (baseYaml.Length > 0 && baseYaml[0] == ByteOrderMark)
        {
            return ByteOrderMark + ReplaceBlock(baseYaml.Substring(1), block);
        }

        return ReplaceBlock(baseYaml, block);
    }

    /// <summary>
    /// Whether a file has settings besides services, which a replacement of the whole file would lose. True for a
    /// file that cannot be read.
    /// </summary>
    /// <param name="yaml">The file.</param>
    public static bool HasOtherSettings(string yaml)
    {
        try
        {
            var text = yaml.TrimStart(ByteOrderMark);
            var place = new ServicesLocator(text).Locate();
            return text.Remove(place.Start, place.End - place.Start)
                .Split('\n')
                .Select(static line => line.Trim())
                .Any(static line => line.Length > 0 && line[0] != '#' && line is not ("---" or "..."));
        }
        catch (ApertureConfigFormatException)
        {
            return true;
        }
    }

    /// <summary>The comments in the services of a file that the file with other services lacks, in a sentence; null for none.</summary>
    /// <param name="file">Name of the file.</param>
    /// <param name="before">Its text.</param>
    /// <param name="after">Its text with other services, as <see cref="Replace(string, string)"/> returns it.</param>
    /// <exception cref="ApertureConfigFormatException">Aperture's reader does not accept one of them.</exception>
    public static string? DescribeLostComments(string file, string before, string after)
    {
        var lines = LostComments.FindLines(LiveFile.FromBytes(Encoding.UTF8.GetBytes(before)), LiveFile.FromBytes(Encoding.UTF8.GetBytes(after)));
        return lines.Count == 0 ? null : (lines.Count == 1 ? "A comment in the services of " : lines.Count.ToString(CultureInfo.InvariantCulture) + " comments in the services of ") + file
            + (lines.Count == 1 ? " is" : " are") + " not in the exported file, because its services are written anew: line " + LostComments.FormatLines(lines)
            + ". Write a comment that is to stay above the key services (" + LostComments.Code + ").";
    }

    private static string ReplaceBlock(string baseYaml, string block)
    {
        var locator = new ServicesLocator(baseYaml);
        return Replace(baseYaml, block, locator.Locate(), locator.Others).Text;
    }

    /// <summary>Replaces the services of a file at a known place.</summary>
    /// <param name="text">The file without a byte order mark.</param>
    /// <param name="block">The block of an artifact.</param>
    /// <param name="place">Place of the services.</param>
    /// <param name="others">Fingerprint of the other settings.</param>
    /// <returns>The file, and the new place of the services.</returns>
    /// <exception cref="ApertureConfigFormatException">The file cannot take them.</exception>
    internal static (string Text, ServicesPlace Place) Replace(string text, string block, ServicesPlace place, ulong others)
    {
        VerifySplice(text, place, others);
        var replaced = Put(block, text, place);
        var start = place.NeedsLineEnd ? place.Start + GetLineEnding(text).Length : place.Start;
        return (replaced, new ServicesPlace(start, replaced.Length - (text.Length - place.End), place.Indent, NeedsLineEnd: false));
    }

    /// <summary>
    /// Reads the file back with an empty list as its services. Some files cannot take them, for example one that ends
    /// within a literal text.
    /// </summary>
    private static void VerifySplice(string baseYaml, ServicesPlace place, ulong others)
    {
        try
        {
            var text = Put("services: []\n", baseYaml, place);
            var rehearsal = new ServicesLocator(text);
            var found = rehearsal.Locate();
            if (rehearsal.Others == others && found.End > found.Start && IsReadThere(text))
            {
                return;
            }
        }
        catch (ApertureConfigFormatException)
        {
        }

        var position = LineIndex.GetPosition(baseYaml, place.Start);
        throw new ApertureConfigFormatException(
            "the services cannot be inserted here without changing the meaning of other settings",
            "Write an empty \"services: []\" on a line of its own where they belong.",
            position.Line,
            position.Column);
    }

    /// <summary>Whether Aperture reads the empty list: what looks like the settings can stand in a document that it ignores.</summary>
    private static bool IsReadThere(string text) =>
        ConfigReader.Read(text, new ConfigFindings()) is { } settings && settings.Has("services") && !settings.IsNull("services") && !settings.IsBroken("services") && settings.Sections("services").Count == 0;

    private static string Put(string block, string baseYaml, ServicesPlace place)
    {
        var lineEnd = GetLineEnding(baseYaml);
        var result = new StringBuilder(baseYaml.Length + block.Length + lineEnd.Length);
        result.Append(baseYaml, 0, place.Start);
        if (place.NeedsLineEnd)
        {
            result.Append(lineEnd);
        }

        var replaced = baseYaml.Substring(place.Start, place.End - place.Start);
        Append(result, KeyLineComment.Add(block, KeyLineComment.Find(replaced)), place.Indent, lineEnd);
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

    /// <summary>The most frequent line end of the file; LF when they are even.</summary>
    internal static string GetLineEnding(string text)
    {
        var balance = 0;
        for (var i = text.IndexOf('\n'); i >= 0; i = text.IndexOf('\n', i + 1))
        {
            balance += i > 0 && text[i - 1] == '\r' ? 1 : -1;
        }

        return balance > 0 ? "\r\n" : "\n";
    }
}
