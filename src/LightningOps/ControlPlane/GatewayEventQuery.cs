namespace LightningOps.ControlPlane;

/// <summary>Which gateway events to list: all conditions given must hold.</summary>
public sealed class GatewayEventQuery
{
    /// <summary>Events of one deployment.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Events of one request.</summary>
    public string? RequestId { get; init; }

    /// <summary>At most so many, the newest; 100 by default.</summary>
    public int First { get; init; } = 100;
}
