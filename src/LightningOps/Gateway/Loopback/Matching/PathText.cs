using System;
using System.Text;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.Gateway.Loopback.Matching;

/// <summary>
/// Paths as Go's net/url escapes and reads them. An unescaped path is bytes, one character each, because it may
/// contain bytes that are not UTF-8.
/// </summary>
internal static class PathText
{
    private const string Hex = "0123456789ABCDEF";

    /// <summary>The bytes of an escaped path; null when a percent sign begins no escape.</summary>
    public static string? Unescape(string escaped)
    {
        if (escaped.IndexOf('%') < 0)
        {
            return escaped;
        }

        var bytes = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '%')
            {
                bytes.Append(escaped[i]);
                continue;
            }

            if (i + 2 >= escaped.Length || !Uri.IsHexDigit(escaped[i + 1]) || !Uri.IsHexDigit(escaped[i + 2]))
            {
                return null;
            }

            bytes.Append((char)((Uri.FromHex(escaped[i + 1]) << 4) | Uri.FromHex(escaped[i + 2])));
            i += 2;
        }

        return bytes.ToString();
    }

    /// <summary>The escaped form of bytes.</summary>
    public static string Escape(string bytes)
    {
        var escaped = new StringBuilder(bytes.Length);
        foreach (var one in bytes)
        {
            if (IsPlain(one))
            {
                escaped.Append(one);
            }
            else
            {
                escaped.Append('%').Append(Hex[(one >> 4) & 0xF]).Append(Hex[one & 0xF]);
            }
        }

        return escaped.ToString();
    }

    /// <summary>The path for the upstream: unchanged if it is escaped correctly, else escaped again (url.URL.EscapedPath).</summary>
    public static string GetEscapedPath(string raw, string bytes)
    {
        foreach (var one in raw)
        {
            if (!IsPlain(one) && "!'()*[]%".IndexOf(one) < 0)
            {
                return Escape(bytes);
            }
        }

        return raw;
    }

    /// <summary>The text that Go's regexp reads in bytes: UTF-8, with U+FFFD for each invalid byte.</summary>
    public static string GetText(string bytes)
    {
        foreach (var one in bytes)
        {
            if (one > '\u007f')
            {
                return GoUtf8.Decode(RequestHeadParser.Latin1.GetBytes(bytes));
            }
        }

        return bytes;
    }

    /// <summary>The UTF-8 bytes of a text, one character each.</summary>
    public static string GetBytes(string text) => RequestHeadParser.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    private static bool IsPlain(char one) =>
        one is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') || "-_.~$&+,/:;=@".IndexOf(one) >= 0;
}
