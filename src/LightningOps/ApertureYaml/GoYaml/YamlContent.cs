using System;
using System.Collections.Generic;
using System.Threading;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>What a text holds for Aperture: the first of its documents that is not null.</summary>
internal sealed class YamlContent
{
    private const int DeepStack = 256 * 1024 * 1024;

    private YamlContent(YamlNode? body, YamlValues values, TextPosition? ignored)
    {
        Body = body;
        Values = values;
        Ignored = ignored;
    }

    /// <summary>The document; null where the text holds none.</summary>
    public YamlNode? Body { get; }

    public YamlValues Values { get; }

    /// <summary>Where the first document begins that is not read though it may say something; null where none is.</summary>
    public TextPosition? Ignored { get; }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text, its byte order mark included if it has one.</param>
    /// <param name="findings">Receives the keys that stand twice in a mapping.</param>
    /// <param name="limit">Bounds what aliases multiply.</param>
    /// <exception cref="ApertureConfigFormatException">It is not YAML Aperture reads.</exception>
    public static YamlContent Read(string text, ConfigFindings findings, ExpansionLimit limit)
    {
        RejectNul(text);
        limit.CountRead(text.Length);
        var duplicates = new List<(YamlToken First, YamlToken Second)>();
        var content = ReadDeeply(text, duplicates, limit);
        foreach (var (first, second) in duplicates)
        {
            findings.Error(
                "duplicate_key",
                FormattableString.Invariant($"the key \"{second.Value}\" is already set on line {first.Place.Line}, and Aperture stops at the second: remove one of them"),
                second.Place);
        }

        return content;
    }

    /// <summary>Reads on this thread, or on one with a larger stack where the text nests deeply.</summary>
    private static YamlContent ReadDeeply(string text, List<(YamlToken First, YamlToken Second)> duplicates, ExpansionLimit limit)
    {
        try
        {
            return Read(text, duplicates, limit);
        }
        catch (InsufficientExecutionStackException)
        {
            YamlContent? content = null;
            Exception? failure = null;
            duplicates.Clear();
            var thread = new Thread(
                () =>
                {
                    try
                    {
                        content = Read(text, duplicates, limit);
                    }
                    catch (Exception exception) when (exception is ApertureConfigFormatException or InsufficientExecutionStackException)
                    {
                        failure = exception;
                    }
                },
                DeepStack);
            thread.Start();
            thread.Join();
            return content ?? throw (failure as ApertureConfigFormatException ?? YamlFailure.At(TextPosition.Start, "nested too deeply"));
        }
    }

    private static YamlContent Read(string text, List<(YamlToken First, YamlToken Second)> duplicates, ExpansionLimit limit)
    {
        var documents = YamlParser.Parse(text, duplicates, out var dropped);
        var values = new YamlValues(limit);
        YamlNode? body = null;
        TextPosition? ignored = null;
        foreach (var document in documents)
        {
            if (values.GetValue(document.Body).Kind == GoScalarKind.Null)
            {
                continue;
            }

            ignored = body is null ? ignored : ignored ?? document.Position;
            body ??= document.Body;
        }

        return new YamlContent(body, values, ignored ?? dropped);
    }

    /// <summary>A NUL is a character like others for Aperture; a file that has one is binary, UTF-16 or damaged.</summary>
    private static void RejectNul(string text)
    {
        var index = text.IndexOf('\0');
        if (index >= 0)
        {
            var position = LineIndex.GetPosition(text, index);
            throw new ApertureConfigFormatException("a NUL character: the file is binary, UTF-16 or damaged", "Save it as UTF-8 text.", position.Line, position.Column);
        }
    }
}
