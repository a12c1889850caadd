using System.Net;
using System.Net.Sockets;

namespace LightningOps.Gateway.Loopback.Limits;

/// <summary>The network an address is counted under: /24 of IPv4, /48 of IPv6 (Aperture netutil).</summary>
internal static class ClientNetwork
{
    public static string Of(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        for (var i = plain.AddressFamily == AddressFamily.InterNetwork ? 3 : 6; i < bytes.Length; i++)
        {
            bytes[i] = 0;
        }

        return new IPAddress(bytes).ToString();
    }
}
