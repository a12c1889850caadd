using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the service name of a stored route.</summary>
public sealed class ServiceNameCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        (await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false))
            .SelectMany(static paywall => paywall.Routes.Select(route => (ServiceName.For(paywall.PaywallId, route), paywall.Name + ": " + route.HostPattern + route.PathPattern)));
}
