using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Gateway;

/// <summary>
/// A gateway as an operator writes it: <c>ops</c>, <c>ops:https://…</c>, <c>admin</c>,
/// <c>admin:https://host:port</c>, <c>file:PATH</c>, <c>loopback</c>, <c>loopback:http://127.0.0.1:port</c> or
/// <c>memory</c>. The name of a registered gateway is accepted too.
/// </summary>
/// <param name="Kind">Kind of the gateway.</param>
/// <param name="Place">URL or path; null to use the settings.</param>
public sealed record GatewayReference(GatewayKind Kind, string? Place)
{
    /// <summary>
    /// The addresses, one for each Aperture of the gateway. Admin and ops gateways may have several, separated by
    /// commas (<c>admin:https://a:8081,https://b:8081</c>).
    /// </summary>
    public IReadOnlyList<string> Endpoints => Kind is GatewayKind.ApertureAdmin or GatewayKind.Ops && Place is not null
        ? Place.Split(',').Select(static place => place.Trim()).ToArray()
        : [Place ?? string.Empty];

    /// <summary>The name of the gateway in records, once the path of a file is absolute; null if the settings decide it.</summary>
    public string? RecordName => (Kind, Place) switch
    {
        (_, null) => null,
        (GatewayKind.File, _) => "file:" + Place,
        (GatewayKind.ApertureAdmin, _) => "aperture:" + string.Join(",", Endpoints.Select(GetBase)),
        (GatewayKind.Ops, _) => "ops:" + string.Join(",", Endpoints.Select(GetBase)),
        (GatewayKind.Loopback, _) => "loopback:" + Place!.TrimEnd('/'),
        _ => null,
    };

    private const string Forms = "ops, ops:https://host, admin:https://host:port, file:PATH, loopback, memory, or the name of a registered gateway (Get-L402Gateway)";

    /// <summary>Reads a reference.</summary>
    /// <param name="text">Text of the operator.</param>
    /// <exception cref="ConfigException">The text is not a gateway.</exception>
    public static GatewayReference Parse(string text)
    {
        var colon = text.IndexOf(':');
        var place = colon < 0 ? null : text.Substring(colon + 1).Trim();
        var kind = FindKind((colon < 0 ? text : text.Substring(0, colon)).Trim());
        return (kind, place) switch
        {
            (null, _) or (GatewayKind.File, null) or (_, "") or (GatewayKind.Memory, not null) =>
                throw new ConfigException("Gateway", "\"" + text + "\" is not a gateway", (LooksLikeFile(text) ? "For a file write file:" + text + ". " : string.Empty) + "Specify -Gateway as " + Forms + "."),
            (GatewayKind.ApertureAdmin or GatewayKind.Ops, not null) when place.Split(',').Any(string.IsNullOrWhiteSpace) =>
                throw new ConfigException("Gateway", "\"" + text + "\" names an empty endpoint", "Specify the endpoints with one comma between them."),
            (GatewayKind.File, _) => new GatewayReference(GatewayKind.File, ResolvePath(place!)),
            _ => new GatewayReference(kind.Value, place),
        };
    }

    private static bool LooksLikeFile(string text) => text.IndexOf(':') < 0 && (text.IndexOfAny(['/', '\\']) >= 0 || text.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".yml", StringComparison.OrdinalIgnoreCase));

    private static GatewayKind? FindKind(string name) => name.ToLowerInvariant() switch
    {
        "ops" => GatewayKind.Ops,
        "admin" or "aperture" => GatewayKind.ApertureAdmin,
        "file" => GatewayKind.File,
        "loopback" => GatewayKind.Loopback,
        "memory" => GatewayKind.Memory,
        _ => null,
    };

    private static string GetBase(string address) => Uri.TryCreate(address.Trim(), UriKind.Absolute, out var url) ? url.AbsoluteUri.TrimEnd('/') : address;

    private static string ResolvePath(string place) =>
        place.StartsWith("///", StringComparison.Ordinal) && Uri.TryCreate("file:" + place, UriKind.Absolute, out var url) ? url.LocalPath : place;
}

/// <summary>The kinds of gateways.</summary>
public enum GatewayKind
{
    /// <summary>A hosted wrapper around Aperture with ops endpoints.</summary>
    Ops,

    /// <summary>An Aperture with its admin API.</summary>
    ApertureAdmin,

    /// <summary>An Aperture that reads a file.</summary>
    File,

    /// <summary>A gateway on loopback that runs in this session.</summary>
    Loopback,

    /// <summary>A gateway in memory, for trials and tests.</summary>
    Memory,
}
