using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>A control plane that can tell which deployments and events it recorded; the hosted ones cannot.</summary>
public interface IDeploymentHistory
{
    /// <summary>Recorded deployments, the newest first.</summary>
    Task<IReadOnlyList<Deployment>> ListDeploymentsAsync(DeploymentQuery query, CancellationToken cancellationToken);

    /// <summary>Recorded gateway events, the newest first.</summary>
    Task<IReadOnlyList<GatewayEvent>> ListEventsAsync(GatewayEventQuery query, CancellationToken cancellationToken);
}
