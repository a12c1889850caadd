using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Check;
using LightningOps.ApertureYaml.Edit;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Lines of the file on disk for lines of the file that a roll-out would write. Nobody has the latter, so a line that is
/// not on disk is named by its service.
/// </summary>
internal sealed class FileLines
{
    private static readonly Regex Reference = new(@" on line (?<line>[0-9]+)\b", RegexOptions.CultureInvariant);
    private static readonly Regex PlaceInPath = new(@"\Aservices\[(?<place>[0-9]+)\]", RegexOptions.CultureInvariant);

    private readonly LiveFile result;
    private readonly List<string> before;
    private readonly List<string> after;
    private readonly int same;
    private readonly int sameAtEnd;
    private readonly ServiceItems? itemsBefore;
    private readonly ServiceItems? itemsAfter;

    /// <param name="file">The file on disk.</param>
    /// <param name="result">The file that would be written.</param>
    public FileLines(LiveFile file, LiveFile result)
    {
        this.result = result;
        before = LineIndex.Split(file.Unmarked);
        after = LineIndex.Split(result.Unmarked);
        var shorter = Math.Min(before.Count, after.Count);
        while (same < shorter && before[same] == after[same])
        {
            same++;
        }

        while (sameAtEnd < shorter - same && before[before.Count - 1 - sameAtEnd] == after[after.Count - 1 - sameAtEnd])
        {
            sameAtEnd++;
        }

        if (same < after.Count)
        {
            itemsBefore = Find(file);
            itemsAfter = Find(result);
        }
    }

    /// <summary>A finding of the result: its line on disk, or its service, its setting and the message.</summary>
    public string Format(ApertureConfigDiagnostic found)
    {
        var message = Reference.Replace(found.Message, reference =>
            int.Parse(reference.Groups["line"].Value, CultureInfo.InvariantCulture) is var line && FindOnDisk(line) is { } known ? " on line " + Text(known)
            : FindService(line) is { } service ? " (service " + service + ")"
            : string.Empty);
        if (FindOnDisk(found.Line) is { } own)
        {
            return "Line " + Text(own) + (found.Path.Length == 0 ? string.Empty : ", " + found.Path) + ": " + message;
        }

        var name = FindServiceOfPath(found.Path) ?? FindService(found.Line);
        var setting = PlaceInPath.Replace(found.Path, string.Empty).TrimStart('.');
        var place = name is null ? found.Path : "Service " + name + (setting.Length == 0 ? string.Empty : ", " + setting);
        return place.Length == 0 ? message : place + ": " + message;
    }

    private int? FindOnDisk(int line)
    {
        if (line <= same)
        {
            return line;
        }

        if (line > after.Count - sameAtEnd)
        {
            return line - after.Count + before.Count;
        }

        if (itemsBefore is null || itemsAfter is null || itemsAfter.FindAt(line) is not { } item || item.First > line)
        {
            return null;
        }

        var kept = itemsBefore.Texts.Select((text, place) => (text, place)).Where(one => one.text == itemsAfter.Texts[item.Place]).ToArray();
        return kept.Length == 1 ? line - item.First + itemsBefore.GetFirstLine(kept[0].place) : null;
    }

    private string? FindService(int line) => itemsAfter?.FindAt(line) is { } item && item.Place < result.Services.Count ? result.Services[item.Place].Name : null;

    private string? FindServiceOfPath(string path) =>
        PlaceInPath.Match(path) is { Success: true } match && int.TryParse(match.Groups["place"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < result.Services.Count ? result.Services[place].Name : null;

    private static ServiceItems? Find(LiveFile file)
    {
        try
        {
            return ServiceItems.Find(file.Unmarked) is { } items && items.Texts.Count == file.Services.Count ? items : null;
        }
        catch (ApertureConfigFormatException)
        {
            return null;
        }
    }

    private static string Text(int line) => line.ToString(CultureInfo.InvariantCulture);
}
