using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>
/// The wallet says it paid, and its preimage is not the invoice's (<c>PreimageMismatchError</c>): nothing was sent or kept.
/// It counts as spent, and nothing else is bought for the same host and scope until that is cleared up.
/// </summary>
public sealed class L402PreimageMismatchException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="purchase">The purchase.</param>
    public L402PreimageMismatchException(Purchase purchase)
        : base(
            "PreimageMismatchError",
            "preimage_mismatch: the wallet's proof of the payment to " + purchase.For + " is not that of the invoice",
            "Look at the wallet. Make the request again once it tells the right preimage; Remove-L402Credential -Force gives the payment up.")
    {
        Purchase = purchase;
    }

    /// <summary>The purchase.</summary>
    public Purchase Purchase { get; }
}
