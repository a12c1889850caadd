using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the id of a paywall.</summary>
public sealed class PaywallIdCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        (await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false)).Select(static paywall => (paywall.PaywallId, paywall.Name));
}
