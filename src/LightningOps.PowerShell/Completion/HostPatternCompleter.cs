using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the host pattern of a stored route.</summary>
public class HostPatternCompleter : StoreCompleter
{
    /// <summary>Whether a pattern is proposed.</summary>
    private protected virtual bool IsProposed(string pattern) => true;

    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        (await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false))
            .SelectMany(static paywall => paywall.Routes.Select(route => (Host: route.HostPattern, paywall.Name)))
            .Where(one => IsProposed(one.Host))
            .GroupBy(static one => one.Host)
            .Select(static same => (same.Key, string.Join(", ", same.Select(static one => one.Name).Distinct())));
}
