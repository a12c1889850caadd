using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the id of a recorded invoice.</summary>
public sealed class InvoiceIdCompleter : StoreCompleter
{
    private protected override async Task<IEnumerable<(string Id, string About)>> ListAsync(IControlPlane controlPlane, CancellationToken cancellationToken) =>
        controlPlane is ISettlementHistory books
            ? (await books.ListInvoicesAsync(new InvoiceQuery(), cancellationToken).ConfigureAwait(false))
                .Select(static invoice => (invoice.InvoiceId, invoice.Status + " " + invoice.PaywallId))
            : [];
}
