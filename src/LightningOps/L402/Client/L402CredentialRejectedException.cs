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
    /// <param name="format">How the credential was written.</param>
    /// <param name="wasAccepted">Whether the server accepted it before.</param>
    public L402CredentialRejectedException(Purchase purchase, int statusCode, L402AuthorizationFormat format = L402AuthorizationFormat.TokenPreimage, bool wasAccepted = false)
        : base(
            "CredentialRejected",
            string.Format(
                CultureInfo.InvariantCulture,
                wasAccepted
                    ? "{0} answered {1} to the credential that was paid for and that it accepted before: {4} msat are lost unless it accepts it again; proof {2}, payment {3}"
                    : "{0} answered {1} to the credential that was paid for: proof {2}, payment {3}",
                purchase.For,
                statusCode,
                purchase.ProofReference,
                purchase.PaymentId ?? "without an id",
                (purchase.Spent ?? purchase.Reserved).Value),
            (wasAccepted && format == L402AuthorizationFormat.TokenPreimage
                ? "Make the same request again later: it sends the same credential and costs nothing."
                : "First make the same request with the credential written another way, which costs nothing: " + (format == L402AuthorizationFormat.TokenPreimage ? "with -AuthorizationFormat Params." : "without -AuthorizationFormat."))
            + " Claim a refund with the proof: Get-L402Credential -PurchaseId " + purchase.PurchaseId + " -ProofPath ./refund.json writes it to a file. Only -AllowRebuy or -ForceRefresh pays again.")
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
