using System.Collections.Generic;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.L402;

namespace LightningOps.Gateway.Loopback.Configuration;

/// <summary>A service, ready to be served (Aperture proxy/service.go).</summary>
internal sealed class LoopbackService
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

    /// <summary>The name; its headers may hold secrets.</summary>
    public override string ToString() => Name;
}
