using LightningOps.Compile;

namespace LightningOps.ControlPlane;

/// <summary>Which deployments to list: all conditions given must hold.</summary>
public sealed class DeploymentQuery
{
    /// <summary>One deployment only.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Deployments in this state.</summary>
    public DeploymentStatus? Status { get; init; }

    /// <summary>Deployments of this artifact.</summary>
    public ConfigHash? ConfigHash { get; init; }

    /// <summary>At most so many, the newest; 100 by default.</summary>
    public int First { get; init; } = 100;
}
