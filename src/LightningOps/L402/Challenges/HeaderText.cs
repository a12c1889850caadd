using System.Linq;
using System.Text;

namespace LightningOps.L402.Challenges;

/// <summary>
/// Restores the letters of a header value. An HTTP client hands on each byte as one character; Aperture and other servers
/// write a realm as UTF-8, and bind their challenge to it, so an echo of the bytes as letters would be refused after the payment.
/// </summary>
internal static class HeaderText
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The value read as UTF-8 where its characters are bytes that are valid UTF-8; otherwise the value as it is.</summary>
    public static string Decode(string value)
    {
        if (value.All(character => character < 0x80) || value.Any(character => character > 0xFF))
        {
            return value;
        }

        try
        {
            return StrictUtf8.GetString(value.Select(character => (byte)character).ToArray());
        }
        catch (DecoderFallbackException)
        {
            return value;
        }
    }
}
