using System.Globalization;
using System.Threading;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Loopback;

/// <summary>A service of a loopback gateway with its request counts.</summary>
public sealed record LoopbackServiceStatus
{
    /// <summary>The service.</summary>
    public required GatewayService Service { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Service.Name;

    /// <summary>Price, satoshis.</summary>
    public long PriceSats => Service.EffectivePrice;

    /// <summary>Requests that matched it.</summary>
    public required long Requests { get; init; }

    /// <summary>Challenges sent (402).</summary>
    public required long Challenges { get; init; }

    /// <summary>Invalid credentials presented.</summary>
    public required long CredentialsRefused { get; init; }

    /// <summary>Requests with a valid credential.</summary>
    public required long Authorized { get; init; }

    /// <summary>Requests a rate limit denied (429).</summary>
    public required long RateLimited { get; init; }

    /// <summary>Requests forwarded to the upstream.</summary>
    public required long Forwarded { get; init; }

    /// <summary>Requests without a complete answer from the upstream (502).</summary>
    public required long UpstreamFailures { get; init; }

    /// <summary>Name and price, for example <c>pw_a.r1 (5 sat)</c>.</summary>
    public override string ToString() => Name + (!Service.Sells ? Service.HasPortZero ? " (closed)" : " (free)" : " (" + PriceSats.ToString(CultureInfo.InvariantCulture) + " sat)");
}

/// <summary>Counts the requests of one service by outcome.</summary>
internal sealed class ServiceCounters
{
    private long requests;
    private long challenges;
    private long refused;
    private long authorized;
    private long limited;
    private long forwarded;
    private long unanswered;

    public void CountRequest() => Interlocked.Increment(ref requests);

    public void CountChallenge() => Interlocked.Increment(ref challenges);

    public void CountRefused() => Interlocked.Increment(ref refused);

    public void CountAuthorized() => Interlocked.Increment(ref authorized);

    public void CountLimited() => Interlocked.Increment(ref limited);

    public void CountForwarded() => Interlocked.Increment(ref forwarded);

    public void CountUpstreamFailure() => Interlocked.Increment(ref unanswered);

    /// <summary>The current counts.</summary>
    public LoopbackServiceStatus ToStatus(GatewayService service) => new()
    {
        Service = service,
        Requests = Interlocked.Read(ref requests),
        Challenges = Interlocked.Read(ref challenges),
        CredentialsRefused = Interlocked.Read(ref refused),
        Authorized = Interlocked.Read(ref authorized),
        RateLimited = Interlocked.Read(ref limited),
        Forwarded = Interlocked.Read(ref forwarded),
        UpstreamFailures = Interlocked.Read(ref unanswered),
    };
}
