using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.Settings;

/// <summary>
/// An <c>.env</c> file: lines <c>KEY=value</c>, optionally after <c>export</c>; comments after <c>#</c>; values in
/// quotes.
/// </summary>
/// <remarks>
///  In double quotes <c>\n</c>, <c>\r</c>, <c>\t</c>, <c>\"</c> and <c>\\</c> are escapes; in single quotes there are
/// none. Without quotes a value ends at white space before <c>#</c>. A later line wins. Nothing is substituted.
/// </remarks>
public static class EnvironmentFile
{
    /// <summary>Reads the file's text.</summary>
    /// <param name="text">The text; LF or CRLF line ends.</param>
    /// <param name="source">Name of the file, for failures.</param>
    /// <returns>Values by variable name.</returns>
    /// <exception cref="ConfigException">A line is malformed; the message contains its number, never its content.</exception>
    public static IReadOnlyDictionary<string, string> Parse(string text, string source)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = text.TrimStart('\uFEFF').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                var (name, value) = ParseLine(line, reason => Malformed(source, i + 1, reason));
                values[name] = value;
            }
        }

        return values;
    }

    private static (string Name, string Value) ParseLine(string line, Func<string, ConfigException> malformed)
    {
        var equals = line.IndexOf('=');
        if (equals < 0)
        {
            throw malformed("has no =");
        }

        var name = line.Substring(0, equals).Trim();
        if (name.StartsWith("export", StringComparison.Ordinal) && name.Length > 6 && char.IsWhiteSpace(name[6]))
        {
            name = name.Substring(7).Trim();
        }

        return IsName(name) ? (name, ParseValue(line.Substring(equals + 1).Trim(), malformed)) : throw malformed("has no variable name before =");
    }

    private static string ParseValue(string text, Func<string, ConfigException> malformed)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\''))
        {
            return WithoutComment(text);
        }

        var quote = text[0];
        var value = new System.Text.StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == quote)
            {
                var rest = text.Substring(i + 1).TrimStart();
                return rest.Length == 0 || rest[0] == '#' ? value.ToString() : throw malformed("has text after the closing quote");
            }

            value.Append(quote == '"' && text[i] == '\\' && i + 1 < text.Length ? Unescape(text[++i]) : text[i].ToString());
        }

        throw malformed("has no closing quote");
    }

    private static string Unescape(char escaped) => escaped switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        '"' or '\\' => escaped.ToString(),
        _ => "\\" + escaped,
    };

    private static string WithoutComment(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '#' && (i == 0 || char.IsWhiteSpace(text[i - 1])))
            {
                return text.Substring(0, i).TrimEnd();
            }
        }

        return text;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && name[0] is not (>= '0' and <= '9') && name.All(c => c is '_' or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9'));

    private static ConfigException Malformed(string source, int line, string reason) =>
        new(source, string.Format(CultureInfo.InvariantCulture, "line {0} {1}", line, reason), "Write the line as KEY=value.");
}
