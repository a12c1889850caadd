using System;
using System.Globalization;
using System.Net.Http;

namespace LightningOps.Http;

/// <summary>The wait requested by a server (Retry-After, RFC 9110 10.2.3).</summary>
internal static class RetryAdvice
{
    /// <summary>The requested wait, in seconds or as a date; null when there is none.</summary>
    public static TimeSpan? GetWait(HttpResponseMessage response, TimeProvider time)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    /// <summary>The remedy of a failure; null when the server stated no time.</summary>
    public static string? For(DateTimeOffset? retryAt) =>
        retryAt is { } time ? string.Format(CultureInfo.InvariantCulture, "Try again after {0:yyyy-MM-ddTHH:mm:ssZ}, as the server requests.", time.UtcDateTime) : null;
}
