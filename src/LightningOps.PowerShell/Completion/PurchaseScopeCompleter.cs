using LightningOps.L402.Credentials;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a scope that was bought.</summary>
public sealed class PurchaseScopeCompleter : PurchaseCompleter
{
    private protected override string ValueOf(Purchase purchase) => purchase.For.Scope;
}
