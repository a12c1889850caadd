using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace LightningOps.L402.Macaroons;

/// <summary>
/// The version 1 format (libmacaroons, doc/format.txt): packets of four hexadecimal digits, which count the whole
/// packet, a name, a blank, the value and a line feed. The order is location, identifier, for each caveat cid, vid?
/// and cl?, signature.
/// </summary>
internal static class PacketFormat
{
    private const int LengthDigits = 4;
    private const string LocationName = "location";
    private const string IdentifierName = "identifier";
    private const string CaveatName = "cid";
    private const string VerificationIdName = "vid";
    private const string CaveatLocationName = "cl";
    private const string SignatureName = "signature";

    /// <summary>Whether the bytes begin with the digits of a packet; the version 2 format begins with the byte 2.</summary>
    public static bool IsPackets(ReadOnlySpan<byte> binary) => binary.Length > LengthDigits && ReadLength(binary) is not null;

    /// <summary>The macaroon of all the bytes, or the error.</summary>
    public static Macaroon? Read(ReadOnlySpan<byte> binary, out L402Error? error)
    {
        var macaroon = binary.Length <= Macaroon.MaxLength && TryReadPackets(binary, out var packets) ? Assemble(packets) : null;
        error = macaroon is null ? L402Error.Macaroon(L402ErrorCodes.MacaroonMalformed, "the packets of the macaroon are malformed") : null;
        return macaroon;
    }

    private static Macaroon? Assemble(List<Packet> packets)
    {
        var last = packets.Count - 1;
        if (last < 2 || packets[0].Name != LocationName || packets[1].Name != IdentifierName
            || packets[last].Name != SignatureName || packets[last].Value.Length != SignatureChain.Size)
        {
            return null;
        }

        var caveats = new List<MacaroonCaveat>();
        for (var i = 2; i < last;)
        {
            if (packets[i].Name != CaveatName)
            {
                return null;
            }

            var caveat = packets[i++].Value;
            var verificationId = packets[i].Name == VerificationIdName ? packets[i++].Value : null;
            var location = packets[i].Name == CaveatLocationName ? packets[i++].Value : null;
            caveats.Add(new MacaroonCaveat(caveat, verificationId, location));
        }

        return new Macaroon(packets[0].Value, packets[1].Value, caveats, packets[last].Value);
    }

    private static bool TryReadPackets(ReadOnlySpan<byte> rest, out List<Packet> packets)
    {
        packets = new List<Packet>();
        while (rest.Length > 0)
        {
            if (ReadLength(rest) is not { } length || length > rest.Length)
            {
                return false;
            }

            var body = rest.Slice(LengthDigits, length - LengthDigits);
            var blank = body.IndexOf((byte)' ');
            if (blank <= 0 || body[body.Length - 1] != '\n')
            {
                return false;
            }

            packets.Add(new Packet(Encoding.ASCII.GetString(body.Slice(0, blank).ToArray()), body.Slice(blank + 1, body.Length - blank - 2).ToArray()));
            rest = rest.Slice(length);
        }

        return true;
    }

    // The shortest packet has a name of one letter, a blank and a line feed.
    private static int? ReadLength(ReadOnlySpan<byte> rest) =>
        rest.Length > LengthDigits
        && int.TryParse(Encoding.ASCII.GetString(rest.Slice(0, LengthDigits).ToArray()), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length)
        && length >= LengthDigits + 3 ? length : null;

    private readonly record struct Packet(string Name, byte[] Value);
}
