using LightningOps.L402.Credentials;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>A request and what follows from it for a purchase.</summary>
/// <param name="Request">The request.</param>
/// <param name="Site">Who it goes to.</param>
/// <param name="For">What a credential for it is good for.</param>
/// <param name="MaxSpend">The most it may cost; null when nobody says.</param>
internal sealed record PurchaseOrder(L402Request Request, L402Site Site, CredentialScope For, Msats? MaxSpend)
{
    /// <summary>The credential that is no longer to be used, by its name in the store: any other will do.</summary>
    public string? Except { get; init; }

    /// <summary>Orders of the same key end the same way, so that one is carried out for all.</summary>
    public (CredentialScope For, Msats? MaxSpend, Msats? MaxPrice, bool AllowAmountless, bool ForceRefresh, bool AllowRebuy, string? Except) Key =>
        (For, MaxSpend, Request.MaxPrice, Request.AllowAmountless, Request.ForceRefresh, Request.AllowRebuy, Except);
}
