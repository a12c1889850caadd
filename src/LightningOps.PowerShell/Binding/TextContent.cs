using System;
using System.Collections.Generic;
using System.Net.Http.Headers;
using System.Text;

namespace LightningOps.PowerShell.Binding;

/// <summary>Distinguishes text from bytes by the headers of an answer.</summary>
internal static class TextContent
{
    /// <summary>The body as text if the answer declares it, in its character set or UTF-8; else the bytes.</summary>
    public static object Decode(byte[] body, IReadOnlyDictionary<string, IReadOnlyList<string>> headers)
    {
        if (!headers.TryGetValue("Content-Type", out var values) || values.Count == 0
            || !MediaTypeHeaderValue.TryParse(values[0], out var type) || !IsText(type.MediaType ?? string.Empty))
        {
            return body;
        }

        return GetEncoding(type.CharSet).GetString(body);
    }

    private static bool IsText(string mediaType) =>
        mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("javascript", StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static Encoding GetEncoding(string? name)
    {
        try
        {
            return name is null ? Encoding.UTF8 : Encoding.GetEncoding(name.Trim('"'));
        }
        catch (ArgumentException)
        {
            return Encoding.UTF8;
        }
    }
}
