using System;
using System.Net.Http;
using LightningOps.Settings;

namespace LightningOps.ControlPlane.Hosted;

/// <summary>How a hosted control plane is reached.</summary>
public sealed record HostedControlPlaneOptions
{
    /// <summary>Base URL; trailing slashes do not matter. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The shared secret, sent in the arguments of every call.</summary>
    public required OperatorSecret Secret { get; init; }

    /// <summary>Clock of time limits and waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests; it must not follow redirects, for the secret is in the body. Null makes one. Not disposed here when given.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Whether plain http to another machine is allowed, which shows the secret to the network.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Time limit of one try.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a call is tried at most.</summary>
    public int Tries { get; init; } = 4;

    /// <summary>Wait before the second try; it doubles from try to try, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest wait between two tries, also where Retry-After asks for more.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest wait a server may ask for (Retry-After): who asks for more is not asked again, and the failure says when to come back.</summary>
    public TimeSpan MaxRetryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest list of paywalls taken, bytes.</summary>
    public int MaxListSize { get; init; } = 512 * 1024 * 1024;

    /// <summary>Largest other answer taken, bytes.</summary>
    public int MaxResponseSize { get; init; } = 16 * 1024 * 1024;
}
