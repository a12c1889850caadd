using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the id of a recorded settlement.</summary>
public sealed class SettlementIdCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        controlPlane is ISettlementHistory books
            ? (await books.ListSettlementsAsync(new SettlementQuery(), cancellationToken).ConfigureAwait(false))
                .Select(static recorded => (recorded.Settlement.SettlementId, recorded.Settlement.PaywallId + " " + recorded.Settlement.AmountMsats + " msat"))
            : [];
}
