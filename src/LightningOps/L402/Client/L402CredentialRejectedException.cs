using System.Globalization;
using LightningOps.L402.Credentials;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>
/// What was paid for is not accepted (<c>CredentialRejected</c>). The proof is kept for a refund claim; the next request
/// tries it again and pays nothing.
/// </summary>
public sealed class L402CredentialRejectedException : LightningOpsException
{
    /// <summary>Creates the failure of one credential.</summary>
    /// <param name="purchase">What was paid.</param>
    /// <param name="statusCode">What the server answered: 401 or 402.</param>
    public L402CredentialRejectedException(Purchase purchase, int statusCode)
        : base(
            "CredentialRejected",
            string.Format(
                CultureInfo.InvariantCulture,
                "{0} answered {1} to the credential that was paid for: proof {2}, payment {3}",
                purchase.For,
                statusCode,
                purchase.ProofReference,
                purchase.PaymentId ?? "without an id"),
            "Claim a refund with the proof: Get-L402Credential -PurchaseId " + purchase.PurchaseId + " -ProofPath ./refund.json writes it to a file. Remove-L402Credential, which forgets it, or -ForceRefresh lets it be bought again.")
    {
        Purchase = purchase;
        StatusCode = statusCode;
    }

    /// <summary>What was paid.</summary>
    public Purchase Purchase { get; }

    /// <summary>What the server answered.</summary>
    public int StatusCode { get; }

    /// <summary>Names the proof without giving it away.</summary>
    public string? ProofReference => Purchase.ProofReference;

    /// <summary>Payment hash of the invoice.</summary>
    public PaymentHash? PaymentHash => Purchase.PaymentHash;

    /// <summary>The wallet's name of the payment.</summary>
    public string? PaymentId => Purchase.PaymentId;

    /// <summary>What it cost, millisatoshis.</summary>
    public Msats Amount => Purchase.Spent ?? Purchase.Reserved;
}
