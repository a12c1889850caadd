using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.ControlPlane.Rules;
using LightningOps.Gateway.Probes;

namespace LightningOps.Settlements.Books;

/// <summary>The payments of the operator's own checks, which are not revenue.</summary>
public static class OwnPurchases
{
    /// <summary>Their payment hashes, as in the books.</summary>
    /// <param name="store">The credential store of the wallet that paid for the checks.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyCollection<string>> ListAsync(CredentialStore store, CancellationToken cancellationToken)
    {
        var purchases = await store.DescribeAsync(new PurchaseQuery(), cancellationToken).ConfigureAwait(false);
        return purchases
            .Where(static purchase => purchase.For.Scope.StartsWith(L402ProbePayer.ScopePrefix, StringComparison.Ordinal))
            .Select(static purchase => PaymentHashText.Normalize(purchase.PaymentHash))
            .OfType<string>()
            .ToArray();
    }
}
