using System;
using System.Globalization;
using System.Text;

namespace LightningOps.Compile.Aperture;

/// <summary>Percent-encoded octets of literal paths: Aperture matches the decoded path, clients send the encoded one (RFC 3986, 2.1).</summary>
internal static class PercentText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether <paramref name="text"/> holds a percent sign and two hexadecimal digits.</summary>
    public static bool HasOctet(string text)
    {
        for (var i = text.IndexOf('%'); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (TryReadOctet(text, i, out _))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decodes the octets of a literal path.</summary>
    /// <returns>Null, or why the text is not a path.</returns>
    public static string? Decode(string text, out string decoded)
    {
        decoded = text;
        var first = text.IndexOf('%');
        if (first < 0)
        {
            return null;
        }

        var result = new StringBuilder(text.Length).Append(text, 0, first);
        var octets = new byte[text.Length / 3];
        for (var i = first; i < text.Length;)
        {
            if (text[i] != '%')
            {
                result.Append(text[i++]);
                continue;
            }

            var count = 0;
            for (; i < text.Length && text[i] == '%'; i += 3)
            {
                if (!TryReadOctet(text, i, out var octet))
                {
                    return "a percent sign is followed by two hexadecimal digits";
                }

                if (octet is < 0x20 or 0x7F)
                {
                    return "a control character is matched by an expression only";
                }

                octets[count++] = octet;
            }

            try
            {
                result.Append(Strict.GetString(octets, 0, count));
            }
            catch (DecoderFallbackException)
            {
                return "its percent-encoded bytes are not UTF-8";
            }
        }

        decoded = result.ToString();
        return null;
    }

    private static bool TryReadOctet(string text, int at, out byte octet)
    {
        octet = 0;
        return at + 2 < text.Length
            && byte.TryParse(text.Substring(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octet);
    }
}
