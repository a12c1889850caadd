using System.Globalization;

namespace LightningOps.ApertureYaml.GoYaml;

/// <summary>What a block text, or a plain one of several lines, has shown of its indentation (scanner/context.go, MultiLineState).</summary>
internal sealed class YamlBlockText
{
    private readonly bool hasIndent;
    private readonly bool isFoldedLine;
    private readonly string options;
    private int blankColumn;

    private YamlBlockText(string options, bool isLiteral, bool isFoldedLine)
    {
        this.options = options;
        this.isFoldedLine = isFoldedLine;
        IsLiteral = isLiteral;
        hasIndent = GetIndent(options) > 0;
    }

    public bool IsLiteral { get; }

    /// <summary>The column of the first line; 0 before it is known.</summary>
    public int FirstColumn { get; private set; }

    public int LineColumn { get; private set; }

    public int PreviousColumn { get; private set; }

    public int LastTextColumn { get; private set; }

    public bool IsLineFolded { get; set; }

    public bool DropsLineBreaks => options.StartsWith("-", System.StringComparison.Ordinal) || options.EndsWith("-", System.StringComparison.Ordinal) || isFoldedLine;

    public bool KeepsLineBreaks => options.StartsWith("+", System.StringComparison.Ordinal) || options.EndsWith("+", System.StringComparison.Ordinal);

    public bool HasWrongIndent => hasIndent && FirstColumn > LineColumn;

    public static YamlBlockText FromHeader(string options, bool isLiteral, int delimiterColumn)
    {
        var block = new YamlBlockText(options, isLiteral, isFoldedLine: false);
        if (block.hasIndent)
        {
            block.FirstColumn = delimiterColumn + GetIndent(options);
        }

        return block;
    }

    public static YamlBlockText FromFoldedLine(int column)
    {
        var block = new YamlBlockText(string.Empty, isLiteral: false, isFoldedLine: true);
        block.SetIndentColumn(column);
        return block;
    }

    /// <summary>Whether the text behind <c>|</c> or <c>&gt;</c> is one goccy/go-yaml takes: signs around at most one digit, which is not 0.</summary>
    public static bool IsHeader(string options)
    {
        var number = Trim(options);
        return number.Length == 0 || TryNumber(number, out var indent) && number != "0" && indent <= 9;
    }

    public void SetIndentColumn(int column)
    {
        FirstColumn = FirstColumn == 0 ? column : FirstColumn;
        LineColumn = LineColumn == 0 ? column : LineColumn;
    }

    public void EndLine(int column)
    {
        blankColumn = FirstColumn == 0 ? column : blankColumn;
        PreviousColumn = LineColumn;
        LastTextColumn = LineColumn != 0 ? LineColumn : LastTextColumn;
        IsLineFolded = true;
        LineColumn = 0;
    }

    public bool IsIndentColumn(int column) => FirstColumn == 0 ? column == 1 : FirstColumn > column;

    public bool IsLessThanBlankLine(int column) => FirstColumn == 0 && blankColumn > column;

    private static int GetIndent(string options) => TryNumber(Trim(options), out var indent) ? (int)indent : 0;

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static string Trim(string options)
    {
        foreach (var sign in new[] { "-", "+" })
        {
            options = options.StartsWith(sign, System.StringComparison.Ordinal) ? options.Substring(1) : options;
        }

        foreach (var sign in new[] { "-", "+" })
        {
            options = options.EndsWith(sign, System.StringComparison.Ordinal) ? options.Substring(0, options.Length - 1) : options;
        }

        return options;
    }
}
