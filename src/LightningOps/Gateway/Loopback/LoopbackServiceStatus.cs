namespace LightningOps.Gateway.Loopback;

/// <summary>A service of a loopback gateway and what has become of its requests.</summary>
public sealed class LoopbackServiceStatus
{
    /// <summary>The service.</summary>
    public required GatewayService Service { get; init; }

    /// <summary>Its name.</summary>
    public string Name => Service.Name;

    /// <summary>Price, satoshis.</summary>
    public long PriceSats => Service.EffectivePrice;

    /// <summary>Requests it was found for.</summary>
    public required long Requests { get; init; }

    /// <summary>Answers that asked for payment (402).</summary>
    public required long Challenges { get; init; }

    /// <summary>Credentials that were presented and did not pass.</summary>
    public required long CredentialsRefused { get; init; }

    /// <summary>Requests with a credential that passed.</summary>
    public required long Authorized { get; init; }

    /// <summary>Requests a rate limit denied (429).</summary>
    public required long RateLimited { get; init; }

    /// <summary>Requests passed on to the upstream.</summary>
    public required long Forwarded { get; init; }

    /// <summary>Requests whose upstream gave no answer (502), or half of one.</summary>
    public required long UpstreamFailures { get; init; }
}
