using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.L402.Spending;

/// <summary>Whether a host is meant by an entry of an allow or a block list.</summary>
internal static class HostPattern
{
    /// <summary>An entry that means no host would block, or allow, nothing.</summary>
    /// <exception cref="ConfigException">There is one.</exception>
    public static void Check(params IReadOnlyList<string>[] lists)
    {
        var bad = lists.SelectMany(list => list).FirstOrDefault(entry => string.IsNullOrWhiteSpace(entry) || entry.Trim().Any(letter => char.IsWhiteSpace(letter) || letter is '/' or '@' or ',' or ';' or '?'));
        if (bad is not null)
        {
            throw new ConfigException("AllowedHosts or BlockedHosts", "has an entry that is no host: " + bad, "Write host, host:port or *.domain, each as an entry of its own.");
        }
    }

    /// <param name="entries">The list, written as <see cref="SpendLimits.AllowedHosts"/> says.</param>
    /// <param name="host">Name or address, without port.</param>
    /// <param name="port">The port.</param>
    public static bool AnyMatches(IEnumerable<string> entries, string host, int port) =>
        entries.Any(entry => Matches(entry.Trim().ToLowerInvariant(), Bare(host), port));

    private static bool Matches(string entry, string host, int port)
    {
        var (name, entryPort) = Split(entry);
        if (entryPort is { } asked && asked != port)
        {
            return false;
        }

        return name.StartsWith("*.", StringComparison.Ordinal)
            ? host.EndsWith(name.Substring(1), StringComparison.Ordinal)
            : host == Bare(name);
    }

    private static (string Name, int? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        var isAddressOnly = colon >= 0 && entry.IndexOf(':') != colon && !entry.Contains("]:");
        return colon > 0 && !isAddressOnly && int.TryParse(entry.Substring(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port)
            ? (entry.Substring(0, colon), port)
            : (entry, null);
    }

    // A name with a dot at its end is the same host, and so is an IPv6 address with or without brackets.
    private static string Bare(string host) => host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
}
