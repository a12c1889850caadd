using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.ControlPlane;

/// <summary>A control plane that can tell which settlements and invoices it recorded; the hosted ones cannot.</summary>
public interface ISettlementHistory
{
    /// <summary>Recorded settlements, the last recorded first.</summary>
    Task<IReadOnlyList<RecordedSettlement>> ListSettlementsAsync(SettlementQuery query, CancellationToken cancellationToken);

    /// <summary>Invoices as they stand, the last heard of for the first time first.</summary>
    Task<IReadOnlyList<Invoice>> ListInvoicesAsync(InvoiceQuery query, CancellationToken cancellationToken);

    /// <summary>One invoice as it stands, or null.</summary>
    Task<Invoice?> FindInvoiceAsync(string invoiceId, CancellationToken cancellationToken);
}
