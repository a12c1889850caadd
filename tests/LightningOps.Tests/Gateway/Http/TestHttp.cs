using System;
using LightningOps.Gateway.Http;

namespace LightningOps.Tests.Gateway.Http;

/// <summary>Time limits and waits for a peer on loopback.</summary>
internal static class TestHttp
{
    /// <summary>Patience for a peer that answers; no wait between tries.</summary>
    public static GatewayHttpOptions Options { get; } = new()
    {
        TryTimeout = TimeSpan.FromSeconds(20),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        LongestRetryDelay = TimeSpan.FromMilliseconds(2),
    };

    /// <summary>For a peer that stalls.</summary>
    public static GatewayHttpOptions Impatient { get; } = Options with { TryTimeout = TimeSpan.FromMilliseconds(400) };
}
