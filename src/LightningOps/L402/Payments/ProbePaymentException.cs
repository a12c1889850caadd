namespace LightningOps.L402.Payments;

/// <summary>The proxy check of a gateway could not buy (<c>ProbePaymentError</c>): the check fails. No secret is in it.</summary>
public sealed class ProbePaymentException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="code">The wallet's code, or that of the check that failed.</param>
    /// <param name="reason">What is wrong.</param>
    public ProbePaymentException(string code, string reason)
        : base("ProbePaymentError", code + ": " + reason, "Look at the wallet, and at what the gateway asks for.") => Code = code;

    /// <summary>The wallet's code, or that of the check that failed.</summary>
    public string Code { get; }
}
