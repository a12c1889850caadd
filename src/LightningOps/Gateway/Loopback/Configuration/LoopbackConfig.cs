using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>What a loopback gateway serves.</summary>
internal sealed record LoopbackConfig
{
    /// <summary>Services in match order.</summary>
    public required IReadOnlyList<LoopbackService> Services { get; init; }

    /// <summary>Addresses that are turned away.</summary>
    public required ISet<IPAddress> Blocked { get; init; }

    /// <summary>Whether the node is asked if an invoice is settled, beside the proof.</summary>
    public required bool VerifiesInvoices { get; init; }

    /// <summary>Whether the file turns the admin API on.</summary>
    public required bool HasAdminApi { get; init; }

    /// <summary>Whether charges of the Payment scheme are offered.</summary>
    public required bool OffersCharges { get; init; }

    /// <summary>Payee of the Payment scheme; null for the gateway's own address.</summary>
    public required string? Realm { get; init; }

    /// <summary>Network of invoices; null for the node's own.</summary>
    public required string? Network { get; init; }

    /// <summary>Settings of the file without effect here, one sentence each.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
}

/// <summary>A service, ready to be served (Aperture proxy/service.go).</summary>
internal sealed record LoopbackService
{
    /// <summary>Name in the caveats of credentials.</summary>
    public required string Name { get; init; }

    /// <summary>Which Host headers it takes.</summary>
    public required TextMatcher Host { get; init; }

    /// <summary>Which paths it takes; null for all.</summary>
    public TextMatcher? Path { get; init; }

    /// <summary><c>host:port</c> of the upstream.</summary>
    public required string Address { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Whom it asks for payment.</summary>
    public required AuthLevel Auth { get; init; }

    /// <summary>What it asks, satoshis: 1 where the file says 0.</summary>
    public required long PriceSats { get; init; }

    /// <summary>Whether it accepts L402 credentials.</summary>
    public required bool AcceptsL402 { get; init; }

    /// <summary>Whether it accepts charges of the Payment scheme.</summary>
    public required bool AcceptsCharges { get; init; }

    /// <summary>Caveats of its credentials beside the one that names it and the one that lets them expire.</summary>
    public required IReadOnlyList<Caveat> Caveats { get; init; }

    /// <summary>Seconds its credentials last; 0 for ever.</summary>
    public required long TimeoutSeconds { get; init; }

    /// <summary>Paths that are free.</summary>
    public required IReadOnlyList<TextMatcher> FreePaths { get; init; }

    /// <summary>Paths that need a credential but sell none.</summary>
    public required IReadOnlyList<TextMatcher> PathsWithoutInvoice { get; init; }

    /// <summary>Rate limits, in order.</summary>
    public required IReadOnlyList<RateLimit> RateLimits { get; init; }

    /// <summary>Path put before the request's own, escaped; empty for none.</summary>
    public required string RewritePrefix { get; init; }

    /// <summary>Headers the upstream is sent in place of the client's; values may be secrets.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Whether a header of its own cannot be sent: every request is then answered with 502.</summary>
    public bool HasInvalidHeader => Headers.Any(static header => header.Value.IndexOfAny(['\r', '\n', '\0']) >= 0 || header.Key.Any(static one => one <= ' ' || one >= '\u007f' || one == ':'));

    /// <summary>The name; its headers may hold secrets.</summary>
    public override string ToString() => Name;
}

/// <summary>Whether a service asks for payment.</summary>
internal enum AuthKind
{
    /// <summary>Always.</summary>
    On,

    /// <summary>Never.</summary>
    Off,

    /// <summary>After some free requests.</summary>
    Freebie,
}

/// <summary>Whom a service asks for payment (Aperture auth/config.go).</summary>
/// <param name="Kind">Nobody, everybody, or everybody after some free requests.</param>
/// <param name="FreeRequests">How many requests of an address are free.</param>
internal readonly record struct AuthLevel(AuthKind Kind, int FreeRequests = 0)
{
    private const string Freebie = "freebie";

    /// <summary>Reads a level that the check of the file has let through.</summary>
    public static AuthLevel Parse(string text) => text.ToLowerInvariant() switch
    {
        "" or "on" or "true" => new AuthLevel(AuthKind.On),
        var other when other.StartsWith(Freebie, StringComparison.Ordinal) => new AuthLevel(AuthKind.Freebie, Count(other.Substring(other.IndexOf(' ') + 1))),
        _ => new AuthLevel(AuthKind.Off),
    };

    // Aperture keeps the count in 16 bits.
    private static int Count(string text) => unchecked((ushort)long.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
}

/// <summary>One rate limit of a service (Aperture proxy/ratelimit_config.go).</summary>
/// <param name="Path">Which paths it counts; null for all.</param>
/// <param name="PerSecond">Requests that come back in a second.</param>
/// <param name="Burst">Requests there are at most.</param>
internal sealed record RateLimit(TextMatcher? Path, double PerSecond, long Burst)
{
    /// <summary>The expression's text: two limits that share it share a bucket.</summary>
    public string Key => Path?.Pattern ?? string.Empty;

    public bool Counts(string path) => Path is null || Path.IsMatch(path);
}
