using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>The paywalls that a deployment was made of, to bring them back.</summary>
public sealed record DeploymentSnapshot
{
    /// <summary>Deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Gateway it was rolled out to.</summary>
    public required string Gateway { get; init; }

    /// <summary>Hash of its artifact.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The paywalls, in order.</summary>
    public required IReadOnlyList<Paywall> Paywalls { get; init; }

    /// <summary>Time it was kept, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }
}

/// <summary>A gateway that is not reconciled, because what it held was brought back.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="DeploymentId">Deployment that was brought back.</param>
/// <param name="Who">Who did it.</param>
/// <param name="SinceMs">Since when, Unix milliseconds.</param>
public sealed record ReconcileSuspension(string Gateway, string DeploymentId, string Who, long SinceMs);

/// <summary>A store that keeps the paywalls of deployments, and which gateways are not reconciled.</summary>
/// <remarks>Every method throws <see cref="StoreException"/> when the store cannot be used.</remarks>
public interface IDeploymentSnapshots
{
    /// <summary>Keeps the paywalls of a deployment; those of the last 200 deployments are kept.</summary>
    Task KeepSnapshotAsync(DeploymentSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>The paywalls of a deployment; null where they were not kept.</summary>
    Task<DeploymentSnapshot?> FindSnapshotAsync(string deploymentId, CancellationToken cancellationToken);

    /// <summary>Suspends the reconciling of a gateway.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="deploymentId">Deployment that was brought back.</param>
    /// <param name="who">Who did it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task SuspendReconcileAsync(string gateway, string deploymentId, string who, CancellationToken cancellationToken);

    /// <summary>Lets a gateway be reconciled again.</summary>
    /// <returns>Whether it was suspended.</returns>
    Task<bool> ResumeReconcileAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Why a gateway is not reconciled; null where it is.</summary>
    Task<ReconcileSuspension?> FindSuspensionAsync(string gateway, CancellationToken cancellationToken);
}
