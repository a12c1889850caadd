using System;
using System.Collections.Generic;

namespace LightningOps.Http;

/// <summary>The answer to one attempt.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body, whole.</param>
internal sealed record GatewayAnswer(int StatusCode, ReadOnlyMemory<byte> Body)
{
    /// <summary>Values of WWW-Authenticate, one per header line.</summary>
    public IReadOnlyList<string> Challenges { get; init; } = Array.Empty<string>();

    /// <summary>Value of the header in which the hosted wrapper returns the authorization for smoke tests, or null.</summary>
    public string? SmokeAuthorization { get; init; }

    /// <summary>The wait requested by Retry-After.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When the gateway may be called again; null when it does not say.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient => StatusCode is 408 or 429 or >= 500;
}
