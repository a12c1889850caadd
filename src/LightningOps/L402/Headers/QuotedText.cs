namespace LightningOps.L402.Headers;

/// <summary>Writes quoted strings of RFC 9110, and finds where real servers open one with a single quote.</summary>
internal static class QuotedText
{
    /// <summary>The value in quotes, with its quotes and backslashes escaped.</summary>
    public static string Of(string value) => "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    /// <summary>
    /// Whether the single quote at this position opens a value: it follows the sign of an attribute, and another one closes
    /// it. Elsewhere a single quote is an ordinary character of a token (RFC 9110, 5.6.2).
    /// </summary>
    public static bool OpensSingle(string text, int position)
    {
        var before = position - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
        {
            before--;
        }

        return before >= 0 && text[before] == '=' && text.IndexOf('\'', position + 1) > 0;
    }
}
