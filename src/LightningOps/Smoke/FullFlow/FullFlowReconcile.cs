using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke.FullFlow;

/// <summary>The roll-out of a full flow.</summary>
public sealed record FullFlowReconcile
{
    /// <summary>Request it ran under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Deployment recorded.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Hash of the artifact.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>How the deployment ended.</summary>
    public required DeploymentStatus DeploymentStatus { get; init; }

    /// <summary>Whether the gateway was found to ask for payment.</summary>
    public required bool ChallengeOk { get; init; }

    /// <summary>Whether a paid request was found to reach its upstream.</summary>
    public required bool ProxyOk { get; init; }

    /// <summary>Whether the gateway was found to be up.</summary>
    public required bool HealthOk { get; init; }

    internal static FullFlowReconcile Of(StagingSmokeResult staging) => new()
    {
        RequestId = staging.RequestId,
        DeploymentId = staging.DeploymentId,
        ConfigHash = staging.ConfigHash,
        DeploymentStatus = staging.DeploymentStatus,
        ChallengeOk = staging.ChallengeOk,
        ProxyOk = staging.ProxyOk,
        HealthOk = staging.HealthOk,
    };
}
