using System;
using System.IO;
using System.Text;

namespace LightningOps.L402.Macaroons;

/// <summary>A macaroon file of LND or Aperture: binary as they write it, or its hex or base64 digits as text.</summary>
internal static class MacaroonFile
{
    /// <summary>The macaroon of a file, in hex; null when the file contains none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string? ReadHex(string path) => ToHex(File.ReadAllBytes(path));

    // Macaroon files are binary, but many contain hex or base64 text instead.
    private static string? ToHex(byte[] content)
    {
        if (IsMacaroon(content))
        {
            return HexText.From(content);
        }

        var text = Encoding.UTF8.GetString(content).Trim('\uFEFF', ' ', '\t', '\r', '\n');
        return HexText.Decode(text) is { } fromHex ? (IsMacaroon(fromHex) ? HexText.From(fromHex) : null)
            : DecodeBase64(text) is { } fromBase64 && IsMacaroon(fromBase64) ? HexText.From(fromBase64)
            : null;
    }

    // Version 2 begins with its number, version 1 with the length of its first packet in hex.
    private static bool IsMacaroon(byte[] content) => Macaroon.TryParse(content, out _, out _) || (content.Length > 0 && content[0] == 2);

    private static byte[]? DecodeBase64(string text)
    {
        var digits = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        try
        {
            return Convert.FromBase64String(digits + new string('=', (4 - (digits.Length % 4)) % 4));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
