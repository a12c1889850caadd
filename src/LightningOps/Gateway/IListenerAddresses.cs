using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Gateway;

/// <summary>A gateway whose listen addresses are known.</summary>
internal interface IListenerAddresses
{
    /// <summary>
    /// Each <c>host:port</c> at which it listens or is asked, the address of challenges included; empty when one of them
    /// is not known.
    /// </summary>
    IReadOnlyList<string> GetListeners();
}

/// <summary>Listen addresses in URLs.</summary>
internal static class ListenerAddresses
{
    /// <summary>The <c>host:port</c> of each URL, once; null is left out.</summary>
    public static IEnumerable<string> From(params string?[] urls) => urls
        .Select(static url => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address : null)
        .Where(static address => address is not null)
        .Select(static address => FormattableString.Invariant($"{address!.Host}:{address.Port}"))
        .Distinct(StringComparer.OrdinalIgnoreCase);
}
