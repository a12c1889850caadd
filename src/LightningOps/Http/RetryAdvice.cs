using System;
using System.Globalization;
using System.Net.Http;

namespace LightningOps.Http;

/// <summary>The wait that a server asks for (Retry-After, RFC 9110 10.2.3).</summary>
internal static class RetryAdvice
{
    /// <summary>The wait, asked for in seconds or as a date; null when the server asks for none.</summary>
    public static TimeSpan? GetWait(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The remedy of a failure; null when the server did not say when to come back.</summary>
    public static string? For(DateTimeOffset? retryAt) =>
        retryAt is { } time ? string.Format(CultureInfo.InvariantCulture, "Try again after {0:yyyy-MM-ddTHH:mm:ssZ}, as the server requests.", time.UtcDateTime) : null;
}
