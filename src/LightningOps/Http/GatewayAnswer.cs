using System;
using System.Collections.Generic;

namespace LightningOps.Http;

/// <summary>What one try brought back.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body, whole.</param>
internal sealed record GatewayAnswer(int StatusCode, ReadOnlyMemory<byte> Body)
{
    /// <summary>Values of WWW-Authenticate, one per header line.</summary>
    public IReadOnlyList<string> Challenges { get; init; } = Array.Empty<string>();

    /// <summary>Value of the header the hosted wrapper gives smoke tests their authorization in, or null.</summary>
    public string? SmokeAuthorization { get; init; }

    /// <summary>The wait a Retry-After asked for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When the gateway wants to be asked again; null when it does not say.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>Whether the same request may fare better a little later.</summary>
    public bool IsTransient => StatusCode is 408 or 429 or >= 500;
}
