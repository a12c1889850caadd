namespace LightningOps.Paywalls;

/// <summary>A price server, which sets the price of each request (docs/reference/aperture.md#service-members).</summary>
public sealed record DynamicPrice
{
    /// <summary><c>host:port</c> of its gRPC service.</summary>
    public required string GrpcAddress { get; init; }

    /// <summary>Whether the connection to it is without TLS; null for false.</summary>
    public bool? Insecure { get; init; }

    /// <summary>File of its certificate where Aperture runs, or null.</summary>
    public string? TlsCertificatePath { get; init; }

    /// <summary>Whether a credential is charged by use, which needs an Aperture after v0.5.0; null for false.</summary>
    public bool? Metered { get; init; }
}
