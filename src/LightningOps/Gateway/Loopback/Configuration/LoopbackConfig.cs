using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>What a loopback gateway serves.</summary>
internal sealed record LoopbackConfig
{
    /// <summary>Services in match order.</summary>
    public required IReadOnlyList<LoopbackService> Services { get; init; }

    /// <summary>Addresses that are refused.</summary>
    public required ISet<IPAddress> Blocked { get; init; }

    /// <summary>Whether the node must confirm a settled invoice in addition to the proof.</summary>
    public required bool VerifiesInvoices { get; init; }

    /// <summary>Whether the file turns the admin API on.</summary>
    public required bool HasAdminApi { get; init; }

    /// <summary>Whether charges of the Payment scheme are offered.</summary>
    public required bool OffersCharges { get; init; }

    /// <summary>Payee of the Payment scheme; null for the gateway's own address.</summary>
    public required string? Realm { get; init; }

    /// <summary>Network of invoices; null for the node's own.</summary>
    public required string? Network { get; init; }

    /// <summary>Settings of the file that have no effect here, one sentence each.</summary>
    public required IReadOnlyList<string> Notices { get; init; }
}

/// <summary>A service, ready to be served (Aperture proxy/service.go).</summary>
internal sealed record LoopbackService
{
    /// <summary>Name in the caveats of credentials.</summary>
    public required string Name { get; init; }

    /// <summary>Host headers it matches.</summary>
    public required TextMatcher Host { get; init; }

    /// <summary>Paths it matches; null for all.</summary>
    public TextMatcher? Path { get; init; }

    /// <summary><c>host:port</c> of the upstream.</summary>
    public required string Address { get; init; }

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Who must pay.</summary>
    public required AuthLevel Auth { get; init; }

    /// <summary>Price in satoshis; 1 if the file says 0.</summary>
    public required long PriceSats { get; init; }

    /// <summary>Whether it accepts L402 credentials.</summary>
    public required bool AcceptsL402 { get; init; }

    /// <summary>Whether it accepts charges of the Payment scheme.</summary>
    public required bool AcceptsCharges { get; init; }

    /// <summary>Additional caveats of its credentials, besides its name and expiry.</summary>
    public required IReadOnlyList<Caveat> Caveats { get; init; }

    /// <summary>Lifetime of its credentials in seconds; 0 for no limit.</summary>
    public required long TimeoutSeconds { get; init; }

    /// <summary>Paths that are free.</summary>
    public required IReadOnlyList<TextMatcher> FreePaths { get; init; }

    /// <summary>Paths that need a credential but sell none.</summary>
    public required IReadOnlyList<TextMatcher> PathsWithoutInvoice { get; init; }

    /// <summary>Rate limits, in order.</summary>
    public required IReadOnlyList<RateLimit> RateLimits { get; init; }

    /// <summary>Path prepended to the request's path, escaped; empty for none.</summary>
    public required string RewritePrefix { get; init; }

    /// <summary>Headers sent to the upstream in place of the client's; values may be secrets.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; }

    /// <summary>Whether one of its headers cannot be sent. Every request is then answered with 502.</summary>
    public bool HasInvalidHeader => Headers.Any(static header => header.Value.IndexOfAny(['\r', '\n', '\0']) >= 0 || header.Key.Any(static one => one <= ' ' || one >= '\u007f' || one == ':'));

    /// <summary>The name only, because its headers may hold secrets.</summary>
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

/// <summary>Who must pay for a service (Aperture auth/config.go).</summary>
/// <param name="Kind">Nobody, everybody, or everybody after some free requests.</param>
/// <param name="FreeRequests">Number of free requests per address.</param>
internal readonly record struct AuthLevel(AuthKind Kind, int FreeRequests = 0)
{
    private const string Freebie = "freebie";

    /// <summary>Reads a level that was validated by the check of the file.</summary>
    public static AuthLevel Parse(string text) => Read(text) ?? throw new FormatException("Not an auth level: " + text);

    /// <summary>Reads a level; null for one at which Aperture crashes.</summary>
    public static AuthLevel? Read(string text) => text.ToLowerInvariant() switch
    {
        "" or "on" or "true" => new AuthLevel(AuthKind.On),
        var other when other.StartsWith(Freebie, StringComparison.Ordinal) => FreebieCount.Read(other) is { } count ? new AuthLevel(AuthKind.Freebie, count) : null,
        _ => new AuthLevel(AuthKind.Off),
    };
}

/// <summary>One rate limit of a service (Aperture proxy/ratelimit_config.go).</summary>
/// <param name="Path">Paths it counts; null for all.</param>
/// <param name="PerSecond">Requests regained per second.</param>
/// <param name="Burst">Maximum number of requests at once.</param>
internal sealed record RateLimit(TextMatcher? Path, double PerSecond, long Burst)
{
    /// <summary>The text of the expression. Limits with the same text share a bucket.</summary>
    public string Key => Path?.Pattern ?? string.Empty;

    public bool Counts(string path) => Path is null || Path.IsMatch(path);
}
