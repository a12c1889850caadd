using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the id of a recorded deployment.</summary>
public sealed class DeploymentIdCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        controlPlane is IDeploymentHistory history
            ? (await history.ListDeploymentsAsync(new DeploymentQuery(), cancellationToken).ConfigureAwait(false))
                .Select(static deployment => (deployment.DeploymentId, deployment.Status + " " + deployment.ConfigHash))
            : [];
}
