using LightningOps.Buyer.Credentials;

namespace LightningOps.PowerShell.Completion;

/// <summary>Completes a seller host.</summary>
public sealed class PurchaseHostCompleter : PurchaseCompleter
{
    private protected override string GetValue(Purchase purchase) => purchase.For.Host;
}
