using LightningOps.L402.Credentials;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes the name of a purchase.</summary>
public sealed class PurchaseIdCompleter : PurchaseCompleter
{
    private protected override string ValueOf(Purchase purchase) => purchase.PurchaseId;
}
