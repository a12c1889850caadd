using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the hash of an artifact that was deployed.</summary>
public sealed class ConfigHashCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        controlPlane is IDeploymentHistory history
            ? (await history.ListDeploymentsAsync(new DeploymentQuery(), cancellationToken).ConfigureAwait(false))
                .GroupBy(static deployment => deployment.ConfigHash.ToString())
                .Select(static deployments => (deployments.Key, deployments.First().Status + " " + deployments.First().DeploymentId))
            : [];
}
