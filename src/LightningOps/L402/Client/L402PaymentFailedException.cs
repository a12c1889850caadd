using LightningOps.L402.Credentials;

namespace LightningOps.L402.Client;

/// <summary>The wallet did not pay (<c>PaymentFailedError</c>): certainly no money moved.</summary>
public sealed class L402PaymentFailedException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="scope">What was to be bought.</param>
    /// <param name="code">The wallet's code.</param>
    /// <param name="reason">What the wallet had to say.</param>
    public L402PaymentFailedException(CredentialScope scope, string code, string? reason)
        : base("PaymentFailedError", code + ": " + scope + " was not paid" + (reason is null ? string.Empty : ": " + reason), "Look at the wallet; the request can be made again.")
    {
        For = scope;
        Code = code;
    }

    /// <summary>What was to be bought.</summary>
    public CredentialScope For { get; }

    /// <summary>The wallet's code.</summary>
    public string Code { get; }
}
