using System;
using System.Linq;

namespace LightningOps.L402;

/// <summary>Base64url of the Payment scheme (RFC 4648, 5): written without padding, with one spelling for each value.</summary>
internal static class Base64UrlText
{
    /// <summary>The text of bytes, without padding.</summary>
    public static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <summary>The bytes of a text, which may have complete padding; null for any other spelling than that of <see cref="Encode" />.</summary>
    public static byte[]? Decode(string text)
    {
        var digits = text.TrimEnd('=');
        var padding = text.Length - digits.Length;
        if (digits.Length % 4 == 1 || (padding > 0 && (padding > 2 || text.Length % 4 != 0)) || !digits.All(IsDigit))
        {
            return null;
        }

        var bytes = Convert.FromBase64String(digits.Replace('-', '+').Replace('_', '/') + new string('=', (4 - (digits.Length % 4)) % 4));
        return Encode(bytes) == digits ? bytes : null;
    }

    private static bool IsDigit(char character) => character is (>= '0' and <= '9') or (>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or '-' or '_';
}
