using System;
using System.Globalization;

namespace LightningOps.Http;

/// <summary>What to do about a server that asked to be left alone for a while (Retry-After).</summary>
internal static class RetryAdvice
{
    /// <summary>The advice; null when the server did not say when to come back.</summary>
    public static string? For(DateTimeOffset? retryAt) =>
        retryAt is { } time ? string.Format(CultureInfo.InvariantCulture, "Try again after {0:yyyy-MM-ddTHH:mm:ssZ}, as the server requests.", time.UtcDateTime) : null;
}
