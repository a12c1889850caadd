using System;
using System.Globalization;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>Whom a service asks for payment (Aperture auth/config.go).</summary>
/// <param name="Kind">Nobody, everybody, or everybody after some free requests.</param>
/// <param name="FreeRequests">How many requests of an address are free.</param>
internal readonly record struct AuthLevel(AuthKind Kind, int FreeRequests = 0)
{
    private const string Freebie = "freebie ";

    /// <summary>Reads a level that the check of the file has let through.</summary>
    public static AuthLevel Parse(string text) => text.ToLowerInvariant() switch
    {
        "" or "on" or "true" => new AuthLevel(AuthKind.On),
        "off" or "false" => new AuthLevel(AuthKind.Off),
        var other when other.StartsWith(Freebie, StringComparison.Ordinal) => new AuthLevel(AuthKind.Freebie, Count(other.Substring(Freebie.Length))),
        _ => throw new FormatException("unknown auth level"),
    };

    // Aperture keeps the count in 16 bits.
    private static int Count(string text) => unchecked((ushort)long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
}
