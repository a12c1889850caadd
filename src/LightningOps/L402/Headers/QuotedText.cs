namespace LightningOps.L402.Headers;

/// <summary>Writes quoted strings of RFC 9110.</summary>
internal static class QuotedText
{
    /// <summary>The value in quotes, with its quotes and backslashes escaped.</summary>
    public static string Of(string value) => "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";
}
