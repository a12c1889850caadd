using System;
using System.Net.Http;

namespace LightningOps.Http;

/// <summary>HTTP options of a gateway.</summary>
public sealed record GatewayHttpOptions
{
    /// <summary>Clock of time limits and waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Sends the requests; it must not follow redirects, because a secret is in their headers. Null creates one. Not
    /// disposed here when given.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which exposes the secret.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Time limit of one attempt.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum number of attempts of a request.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Delay before the second attempt; it doubles with each attempt, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum delay between two attempts, even if Retry-After requests more.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Maximum Retry-After of a server: for a longer wait the request is not retried, and the error states when to try again.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Maximum size of an answer, in bytes.</summary>
    public int MaxResponseSize { get; init; } = 256 * 1024 * 1024;
}
