using System;
using System.Net.Http;
using LightningOps.Settings;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>Options of a hosted control plane.</summary>
public sealed record HostedControlPlaneOptions
{
    /// <summary>Base URL; trailing slashes do not matter. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The shared secret, sent in the arguments of every call.</summary>
    public required OperatorSecret Secret { get; init; }

    /// <summary>Clock of time limits and waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Sends the requests; it must not follow redirects, because the secret is in the body. Null creates one. Not
    /// disposed here when given.
    /// </summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which exposes the secret.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Time limit of one attempt.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Maximum number of attempts of a call.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Delay before the second attempt; it doubles with each attempt, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Maximum delay between two attempts, even if Retry-After requests more.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Maximum Retry-After of a server: for a longer wait the request is not retried, and the error states when to try again.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Maximum size of a list of paywalls, in bytes.</summary>
    public int MaxListSize { get; init; } = 512 * 1024 * 1024;

    /// <summary>Maximum size of other answers, in bytes.</summary>
    public int MaxResponseSize { get; init; } = 16 * 1024 * 1024;
}
