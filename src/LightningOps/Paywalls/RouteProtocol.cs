namespace LightningOps.Paywalls;

/// <summary>Protocol between the gateway and an upstream.</summary>
public enum RouteProtocol
{
    /// <summary>Plain HTTP.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,
}
