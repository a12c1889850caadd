using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Paywalls;
using LightningOps.Storage;

namespace LightningOps.ControlPlane;

/// <summary>The paywalls of a deployment, kept to restore them.</summary>
public sealed record DeploymentSnapshot
{
    /// <summary>Id of the deployment.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Gateway of the roll-out.</summary>
    public required string Gateway { get; init; }

    /// <summary>Hash of its artifact.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The paywalls, in order.</summary>
    public required IReadOnlyList<Paywall> Paywalls { get; init; }

    /// <summary>Time it was kept, Unix milliseconds.</summary>
    public long CreatedAtMs { get; init; }
}

/// <summary>A gateway that is not reconciled because an earlier deployment was restored.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="DeploymentId">Restored deployment.</param>
/// <param name="Who">User who restored it.</param>
/// <param name="SinceMs">Start, Unix milliseconds.</param>
public sealed record ReconcileSuspension(string Gateway, string DeploymentId, string Who, long SinceMs)
{
    /// <summary>In place of a deployment: the operator suspended it.</summary>
    public const string ByHand = "by hand";

    /// <summary>Why it is not reconciled.</summary>
    internal string Describe() => "not reconciled since " + Who + Cause;

    /// <summary>Whether it is reconciled, since when not, and why.</summary>
    public string ToState() => FormattableString.Invariant($"off since {DateTimeOffset.FromUnixTimeMilliseconds(SinceMs):yyyy-MM-dd HH:mm:ss} UTC: ") + Who + Cause;

    private string Cause => DeploymentId == ByHand ? " suspended it" : " restored " + DeploymentId + " there";

    // Records name an admin gateway by its program, and -Gateway by its API.
    private string Argument => Gateway.StartsWith("aperture:", StringComparison.Ordinal) ? "admin:" + Gateway.Substring("aperture:".Length) : Gateway;

    /// <summary>What an operator is told of it.</summary>
    public string ToWarning() => Gateway + " is " + Describe() + ". Sync-ApertureConfig only closes what is paused or killed there. To reconcile it again: Set-L402Gateway " + Argument + " -Reconcile On.";
}

/// <summary>A store that keeps the paywalls of deployments, and the gateways that are not reconciled.</summary>
/// <remarks>Every method throws <see cref="StoreException"/> when the store cannot be used.</remarks>
public interface IDeploymentSnapshots
{
    /// <summary>Keeps the paywalls of a deployment. Those of the last 200 deployments are kept.</summary>
    Task KeepSnapshotAsync(DeploymentSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>The paywalls of a deployment; null if they were not kept.</summary>
    Task<DeploymentSnapshot?> FindSnapshotAsync(string deploymentId, CancellationToken cancellationToken);

    /// <summary>Suspends reconciles of a gateway.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="deploymentId">Restored deployment.</param>
    /// <param name="who">User who restored it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task SuspendReconcileAsync(string gateway, string deploymentId, string who, CancellationToken cancellationToken);

    /// <summary>Resumes reconciles of a gateway.</summary>
    /// <returns>Whether it was suspended.</returns>
    Task<bool> ResumeReconcileAsync(string gateway, CancellationToken cancellationToken);

    /// <summary>Why a gateway is not reconciled; null if it is.</summary>
    Task<ReconcileSuspension?> FindSuspensionAsync(string gateway, CancellationToken cancellationToken);
}
