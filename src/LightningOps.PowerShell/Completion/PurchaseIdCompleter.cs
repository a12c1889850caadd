using LightningOps.Buyer.Credentials;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the id of a purchase.</summary>
public sealed class PurchaseIdCompleter : PurchaseCompleter
{
    private protected override string GetValue(Purchase purchase) => purchase.PurchaseId;
}
