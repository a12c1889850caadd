using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a host of a stored route. An expression and a wildcard are not hosts.</summary>
public sealed class HostNameCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        (await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false))
            .SelectMany(static paywall => paywall.Routes.Select(route => (Host: route.HostPattern, paywall.Name)))
            .Where(static one => IsHost(one.Host))
            .GroupBy(static one => one.Host)
            .Select(static same => (same.Key, string.Join(", ", same.Select(static one => one.Name).Distinct())));

    private static bool IsHost(string pattern) => pattern.Length > 0 && pattern.All(static character => char.IsLetterOrDigit(character) || character is '.' or '-' or ':');
}
