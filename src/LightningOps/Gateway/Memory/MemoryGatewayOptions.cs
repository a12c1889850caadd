namespace LightningOps.Gateway.Memory;

/// <summary>How a <see cref="MemoryGateway"/> behaves.</summary>
public sealed class MemoryGatewayOptions
{
    /// <summary>Name of the gateway.</summary>
    public string Name { get; init; } = "memory";

    /// <summary>Digest it reports as its image, or null for none.</summary>
    public string? ImageDigest { get; init; } = "sha256:new";

    /// <summary>Calls that fail.</summary>
    public FaultPlan Faults { get; init; } = new();
}
