using System;
using System.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// The parser's events, one at a time, with every failure as an <see cref="ApertureConfigFormatException"/>
/// and nesting bounded: Aperture's reader gives up past 10,000 steps, two for each mapping.
/// </summary>
internal sealed class ConfigEvents
{
    public const int MaxDepth = 5_000;

    private const string SyntaxRemedy = "Correct the YAML there; if the file ends there, it is truncated: restore the whole file.";

    private readonly Parser _parser;
    private int _depth;

    public ConfigEvents(string text)
    {
        RejectNul(text);
        _parser = new Parser(new Scanner(new StringReader(text), skipComments: true));
        Advance();
    }

    /// <summary>The event to look at next.</summary>
    public ParsingEvent Current => _parser.Current!;

    /// <summary>Returns the current event and goes to the one after it.</summary>
    public ParsingEvent Take()
    {
        var taken = Current;
        _depth += taken.NestingIncrease;
        if (_depth > MaxDepth)
        {
            throw Failure(taken.Start, "nested deeper than " + MaxDepth.ToString("N0", System.Globalization.CultureInfo.InvariantCulture) + " levels", "Flatten the file: no setting of Aperture nests deeper than six levels.");
        }

        if (taken is not StreamEnd)
        {
            Advance();
        }

        return taken;
    }

    private void Advance()
    {
        try
        {
            _parser.MoveNext();
        }
        catch (YamlException exception)
        {
            throw Failure(exception.Start, "not YAML: " + Sentence(exception.Message), SyntaxRemedy);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw Failure(_parser.Current?.End ?? Mark.Empty, "not YAML: " + Sentence(exception.Message), SyntaxRemedy);
        }
    }

    private static ApertureConfigFormatException Failure(in Mark mark, string message, string remedy) =>
        new(message, remedy, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static string Sentence(string message) => message.TrimEnd('.', ' ', '\n', '\r');

    /// <summary>The parser takes a NUL for the end of its input and would leave the rest unread.</summary>
    private static void RejectNul(string text)
    {
        var index = text.IndexOf('\0');
        if (index < 0)
        {
            return;
        }

        var position = LineIndex.PositionOf(text, index);
        throw new ApertureConfigFormatException("a NUL character: the file is binary, UTF-16 or damaged", "Save it as UTF-8 text.", position.Line, position.Column);
    }
}
