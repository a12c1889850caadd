using System;
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
    /// <param name="purchaseId">Its name in the store; null when another process has not written it down yet.</param>
    /// <param name="code">The wallet's code, or <c>payment_pending</c>.</param>
    /// <param name="reason">What is waited for.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public L402PaymentPendingException(CredentialScope scope, string? purchaseId, string code, string reason, Exception? inner = null)
        : base(
            "PaymentPendingError",
            code + ": " + scope + ": " + reason,
            "Make the same request again a little later: it looks how the payment ended before anything is paid. Remove-L402Credential -Force gives the payment up.",
            inner)
    {
        For = scope;
        PurchaseId = purchaseId;
        Code = code;
    }

    /// <summary>What is being bought.</summary>
    public CredentialScope For { get; }

    /// <summary>Its name in the store.</summary>
    public string? PurchaseId { get; }

    /// <summary>The wallet's code, or <c>payment_pending</c>.</summary>
    public string Code { get; }
}
