using LightningOps.L402.Credentials;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a host that sold.</summary>
public sealed class PurchaseHostCompleter : PurchaseCompleter
{
    private protected override string ValueOf(Purchase purchase) => purchase.For.Host;
}
