using System;

namespace LightningOps.L402.Payments.Http;

/// <summary>A wallet gave no answer, or not all of one; the payer turns it into a state.</summary>
internal sealed class WalletSilenceException : Exception
{
    /// <param name="code">For example <c>timeout</c> or <c>connection_failed:connection_refused</c>.</param>
    /// <param name="nothingSent">Whether the request certainly did not reach the wallet.</param>
    /// <param name="cause">What went wrong.</param>
    public WalletSilenceException(string code, bool nothingSent, Exception cause)
        : base("The wallet gave no answer.", cause)
    {
        Code = code;
        NothingSent = nothingSent;
    }

    public string Code { get; }

    public bool NothingSent { get; }

    /// <summary>The state of a payment asked for in this request.</summary>
    public PaymentResult ToResult() => NothingSent
        ? PaymentResult.Failed(Code, "the wallet could not be reached; nothing was sent")
        : PaymentResult.Pending(Code, "the wallet gave no whole answer; the payment may have been made");
}
