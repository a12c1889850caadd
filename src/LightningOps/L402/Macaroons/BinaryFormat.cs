using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;

namespace LightningOps.L402.Macaroons;

/// <summary>
/// The version 2 binary format (libmacaroons, doc/format.txt): the byte 2; location?, identifier, end; for each caveat
/// location?, identifier, verification id?, end; end; signature. A field is its type, its length and its bytes.
/// </summary>
internal static class BinaryFormat
{
    private const byte Version = 2;
    private const int End = 0;
    private const int LocationField = 1;
    private const int IdentifierField = 2;
    private const int VerificationIdField = 4;
    private const int SignatureField = 6;

    /// <summary>The macaroon of all the bytes, or the error.</summary>
    public static Macaroon? Read(ReadOnlySpan<byte> binary, out L402Error? error)
    {
        if (binary.Length == 0 || binary[0] != Version)
        {
            error = L402Error.Macaroon(L402ErrorCodes.MacaroonUnsupportedFormat, "the macaroon is in neither the version 2 binary format nor the version 1 packet format");
            return null;
        }

        var macaroon = binary.Length > Macaroon.MaxLength ? null : ReadBody(binary.Slice(1));
        error = macaroon is null ? L402Error.Macaroon(L402ErrorCodes.MacaroonMalformed, "the fields of the macaroon are malformed") : null;
        return macaroon;
    }

    /// <summary>The bytes of a macaroon.</summary>
    public static byte[] Write(Macaroon macaroon)
    {
        using var binary = new MemoryStream();
        binary.WriteByte(Version);
        WriteOptional(binary, LocationField, macaroon.LocationBytes);
        WriteField(binary, IdentifierField, macaroon.IdentifierBytes);
        binary.WriteByte(End);
        foreach (var caveat in macaroon.Caveats)
        {
            WriteOptional(binary, LocationField, caveat.LocationBytes);
            WriteField(binary, IdentifierField, caveat.IdentifierBytes);
            WriteOptional(binary, VerificationIdField, caveat.VerificationIdBytes);
            binary.WriteByte(End);
        }

        binary.WriteByte(End);
        WriteField(binary, SignatureField, macaroon.SignatureBytes);
        return binary.ToArray();
    }

    private static Macaroon? ReadBody(ReadOnlySpan<byte> rest)
    {
        if (!TryReadSection(ref rest, out var header) || header.Identifier is null || header.VerificationId is not null)
        {
            return null;
        }

        var caveats = new List<MacaroonCaveat>();
        while (true)
        {
            if (!TryReadSection(ref rest, out var section))
            {
                return null;
            }

            if (section.IsEmpty)
            {
                break;
            }

            if (section.Identifier is null || section.VerificationId?.Length == 0 || (section.Location is not null && section.VerificationId is null))
            {
                return null;
            }

            caveats.Add(new MacaroonCaveat(section.Identifier, section.VerificationId, section.Location));
        }

        return TryReadField(ref rest, out var type, out var signature) && type == SignatureField && signature.Length == SignatureChain.Size && rest.Length == 0
            ? new Macaroon(header.Location ?? Array.Empty<byte>(), header.Identifier, caveats, signature.ToArray())
            : null;
    }

    // Fields of a section are in ascending order of type, each at most once.
    private static bool TryReadSection(ref ReadOnlySpan<byte> rest, out Section section)
    {
        section = default;
        var last = End;
        while (TryReadField(ref rest, out var type, out var value))
        {
            if (type == End)
            {
                return true;
            }

            if (type <= last || type is not (LocationField or IdentifierField or VerificationIdField))
            {
                return false;
            }

            last = type;
            section = type switch
            {
                LocationField => section with { Location = value.ToArray() },
                IdentifierField => section with { Identifier = value.ToArray() },
                _ => section with { VerificationId = value.ToArray() },
            };
        }

        return false;
    }

    private static bool TryReadField(ref ReadOnlySpan<byte> rest, out int type, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadNumber(ref rest, out type))
        {
            return false;
        }

        if (type == End)
        {
            return true;
        }

        if (!TryReadNumber(ref rest, out var length) || length > rest.Length)
        {
            return false;
        }

        value = rest.Slice(0, length);
        rest = rest.Slice(length);
        return true;
    }

    // Seven bits per byte, lowest first; four bytes are far more than the maximum length of a macaroon.
    private static bool TryReadNumber(ref ReadOnlySpan<byte> rest, out int number)
    {
        number = 0;
        for (var i = 0; i < rest.Length && i < 4; i++)
        {
            number |= (rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest.Slice(i + 1);
                return true;
            }
        }

        return false;
    }

    private static void WriteOptional(Stream binary, int type, byte[] value)
    {
        if (value.Length > 0)
        {
            WriteField(binary, type, value);
        }
    }

    private static void WriteField(Stream binary, int type, byte[] value)
    {
        binary.WriteByte((byte)type);
        var length = value.Length;
        for (; length >= 0x80; length >>= 7)
        {
            binary.WriteByte((byte)(length | 0x80));
        }

        binary.WriteByte((byte)length);
        binary.Write(value, 0, value.Length);
    }

    private readonly record struct Section(byte[]? Location, byte[]? Identifier, byte[]? VerificationId)
    {
        public bool IsEmpty => Location is null && Identifier is null && VerificationId is null;
    }
}

/// <summary>
/// Reads the text forms of a macaroon. Version 2 begins with the byte 2, so its hex begins with 02 and its base64
/// with A. Version 1 begins with the digits 00, so its hex begins with 3030 and its base64 with M. No text is both.
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
