using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the id of a route.</summary>
public sealed class RouteIdCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        (await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false))
            .SelectMany(static paywall => paywall.Routes.Select(route => (route.RouteId, paywall.Name + ": " + route.HostPattern + route.PathPattern)));
}
