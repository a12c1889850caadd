using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace LightningOps.ApertureYaml.Check;

/// <summary>Addresses and names as Go's <c>net</c> package reads them.</summary>
internal static class GoAddress
{
    /// <summary>The names of ports that Go knows by itself (net/lookup.go).</summary>
    private static readonly string[] PortNames =
    [
        "domain", "ftp", "ftps", "gopher", "http", "https", "imap2", "imap3", "imaps", "pop3", "pop3s", "smtp", "submissions", "ssh", "telnet",
    ];

    /// <summary>Whether Go reads an IP address: no zone, no leading zeros, no short forms.</summary>
    public static bool IsIP(string text) => IsIPv4(text) || IsIPv6(text);

    /// <summary>Whether Go reads an IPv6 address without a zone.</summary>
    public static bool IsIPv6(string text)
    {
        if (text.IndexOf(':') < 0 || text.Any(static character => !Uri.IsHexDigit(character) && character is not (':' or '.')))
        {
            return false;
        }

        var colon = text.LastIndexOf(':');
        return (text.IndexOf('.') < 0 || IsIPv4(text.Substring(colon + 1)))
            && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    /// <summary>Whether the text is a host that Go looks up: letters, digits, "-" and "_" between dots, and not digits only.</summary>
    public static bool IsDomainName(string name)
    {
        if (name == ".")
        {
            return true;
        }

        var labels = (name.EndsWith(".", StringComparison.Ordinal) ? name.Substring(0, name.Length - 1) : name).Split('.');
        return name.Length <= 254
            && labels.All(static label => label.Length is > 0 and <= 63 && label[0] != '-' && label[label.Length - 1] != '-' && label.All(IsNameCharacter))
            && name.Any(static character => character is not ((>= '0' and <= '9') or '.'));
    }

    /// <summary>Whether a server can listen at the port: a number from 0 to 65535, none, or a name, which is looked up.</summary>
    public static bool IsPort(string port)
    {
        var digits = port.Length > 1 && port[0] is '+' or '-' ? port.Substring(1) : port;
        return port.Length == 0
            || (digits[0] is >= '0' and <= '9' ? digits.All(static character => character is >= '0' and <= '9') && IsPortNumber(port[0], digits)
                : digits == port && port.IndexOfAny(['/', ' ', '-', '+']) != 0 && port.IndexOfAny(['/', ' ']) < 0);
    }

    /// <summary>Whether a port is a name that Go does not know by itself.</summary>
    public static bool IsUnknownPortName(string port) =>
        port.Length > 0 && port[0] is not ((>= '0' and <= '9') or '+' or '-') && !PortNames.Contains(port.ToLowerInvariant());

    private static bool IsPortNumber(char sign, string digits)
    {
        var number = digits.TrimStart('0');
        return number.Length == 0 || (sign != '-' && number.Length <= 5 && int.Parse(number, CultureInfo.InvariantCulture) <= ushort.MaxValue);
    }

    private static bool IsIPv4(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 4 && parts.All(static part => part.Length is > 0 and <= 3 && part.All(static character => character is >= '0' and <= '9')
            && (part.Length == 1 || part[0] != '0') && int.Parse(part, CultureInfo.InvariantCulture) <= byte.MaxValue);
    }

    /// <summary>Whether a name that is looked up may have the character.</summary>
    public static bool IsNameCharacter(char character) => character is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '-' or '_';
}
