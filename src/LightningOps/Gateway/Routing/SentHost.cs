using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using LightningOps.Compile.Aperture;

namespace LightningOps.Gateway.Routing;

/// <summary>
/// The Host header that clients send for the host of a URL (curl, lib/urlapi.c; browsers do the same, and write a name in
/// lower case as well).
/// </summary>
internal static class SentHost
{
    private const int MaxPort = 65535;
    private const int AddressParts = 4;

    // curl refuses a name with one of these.
    private const string OutsideNames = " /:#?!@{}[]\\$'\"^`*<>=;,+&()%|";

    /// <summary>The Host header: an address in its usual form, a name decoded and in ASCII, the port as a number or left out.</summary>
    /// <param name="written">Host and port of a URL.</param>
    /// <param name="defaultPort">The port of its scheme.</param>
    /// <param name="fault">Why no client sends it; null if one does.</param>
    /// <returns>The header; null if no client sends it.</returns>
    public static string? Read(string written, string defaultPort, out string? fault)
    {
        var colon = written.LastIndexOf(':') is var last && last > written.LastIndexOf(']') ? last : written.Length;
        var digits = written.Substring(Math.Min(colon + 1, written.Length));
        var name = colon == 0 || written.Length == 0 ? null : ReadName(written.Substring(0, colon));
        var isPort = digits.All(static digit => digit is >= '0' and <= '9');
        var port = digits.TrimStart('0') is { Length: > 0 } number ? number : digits.Length > 0 ? "0" : defaultPort;
        fault = colon == 0 || written.Length == 0 ? "has no host"
            : name is null ? "has a host that is not a name or address"
            : !isPort || port.Length > 5 || int.Parse(port, CultureInfo.InvariantCulture) > MaxPort ? "has a port that is not a number up to 65535"
            : null;
        return fault is not null ? null : port == defaultPort ? name : name + ":" + port;
    }

    private static string? ReadName(string written)
    {
        if (written[0] == '[')
        {
            return ReadIPv6(written);
        }

        var decoded = Decode(written);
        var ascii = decoded is null ? null : decoded.Any(static character => character > '\u007f') ? HostText.ToAscii(decoded) : decoded;
        return ascii is not { Length: > 0 } || ascii.Any(static character => char.IsControl(character) || OutsideNames.IndexOf(character) >= 0) ? null : ReadIPv4(ascii) ?? ascii;
    }

    // The zone of an address is not sent. curl writes an address anew where that makes it shorter, and keeps its letter case otherwise.
    private static string? ReadIPv6(string written)
    {
        var inside = written.TrimStart('[').TrimEnd(']').Split('%')[0];
        return written == "[" + written.Substring(1, Math.Max(0, written.Length - 2)) + "]" && IPAddress.TryParse(inside, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? "[" + (string.Equals(address.ToString(), inside, StringComparison.OrdinalIgnoreCase) ? inside : address.ToString()) + "]"
            : null;
    }

    // One to four numbers in decimal, octal (0177) or hexadecimal (0x7f); the last fills what is left of 32 bits.
    private static string? ReadIPv4(string name)
    {
        var parts = name.Split('.');
        var numbers = parts.Select(ReadNumber).ToArray();
        if (parts.Length > AddressParts || numbers.Any(static number => number is null))
        {
            return null;
        }

        var left = 8 * (AddressParts - parts.Length + 1);
        if (numbers.Take(parts.Length - 1).Any(static number => number > byte.MaxValue) || numbers[parts.Length - 1] >> left != 0)
        {
            return null;
        }

        var address = numbers[parts.Length - 1]!.Value;
        for (var i = 0; i < parts.Length - 1; i++)
        {
            address |= numbers[i]!.Value << (8 * (AddressParts - 1 - i));
        }

        return string.Join(".", Enumerable.Range(0, AddressParts).Select(place => ((address >> (8 * (AddressParts - 1 - place))) & byte.MaxValue).ToString(CultureInfo.InvariantCulture)));
    }

    private static long? ReadNumber(string text)
    {
        var (digits, radix) = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? (text.Substring(2), 16) : text.Length > 1 && text[0] == '0' ? (text.Substring(1), 8) : (text, 10);
        var value = 0L;
        foreach (var one in digits)
        {
            var digit = one <= '9' ? one - '0' : (one | 0x20) - 'a' + 10;
            if (digit < 0 || digit >= radix || (one > '9' && (one | 0x20) is < 'a' or > 'f') || value > uint.MaxValue)
            {
                return null;
            }

            value = (value * radix) + digit;
        }

        return digits.Length == 0 || value > uint.MaxValue ? null : value;
    }

    private static string? Decode(string written)
    {
        if (written.IndexOf('%') < 0)
        {
            return written;
        }

        return PercentText.Decode(written, out var decoded) is null ? decoded : null;
    }
}
