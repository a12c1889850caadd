namespace LightningOps;

/// <summary>State of a deployment of a compiled configuration.</summary>
public enum DeploymentStatus
{
    /// <summary>Recorded, not applied yet.</summary>
    Pending,

    /// <summary>Serving.</summary>
    Applied,

    /// <summary>Not applied.</summary>
    Failed,

    /// <summary>Applied, then replaced by the deployment before it.</summary>
    RolledBack,
}
