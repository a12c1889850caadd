using System;
using System.Diagnostics.CodeAnalysis;

namespace LightningOps.L402.Macaroons;

/// <summary>
/// Reads the texts a macaroon comes in. Version 2 begins with the byte 2, so its hex begins with 02 and its base64 with A;
/// version 1 begins with the digits 00, so its hex begins with 3030 and its base64 with M: no text is both.
/// </summary>
internal static class TokenText
{
    private const string HexStart = "02";
    private const string PacketHexStart = "3030";

    /// <summary>The bytes of a text.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes, [NotNullWhen(false)] out L402Error? error)
    {
        if (text.Length > Macaroon.MaxLength)
        {
            bytes = null;
            error = L402Error.Macaroon(L402ErrorCodes.MacaroonTooLarge, "the token is too long for a macaroon");
            return false;
        }

        bytes = text.StartsWith(HexStart, StringComparison.Ordinal) || text.StartsWith(PacketHexStart, StringComparison.Ordinal) ? HexText.Decode(text) : DecodeBase64(text);
        error = bytes is null ? L402Error.Macaroon(L402ErrorCodes.MacaroonEncodingInvalid, "the token is not base64, base64url or hex") : null;
        return error is null;
    }

    /// <summary>The bytes of base64 or base64url, padded or not; null when the text is neither.</summary>
    public static byte[]? DecodeBase64(string text)
    {
        var digits = text.TrimEnd('=');
        foreach (var digit in digits)
        {
            if (digit is not ((>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or '+' or '/' or '-' or '_'))
            {
                return null;
            }
        }

        var padding = (4 - (digits.Length % 4)) % 4;
        var written = text.Length - digits.Length;
        return digits.Length == 0 || padding == 3 || (written != 0 && written != padding)
            ? null
            : Convert.FromBase64String(digits.Replace('-', '+').Replace('_', '/') + new string('=', padding));
    }
}
