using System;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>What one try brought back.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body, whole.</param>
/// <param name="RetryAfter">The wait a Retry-After asked for.</param>
internal sealed record HttpAnswer(int StatusCode, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => StatusCode is >= 200 and < 300;
}
