using System.Globalization;
using LightningOps.ApertureYaml.Check;

namespace LightningOps.ApertureYaml;

/// <summary>Network addresses as Go's net package splits them.</summary>
internal static class HostPort
{
    private const int MaxName = 253;
    private const int MaxLabel = 63;

    /// <summary>
    /// Whether a server can listen there: the host may be empty, the port must be written. A name is looked up by the
    /// machine that runs Aperture.
    /// </summary>
    public static bool IsListenAddress(string address)
    {
        if (!TrySplit(address, out var host, out var port) || !GoAddress.IsPort(port))
        {
            return false;
        }

        var isBracketed = host.Length > 1 && host[0] == '[';
        var name = isBracketed ? host.Substring(1, host.Length - 2) : host;
        var zone = isBracketed ? name.IndexOf('%') : -1;
        return name.Length == 0 || GoAddress.IsIP(zone < 0 ? name : name.Substring(0, zone)) || GoAddress.IsDomainName(name);
    }

    /// <summary>Whether an upstream can be dialled there: a host, and a port from 1 when one is written.</summary>
    public static bool IsUpstream(string address)
    {
        if (address.IndexOfAny(new[] { '/', ' ', '@', '?', '#' }) >= 0)
        {
            return false;
        }

        if (TrySplit(address, out var host, out var port))
        {
            return host.Length > 0 && IsPort(port);
        }

        return address.IndexOf(':') < 0 || address[0] == '[' && address[address.Length - 1] == ']';
    }

    /// <summary>
    /// Whether a resolver may find the host: an IPv6 address in brackets, or labels of letters, digits, "-" and "_" (Go
    /// net/dnsclient.go, isDomainName). Characters beyond ASCII are sent as punycode.
    /// </summary>
    public static bool IsResolvable(string host)
    {
        if (host.Length > 0 && host[0] == '[')
        {
            return true;
        }

        var end = host.Length > 1 && host[host.Length - 1] == '.' ? host.Length - 1 : host.Length;
        var label = 0;
        for (var i = 0; i < end; i++)
        {
            if (host[i] == '.' && label > 0)
            {
                label = 0;
            }
            else if (host[i] == '.' || (host[i] < '\u0080' && !GoAddress.IsNameCharacter(host[i])) || ++label > MaxLabel)
            {
                return false;
            }
        }

        return label > 0 && end <= MaxName;
    }

    /// <summary>
    /// Whether a host name in ASCII is longer than names can be, or one of its labels is (RFC 1035, 2.3.4). A star stands for one
    /// character or more, and for a dot.
    /// </summary>
    /// <param name="name">A name without a trailing dot.</param>
    public static bool IsTooLong(string name)
    {
        var label = 0;
        foreach (var character in name.Length > MaxLabel ? name : string.Empty)
        {
            label = character is '.' or '*' ? 0 : label + 1;
            if (label > MaxLabel)
            {
                return true;
            }
        }

        return name.Length > MaxName;
    }

    /// <summary>Whether the port is 0, in any number of digits. No process can listen there.</summary>
    public static bool HasPortZero(string address)
    {
        var first = address.Length;
        while (first > 0 && address[first - 1] == '0')
        {
            first--;
        }

        return first < address.Length && first > 0 && address[first - 1] == ':' && TrySplit(address, out _, out _);
    }

    /// <summary>The host of an address, IPv6 in brackets; the whole text where no port is written.</summary>
    public static string GetHost(string address) => TrySplit(address, out var host, out _) ? host : address;

    private static bool TrySplit(string address, out string host, out string port)
    {
        var colon = address.LastIndexOf(':');
        host = colon < 0 ? address : address.Substring(0, colon);
        port = colon < 0 ? string.Empty : address.Substring(colon + 1);
        if (colon < 0)
        {
            return false;
        }

        if (host.Length > 1 && host[0] == '[')
        {
            return host[host.Length - 1] == ']';
        }

        return host.IndexOf(':') < 0 && port.IndexOf(']') < 0;
    }

    /// <summary>Names of services count as ports; the machine that runs Aperture resolves them.</summary>
    private static bool IsPort(string port) =>
        port.Length > 0 && (port[0] is < '0' or > '9'
            ? port[0] is not ('-' or '+')
            : int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= ushort.MaxValue);
}
