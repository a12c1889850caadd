using System;
using System.Linq;

namespace LightningOps.Gateway.Loopback.Forwarding;

/// <summary>
/// The URL of a request to an upstream, with its path and query unchanged. The matched text must be requested, and
/// .NET's URLs would resolve dots and escapes.
/// </summary>
internal static class UpstreamUri
{
    // UriCreationOptions came with .NET 6, and netstandard2.0 does not know it.
    private static readonly Func<string, Uri>? Verbatim = FindVerbatim();

    /// <summary>The URL, or null if this runtime cannot keep it unchanged.</summary>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    /// <param name="address"><c>host:port</c>.</param>
    /// <param name="path">Escaped.</param>
    /// <param name="query">With its question mark, or empty.</param>
    public static Uri? Create(string scheme, string address, string path, string query)
    {
        var target = (path.Length == 0 ? "/" : path) + Ascii(query);
        var text = scheme + "://" + address + (target[0] == '/' ? target : "/" + target);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            return null;
        }

        return string.Equals(uri.PathAndQuery, target, StringComparison.Ordinal) ? uri : Verbatim?.Invoke(text);
    }

    private static string Ascii(string query) =>
        query.All(static one => one is > ' ' and < '\u007f') ? query : string.Concat(query.Select(static one => one is > ' ' and < '\u007f' ? one.ToString() : Uri.HexEscape(one)));

    private static Func<string, Uri>? FindVerbatim()
    {
        var type = typeof(Uri).Assembly.GetType("System.UriCreationOptions");
        var property = type?.GetProperty("DangerousDisablePathAndQueryCanonicalization");
        var constructor = type is null ? null : typeof(Uri).GetConstructor([typeof(string), type.MakeByRefType()]);
        if (property is null || constructor is null)
        {
            return null;
        }

        var options = Activator.CreateInstance(type!)!;
        property.SetValue(options, true);
        return text => (Uri)constructor.Invoke([text, options]);
    }
}
