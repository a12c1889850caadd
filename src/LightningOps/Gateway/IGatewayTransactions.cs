using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway;

/// <summary>A gateway that tells which invoices of its were paid (docs/reference/aperture.md#admin-api).</summary>
public interface IGatewayTransactions
{
    /// <summary>A page of the settled transactions, those created last first.</summary>
    /// <exception cref="GatewayException">The gateway was not reached or refused.</exception>
    Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken);
}
