using System;
using LightningOps.Http;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Http;

/// <summary>Time limits and waits for a peer on loopback.</summary>
internal static class TestHttp
{
    /// <summary>Patience for a peer that answers; no wait between tries.</summary>
    public static GatewayHttpOptions Options { get; } = new()
    {
        TryTimeout = TimeSpan.FromSeconds(20),
        RetryDelay = TimeSpan.FromMilliseconds(1),
        MaxRetryDelay = TimeSpan.FromMilliseconds(2),
    };

    /// <summary>The same, but a stall costs no time: the limit runs out when the clock is told.</summary>
    public static GatewayHttpOptions On(HeldTime time) => Options with { Time = time };
}
