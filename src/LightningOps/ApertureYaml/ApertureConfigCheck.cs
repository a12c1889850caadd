using System;
using System.Globalization;
using System.Text;
using System.Threading;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml;

/// <summary>
/// Checks an aperture.yaml offline as Aperture does at its start: its YAML reader, the rules of config.go and
/// aperture.go, and prepareServices. Files, networks and the command line are not checked.
/// </summary>
public static class ApertureConfigCheck
{
    private const char ByteOrderMark = '\ufeff';

    /// <summary>Checks the bytes of a file.</summary>
    /// <param name="utf8">The file as it is; not changed.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>The report; no input makes the check fail.</returns>
    /// <exception cref="OperationCanceledException">The check was ended early.</exception>
    public static ApertureConfigReport Check(byte[] utf8, CancellationToken cancellationToken = default) =>
        Check(utf8, ApertureVersions.All, cancellationToken);

    /// <summary>Checks the bytes of a file for some versions of Aperture.</summary>
    /// <param name="utf8">The file as it is; not changed.</param>
    /// <param name="versions">The versions the file is for.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>The report; no input makes the check fail.</returns>
    /// <exception cref="OperationCanceledException">The check was ended early.</exception>
    public static ApertureConfigReport Check(byte[] utf8, ApertureVersions versions, CancellationToken cancellationToken = default) =>
        Check(utf8, new ConfigFindings(versions), cancellationToken);

    /// <summary>The errors of a file. Warnings that take long to find are skipped.</summary>
    /// <param name="utf8">The file as it is; not changed.</param>
    /// <param name="listsAll">Whether every finding is listed, however many there are of one code.</param>
    internal static ApertureConfigReport CheckForErrors(byte[] utf8, bool listsAll = false) =>
        Check(utf8, new ConfigFindings(ApertureVersions.All) { IsForErrors = true, ListsAll = listsAll }, CancellationToken.None);

    private static ApertureConfigReport Check(byte[] utf8, ConfigFindings findings, CancellationToken cancellationToken)
    {
        if (utf8.Length >= 2 && (utf8[0] == 0xff && utf8[1] == 0xfe || utf8[0] == 0xfe && utf8[1] == 0xff))
        {
            findings.Error("not_utf8", "the file is UTF-16, and Aperture reads UTF-8: save it as UTF-8 without a byte order mark", TextPosition.Start);
            return findings.ToReport();
        }

        var text = Encoding.UTF8.GetString(utf8);
        ReportInvalidUtf8(utf8, text, findings);
        return Check(text, findings, cancellationToken);
    }

    /// <summary>Checks the text of a file.</summary>
    /// <param name="yaml">The text, with its byte order mark if it has one.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>The report; no input makes the check fail.</returns>
    /// <exception cref="OperationCanceledException">The check was ended early.</exception>
    public static ApertureConfigReport Check(string yaml, CancellationToken cancellationToken = default) =>
        Check(yaml, ApertureVersions.All, cancellationToken);

    /// <summary>Checks the text of a file for some versions of Aperture.</summary>
    /// <param name="yaml">The text, with its byte order mark if it has one.</param>
    /// <param name="versions">The versions the file is for.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    /// <returns>The report; no input makes the check fail.</returns>
    /// <exception cref="OperationCanceledException">The check was ended early.</exception>
    public static ApertureConfigReport Check(string yaml, ApertureVersions versions, CancellationToken cancellationToken = default) =>
        Check(yaml, new ConfigFindings(versions), cancellationToken);

    private static ApertureConfigReport Check(string yaml, ConfigFindings findings, CancellationToken cancellationToken)
    {
        if (yaml.Length > 0 && yaml[0] == ByteOrderMark)
        {
            findings.Error("byte_order_mark", "Aperture takes the byte order mark for a part of the first key or comment, and that setting is lost: save the file without it", TextPosition.Start, stops: ApertureVersions.None);
        }

        ReportLineLikeCharacters(yaml, findings);

        if (yaml.Length > 0 && !LineIndex.EndsLine(yaml, yaml.Length))
        {
            findings.Info("final_newline_missing", "the last line has no line break: the file may be truncated", LineIndex.GetPosition(yaml, yaml.Length));
        }

        try
        {
            new ConfigDocument(yaml, findings).Check(cancellationToken);
        }
        catch (ApertureConfigFormatException exception)
        {
            findings.Error("yaml_invalid", exception.Reason + "; " + exception.Remedy, new TextPosition(exception.Line, exception.Column));
        }

        return findings.ToReport();
    }

    /// <summary>
    /// Editors show a line break where Aperture reads none. A setting after such a character belongs to the comment
    /// or value before it.
    /// </summary>
    private static void ReportLineLikeCharacters(string yaml, ConfigFindings findings)
    {
        const string Code = "unusual_line_separator";
        foreach (var (character, index) in LineLikeCharacters.Find(yaml))
        {
            if (!findings.HasRoom(Code))
            {
                return;
            }

            findings.Warn(
                Code,
                "U+" + ((int)character).ToString("X4", CultureInfo.InvariantCulture) + " may look like a line break and is none for Aperture: what follows it belongs to the same line; write a line feed, or remove it",
                LineIndex.GetPosition(yaml, index));
        }
    }

    private static void ReportInvalidUtf8(byte[] utf8, string text, ConfigFindings findings)
    {
        var index = text.IndexOf('\ufffd');
        if (index >= 0 && Encoding.UTF8.GetByteCount(text) != utf8.Length || index >= 0 && !IsUtf8(utf8))
        {
            findings.Warn("not_utf8", "bytes that are not UTF-8, which Aperture replaces with U+FFFD: save the file as UTF-8", LineIndex.GetPosition(text, index));
        }
    }

    private static bool IsUtf8(byte[] bytes)
    {
        try
        {
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
