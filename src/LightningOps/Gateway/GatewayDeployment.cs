using LightningOps.Compile;

namespace LightningOps.Gateway;

/// <summary>A deployment as a gateway reports it.</summary>
public sealed record GatewayDeployment
{
    /// <summary>Identifier, or null when the gateway keeps none.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Hash of the artifact.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>Digest of the gateway's image, when it reports one.</summary>
    public string? ImageDigest { get; init; }
}
