using LightningOps.Buyer.Credentials;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a purchased scope.</summary>
public sealed class PurchaseScopeCompleter : PurchaseCompleter
{
    private protected override string GetValue(Purchase purchase) => purchase.For.Scope;
}
