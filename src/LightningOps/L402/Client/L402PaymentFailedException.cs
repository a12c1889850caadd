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
        : base("PaymentFailedError", code + ": " + scope + " was not paid" + (reason is null ? string.Empty : ": " + reason), RemedyOf(code))
    {
        For = scope;
        Code = code;
    }

    /// <summary>What was to be bought.</summary>
    public CredentialScope For { get; }

    /// <summary>The wallet's code.</summary>
    public string Code { get; }

    private static string RemedyOf(string code) => code == "no_route"
        ? "Allow more for routing with -FeeLimitMsats, or with -MaxSpendMsats where it left less; or look at the channels of the wallet. The request can be made again."
        : "Look at the wallet; the request can be made again.";
}
