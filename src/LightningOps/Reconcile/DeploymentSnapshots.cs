using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile;

/// <summary>Keeps the paywalls of roll-outs that succeeded, so that they can be restored.</summary>
public static class DeploymentSnapshots
{
    /// <summary>Keeps the paywalls; a failure is a warning.</summary>
    /// <param name="result">The result of a reconcile.</param>
    /// <param name="store">The store.</param>
    /// <param name="warn">Receives the reason if they could not be kept.</param>
    public static async Task TryKeepAsync(ReconcileResult result, IDeploymentSnapshots store, Action<string> warn)
    {
        if (result.FailureCode is not null || result.Paywalls is not { } paywalls)
        {
            return;
        }

        try
        {
            var snapshot = new DeploymentSnapshot { DeploymentId = result.DeploymentId, Gateway = result.Gateway, ConfigHash = result.ConfigHash, Paywalls = paywalls };
            await store.KeepSnapshotAsync(snapshot, CancellationToken.None).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            warn("Restore-L402Deployment cannot bring " + result.DeploymentId + " back: its paywalls were not kept. " + failure.Message);
        }
    }
}
