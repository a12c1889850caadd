using System;
using System.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LightningOps.ApertureYaml.Check;

/// <summary>
/// The parser's events, one at a time, with every failure as an <see cref="ApertureConfigFormatException"/>
/// and nesting bounded: Aperture's reader gives up past 10,000 steps, two for each mapping.
/// </summary>
internal sealed class ConfigEvents
{
    public const int MaxDepth = 5_000;

    /// <summary>Begins the reason of a text that the parser does not read.</summary>
    public const string NotYaml = "not YAML: ";

    /// <summary>Begins the reason of a form that Aperture reads and the editor does not.</summary>
    public const string NotSupported = "Aperture reads this notation, but it cannot be edited here: ";

    private const string SyntaxRemedy = "Correct the YAML there. If the file ends there, it is truncated: restore the whole file.";

    private readonly string text;
    private readonly LineLikeCharacters characters;
    private readonly Parser parser;
    private int depth;

    public ConfigEvents(string text)
    {
        RejectNul(text);
        this.text = text;
        characters = LineLikeCharacters.From(text);
        parser = new Parser(new Scanner(new StringReader(characters.Text), skipComments: true));
        Advance();
    }

    /// <summary>The event to read next.</summary>
    public ParsingEvent Current { get; private set; } = null!;

    /// <summary>Returns the current event and moves to the next one.</summary>
    public ParsingEvent Read()
    {
        var taken = Current;
        depth += taken.NestingIncrease;
        if (depth > MaxDepth)
        {
            throw Failure(taken.Start, "nested deeper than " + MaxDepth.ToString("N0", System.Globalization.CultureInfo.InvariantCulture) + " levels", "Flatten the file: no setting of Aperture nests deeper than six levels.");
        }

        if (taken is not StreamEnd)
        {
            Advance();
        }

        return taken;
    }

    /// <summary>
    /// Whether the empty document just read holds a comment. Aperture's reader uses such a document and skips an
    /// entirely empty one.
    /// </summary>
    /// <param name="start">Where the document starts.</param>
    public bool HasComment(in Mark start)
    {
        var from = (int)Math.Min(start.Index, text.Length);
        return text.IndexOf('#', from, (int)Math.Min(Current.Start.Index, text.Length) - from) >= 0;
    }

    /// <summary>Returns the event that starts a node; the parser leaves a key without a value in some broken files.</summary>
    public ParsingEvent ReadNode() => Current is NodeEvent or AnchorAlias
        ? Read()
        : throw NotEditable(Current.Start, "a value is missing");

    private void Advance()
    {
        try
        {
            parser.MoveNext();
            Current = Restored(parser.Current!);
        }
        catch (YamlException exception)
        {
            ThrowAtTab(exception);
            throw NotEditable(exception.Start, Sentence(exception.Message));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw NotEditable(parser.Current?.End ?? Mark.Empty, Sentence(exception.Message));
        }
    }

    private ParsingEvent Restored(ParsingEvent parsed) =>
        parsed is Scalar scalar && characters.Restore(scalar.Value) is var value && !ReferenceEquals(value, scalar.Value)
            ? new Scalar(scalar.Anchor, scalar.Tag, value, scalar.Style, scalar.IsPlainImplicit, scalar.IsQuotedImplicit, scalar.Start, scalar.End, scalar.IsKey)
            : parsed;

    /// <summary>Reports a tab as the error. The parser blames the token that began before the tab.</summary>
    private void ThrowAtTab(YamlException exception)
    {
        if (!exception.Message.Contains(" tab "))
        {
            return;
        }

        for (var line = LineIndex.GetLineStart(text, (int)Math.Min(exception.Start.Index, text.Length)); line < text.Length; line = LineIndex.NextLine(text, line))
        {
            var content = line;
            while (content < text.Length && text[content] == ' ')
            {
                content++;
            }

            if (content < text.Length && text[content] == '\t')
            {
                var position = LineIndex.GetPosition(text, content);
                throw new ApertureConfigFormatException(NotYaml + "a tab in the indentation", "Indent with spaces.", position.Line, position.Column);
            }
        }
    }

    /// <summary>The parser of the editor does not read every text that Aperture's reader accepts, such as an anchor in braces.</summary>
    private ApertureConfigFormatException NotEditable(in Mark mark, string message) => IsReadByAperture()
        ? Failure(mark, NotSupported + message, "Write this setting in block style, each key on a line of its own, without anchors.")
        : Failure(mark, NotYaml + message, SyntaxRemedy);

    private bool IsReadByAperture()
    {
        try
        {
            return ConfigReader.Read(text, new ConfigFindings()) is not null;
        }
        catch (ApertureConfigFormatException)
        {
            return false;
        }
    }

    private static ApertureConfigFormatException Failure(in Mark mark, string message, string remedy) =>
        new(message, remedy, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column));

    private static string Sentence(string message) => message.TrimEnd('.', ' ', '\n', '\r');

    /// <summary>Rejects a NUL. The parser takes it for the end of its input and would leave the rest unread.</summary>
    private static void RejectNul(string text)
    {
        var index = text.IndexOf('\0');
        if (index < 0)
        {
            return;
        }

        var position = LineIndex.GetPosition(text, index);
        throw new ApertureConfigFormatException("a NUL character: the file is binary, UTF-16 or damaged", "Save it as UTF-8 text.", position.Line, position.Column);
    }
}
