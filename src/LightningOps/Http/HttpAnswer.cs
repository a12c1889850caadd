using System;

namespace LightningOps.Http;

/// <summary>What one try brought back.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body, whole.</param>
/// <param name="RetryAfter">The wait a Retry-After asked for.</param>
internal sealed record HttpAnswer(int StatusCode, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    /// <summary>When the server wants to be asked again; null when it does not say.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    public bool IsSuccess => StatusCode is >= 200 and < 300;
}
