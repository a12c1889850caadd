using System;
using System.Net.Http;

namespace LightningOps.Http;

/// <summary>How a gateway is spoken to over HTTP.</summary>
public sealed record GatewayHttpOptions
{
    /// <summary>Clock of time limits and waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests; it must not follow redirects, for a secret is in their headers. Null makes one. Not disposed here when given.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which shows the secret to the network.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Time limit of one try.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is tried at most.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Wait before the second try; it doubles from try to try, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between two tries, also where Retry-After asks for more.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait a server may ask for (Retry-After): who asks for more is not asked again, and the failure says when to come back.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Maximum size of an answer, in bytes.</summary>
    public int MaxResponseSize { get; init; } = 256 * 1024 * 1024;
}
