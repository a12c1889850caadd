using System;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace LightningOps.ApertureYaml;

/// <summary>Network of an upstream host, judged by its text. Names are not resolved.</summary>
internal enum UpstreamNetwork
{
    /// <summary>A public address, or a name that does not tell its network.</summary>
    Public,

    /// <summary>A private address of RFC 1918, RFC 4193 or RFC 6598.</summary>
    Private,

    /// <summary>The machine itself: 127.0.0.0/8, ::1, an unspecified address, localhost.</summary>
    Loopback,

    /// <summary>169.254.0.0/16, fe80::/10, or another address or name where clouds serve the credentials of a machine.</summary>
    LinkLocal,

    /// <summary>A number in place of a top-level domain: a mistyped address.</summary>
    Mistyped,
}

/// <summary>Finds the network of an upstream host, however its address is spelled.</summary>
internal static class UpstreamNetworks
{
    // Google's, Alibaba's and Amazon's names of the metadata address.
    private static readonly string[] MetadataNames = ["metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal"];
    private static readonly string[] LoopbackNames = ["localhost", "localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"];

    /// <summary>The network of a host.</summary>
    /// <param name="host">A name in ASCII or an address, IPv6 in brackets.</param>
    public static UpstreamNetwork Find(string host)
    {
        var name = host.TrimEnd('.').ToLowerInvariant();
        if (LoopbackNames.Contains(name) || name.EndsWith(".localhost", StringComparison.Ordinal))
        {
            return UpstreamNetwork.Loopback;
        }

        if (MetadataNames.Contains(name))
        {
            return UpstreamNetwork.LinkLocal;
        }

        if (name.IndexOf(':') >= 0)
        {
            return IPAddress.TryParse(name.Trim('[', ']'), out var six) ? Find(six) : UpstreamNetwork.Public;
        }

        if (!EndsInNumber(name))
        {
            return UpstreamNetwork.Public;
        }

        return IPAddress.TryParse(name, out var address) && address.AddressFamily == AddressFamily.InterNetwork ? Find(address.GetAddressBytes(), 0) : UpstreamNetwork.Mistyped;
    }

    private static UpstreamNetwork Find(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 4)
        {
            return Find(bytes, 0);
        }

        if (address.IsIPv6LinkLocal)
        {
            return UpstreamNetwork.LinkLocal;
        }

        // fd00:ec2::254 is a cloud's metadata address as well.
        if ((bytes[0] & 0xfe) == 0xfc)
        {
            return bytes[0] == 0xfd && bytes[1] == 0 && bytes[2] == 0x0e && bytes[3] == 0xc2 ? UpstreamNetwork.LinkLocal : UpstreamNetwork.Private;
        }

        if (address.Equals(IPAddress.IPv6Loopback) || address.Equals(IPAddress.IPv6Any))
        {
            return UpstreamNetwork.Loopback;
        }

        // An embedded IPv4 address: mapped, compatible, translated (RFC 2765), NAT64 (RFC 6052) and 6to4 (RFC 3056).
        var isMapped = bytes.Take(8).All(static one => one == 0) && ((bytes[8], bytes[9], bytes[10], bytes[11]) is (0, 0, 0xff, 0xff) or (0, 0, 0, 0) or (0xff, 0xff, 0, 0));
        var isTranslated = bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == 0xff && bytes[3] == 0x9b && bytes.Skip(4).Take(8).All(static one => one == 0);
        return isMapped || isTranslated ? Find(bytes, 12)
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? Find(bytes, 2)
            : UpstreamNetwork.Public;
    }

    private static UpstreamNetwork Find(byte[] bytes, int at) => (bytes[at], bytes[at + 1]) switch
    {
        (169, 254) => UpstreamNetwork.LinkLocal,

        // The metadata addresses of Alibaba, Oracle and Azure.
        (100, 100) when bytes[at + 2] == 100 && bytes[at + 3] == 200 => UpstreamNetwork.LinkLocal,
        (192, 0) when bytes[at + 2] == 0 && bytes[at + 3] == 192 => UpstreamNetwork.LinkLocal,
        (168, 63) when bytes[at + 2] == 129 && bytes[at + 3] == 16 => UpstreamNetwork.LinkLocal,
        (127 or 0, _) => UpstreamNetwork.Loopback,
        (10, _) or (192, 168) or (172, >= 16 and <= 31) or (100, >= 64 and <= 127) => UpstreamNetwork.Private,
        _ => UpstreamNetwork.Public,
    };

    // No top-level domain is a number (RFC 3696, 2). A name that ends in a number is an address (URL Standard, "ends in
    // a number").
    private static bool EndsInNumber(string name)
    {
        var last = name.Substring(name.LastIndexOf('.') + 1);
        return last.Length > 0 && (last.All(static one => one is >= '0' and <= '9')
            || last.StartsWith("0x", StringComparison.Ordinal) && last.Skip(2).All(static one => Uri.IsHexDigit(one)));
    }
}
