using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using LightningOps.Http;

namespace LightningOps.Buyer.Spending;

/// <summary>An entry of an allow or block list, matched to hosts in any spelling.</summary>
/// <param name="Name">The host, or the parent domain.</param>
/// <param name="Port">The port; null for any.</param>
/// <param name="IsBelow">Whether it covers every host below the domain, but not the domain itself.</param>
internal sealed record HostPattern(string Name, int? Port, bool IsBelow)
{
    private const string Below = "*.";

    /// <summary>Rejects an entry that matches no host, because it would block or allow nothing.</summary>
    /// <exception cref="ConfigException">An entry matches no host.</exception>
    public static void Check(IReadOnlyList<string> list)
    {
        if (list.Count == 0)
        {
            return;
        }

        var bad = list.FirstOrDefault(entry => Read(entry) is null);
        if (bad is not null)
        {
            throw new ConfigException("AllowedHosts or BlockedHosts", "contains an entry that is not a host: " + bad, "Write each entry as host, host:port or *.domain.");
        }
    }

    /// <param name="entries">The list, in the format of <see cref="SpendLimits.AllowedHosts" />.</param>
    /// <param name="address">An http or https address.</param>
    public static bool AnyMatches(IReadOnlyList<string> entries, Uri address)
    {
        if (entries.Count == 0)
        {
            return false;
        }

        var host = GetHostName(address);
        return entries.Any(entry => Read(entry) is { } pattern && pattern.Matches(host, address.Port));
    }

    private bool Matches(string host, int port) =>
        (Port is null || Port == port) && (IsBelow ? host.EndsWith("." + Name, StringComparison.Ordinal) : host == Name);

    private static HostPattern? Read(string? entry)
    {
        var text = (entry ?? string.Empty).Trim();
        var isBelow = text.StartsWith(Below, StringComparison.Ordinal);
        text = isBelow ? text.Substring(Below.Length) : text;
        if (text.Length == 0 || text.Any(letter => char.IsWhiteSpace(letter) || letter is '/' or '\\' or '@' or ',' or ';' or '?' or '#' or '*'))
        {
            return null;
        }

        // An IPv6 address without a port may be written without brackets.
        text = text[0] != '[' && text.IndexOf(':') != text.LastIndexOf(':') ? "[" + text + "]" : text;
        var colon = text.LastIndexOf(':');
        var hasPort = colon > text.LastIndexOf(']');
        if ((hasPort && !int.TryParse(text.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            || !Uri.TryCreate("http://" + text + "/", UriKind.Absolute, out var read)
            || read.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6))
        {
            return null;
        }

        var name = GetHostName(read);
        return name.Length == 0 ? null : new HostPattern(name, hasPort ? read.Port : null, isBelow);
    }

    // A name with a trailing dot is the same host, and so is an IPv4 address written as IPv6.
    private static string GetHostName(Uri address)
    {
        var name = AsciiHost.FindOrRaw(address).Trim('[', ']').TrimEnd('.').ToLowerInvariant();
        return address.HostNameType == UriHostNameType.IPv6 && IPAddress.TryParse(name, out var parsed) && parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4().ToString() : name;
    }
}
