using System.Text.RegularExpressions;

namespace LightningOps.Compile;

/// <summary>Host and path of a route for people. A plain expression is shown as the text it matches, any other unchanged.</summary>
internal static class ReadableRoute
{
    private const RegexOptions Culture = RegexOptions.CultureInvariant;

    /// <summary>Host and path in one text.</summary>
    /// <param name="host">Host, or an expression.</param>
    /// <param name="path">Path, or an expression.</param>
    public static string From(string host, string path) => ReadHost(host) + Read(path);

    private static string ReadHost(string host) =>
        Regex.Replace(host, @"\\\.\?\(:\[0-9\]\+\)\?\$$", "$", Culture) is var trimmed && Read(trimmed) is { Length: > 0 } text ? text : "any host";

    private static string Read(string expression)
    {
        var inner = Regex.Replace(expression, @"^(?:\(\?i\))?\^|\$$", string.Empty, Culture).Replace("(?i)", string.Empty);
        if (inner == expression)
        {
            return expression;
        }

        var text = Regex.Replace(inner.Replace(".*", "*"), @"\\([^A-Za-z0-9])", "$1", Culture);
        return Regex.IsMatch(inner.Replace(".*", string.Empty), @"(?<!\\)[\[\](){}|+?*^$]|\\[A-Za-z0-9]", Culture) ? expression : text;
    }
}
