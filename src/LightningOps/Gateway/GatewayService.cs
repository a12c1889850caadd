using System.Collections.Generic;

namespace LightningOps.Gateway;

/// <summary>One service as a gateway serves it (docs/reference/aperture.md#service-members).</summary>
public sealed record GatewayService
{
    /// <summary>Unique name; the service caveat of credentials sold.</summary>
    public required string Name { get; init; }

    /// <summary>Go RE2 for the Host header.</summary>
    public string HostRegexp { get; init; } = string.Empty;

    /// <summary>Go RE2 for the URL path; empty matches all.</summary>
    public string PathRegexp { get; init; } = string.Empty;

    /// <summary><c>host:port</c> of the upstream.</summary>
    public string Address { get; init; } = string.Empty;

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public string Protocol { get; init; } = string.Empty;

    /// <summary><c>on</c>, <c>off</c> or <c>freebie N</c>.</summary>
    public string Auth { get; init; } = string.Empty;

    /// <summary>Price in whole satoshis.</summary>
    public long PriceSats { get; init; }

    /// <summary>Members the rendering has beyond these (rate limits, rewrite), as <c>name=value</c> text for comparison; empty when none or not told.</summary>
    public IReadOnlyList<string> Extras { get; init; } = System.Array.Empty<string>();

    /// <summary>
    /// Whether it is the closed service of contracts/aperture.md: it mints no invoice and reaches nothing, as no process can
    /// listen on port 0.
    /// </summary>
    public bool IsClosed => Address == ClosedAddress && Auth == AuthOff;

    /// <summary>Whether it asks for payment, be it only after some free requests.</summary>
    internal bool Sells => NormalizeAuth(Auth) != AuthOff;

    /// <summary>The price asked: Aperture takes 1 satoshi for 0.</summary>
    internal long EffectivePrice => PriceSats == 0 ? 1 : PriceSats;

    /// <summary>Whether it was closed at port 9, as earlier versions did: whoever listens there is served free of charge.</summary>
    internal bool IsClosedAtFormerAddress => Address == FormerClosedAddress && Auth == AuthOff;

    internal const string ClosedAddress = "127.0.0.1:0";
    internal const string FormerClosedAddress = "127.0.0.1:9";
    internal const string AuthOn = "on";
    internal const string AuthOff = "off";

    /// <summary>The closed service of the same name, host and path.</summary>
    internal GatewayService Closed() => new()
    {
        Name = Name,
        HostRegexp = HostRegexp,
        PathRegexp = PathRegexp,
        Address = ClosedAddress,
        Protocol = "http",
        Auth = AuthOff,
    };

    /// <summary>How Aperture understands an auth level: absent and <c>true</c> are on, <c>false</c> is off (Aperture auth/config.go).</summary>
    internal static string NormalizeAuth(string auth) => auth.ToLowerInvariant() switch
    {
        "" or "true" => AuthOn,
        "false" => AuthOff,
        var other => other,
    };
}
