using System;
using System.Globalization;
using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>
/// It cannot be told yet whether a payment went through (<c>PaymentPendingError</c>). It counts as spent, and nothing else
/// is bought for the same host and scope until its end is known; the next request looks.
/// </summary>
public sealed class L402PaymentPendingException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="scope">What is being bought.</param>
    /// <param name="purchase">It, as the store has it; null when another process has not written it down yet.</param>
    /// <param name="code">The wallet's code, or <c>payment_pending</c>.</param>
    /// <param name="reason">What is waited for.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public L402PaymentPendingException(CredentialScope scope, Purchase? purchase, string code, string reason, Exception? inner = null)
        : base(
            "PaymentPendingError",
            code + ": " + scope + ": " + reason + (purchase is null ? string.Empty : ". " + StandingOf(purchase)),
            RemedyOf(purchase),
            inner)
    {
        For = scope;
        PurchaseId = purchase?.PurchaseId;
        PaymentHash = purchase?.PaymentHash;
        IsInFlight = purchase is { WasSeen: true };
        InvoiceExpiresAt = purchase?.InvoiceExpiresAtMs is { } expiry ? DateTimeOffset.FromUnixTimeMilliseconds(expiry) : null;
        Code = code;
    }

    /// <summary>What is being bought.</summary>
    public CredentialScope For { get; }

    /// <summary>Its name in the store.</summary>
    public string? PurchaseId { get; }

    /// <summary>Hash of the invoice, which finds the payment at the wallet; null where it is not known.</summary>
    public PaymentHash? PaymentHash { get; }

    /// <summary>When the invoice stops being payable; null where that is not known.</summary>
    public DateTimeOffset? InvoiceExpiresAt { get; }

    /// <summary>Whether the wallet was last seen to have the payment in flight: it can settle, also after the invoice has expired.</summary>
    public bool IsInFlight { get; }

    /// <summary>The wallet's code, or <c>payment_pending</c>.</summary>
    public string Code { get; }

    private static string StandingOf(Purchase purchase) =>
        "It is not known whether " + purchase.PurchaseId + " was paid with " + purchase.Payer
        + (purchase.PaymentHash is { } hash ? ", payment hash " + hash.Hex : string.Empty)
        + (purchase.WasSeen ? ", last seen in flight" : string.Empty)
        + (!purchase.WasSeen && purchase.InvoiceExpiresAtMs is { } expiry
            ? string.Format(CultureInfo.InvariantCulture, ", invoice payable until {0:yyyy-MM-ddTHH:mm:ssZ}", DateTimeOffset.FromUnixTimeMilliseconds(expiry).UtcDateTime)
            : string.Empty)
        + ". It counts as spent, and nothing else is bought there meanwhile";

    // That the invoice expires ends nothing that is in flight: a hold invoice can settle long after.
    private static string RemedyOf(Purchase? purchase) => purchase is { WasSeen: true, PaymentHash: var hash }
        ? "Wait, and make the same request again later: it looks how the payment ended before anything is paid. The wallet had the payment in flight, and it can still settle after the invoice has expired; only the wallet can say that it has failed"
            + (hash is null ? "." : " (payment hash " + hash.Hex + ").")
        : "Make the same request again a little later: it looks how the payment ended before anything is paid."
        + (purchase is null
            ? string.Empty
            : " If that stays unknown after the invoice can no longer be paid, look for the payment hash at the wallet: where it has not paid it, Remove-L402Credential " + purchase.PurchaseId + " -Force gives it up.");
}
