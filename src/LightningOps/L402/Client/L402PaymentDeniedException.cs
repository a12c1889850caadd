using LightningOps.L402.Spending;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>Nothing was paid, for the spend policy forbids it (<c>PaymentDeniedError</c>).</summary>
public sealed class L402PaymentDeniedException : LightningOpsException
{
    /// <summary>Creates the failure of one request.</summary>
    /// <param name="host">Host that asked.</param>
    /// <param name="denial">Why.</param>
    public L402PaymentDeniedException(string host, SpendDenial denial)
        : base("PaymentDeniedError", denial.Code + ": " + host + ": " + denial.Reason, RemedyOf(denial.Code))
    {
        Host = host;
        Denial = denial;
    }

    /// <summary>Host that asked.</summary>
    public string Host { get; }

    /// <summary>Why, with the amounts.</summary>
    public SpendDenial Denial { get; }

    /// <summary>One of <see cref="DenyReasonCodes"/>.</summary>
    public string Code => Denial.Code;

    /// <summary>What was asked, millisatoshis, where that is known.</summary>
    public Msats? QuotedAmount => Denial.Quoted;

    /// <summary>What may be spent on one purchase, millisatoshis, where that was looked at.</summary>
    public Msats? MaxSpend => Denial.MaxSpend;

    private static string RemedyOf(string code) => code switch
    {
        DenyReasonCodes.HostBlocked => "Take the host off the block list, or do not buy there.",
        DenyReasonCodes.HostNotAllowlisted => "Add the host to the allow list, if you trust it.",
        DenyReasonCodes.InsecureTransport => "Use https; -AllowInsecure shows the credential to the network.",
        DenyReasonCodes.Redirected => "Use the address it redirects to, if you trust it.",
        DenyReasonCodes.CapMissing => "Say how much it may cost with -MaxSpendMsats, or set " + EnvironmentVariables.MaxSpendMsats + ".",
        DenyReasonCodes.AmountUnknown => "Ask the seller to state the amount. -AllowAmountless pays up to the cap where the invoice leaves it open.",
        DenyReasonCodes.AmountOverCap => "Allow more with -MaxSpendMsats, if it is worth it.",
        DenyReasonCodes.BudgetExceeded => "Wait until earlier payments are older than the budget's time, raise the budget, or leave less for routing with -FeeLimitMsats.",
        DenyReasonCodes.WrongNetwork => "Name a wallet of the network the invoice is for.",
        DenyReasonCodes.InvoiceAlreadyPaid => "Look at Get-L402Credential: the invoice was paid before, or may have been, and what another payment of it gave is not sent. Ask the seller for a fresh invoice.",
        DenyReasonCodes.TokenNotOfInvoice => "Do not pay this invoice; tell the seller that its token and its invoice do not belong together.",
        DenyReasonCodes.ServiceRefuses => "Look at Get-L402Credential, and claim a refund. -AllowRebuy buys there again, if you expect it to be accepted now.",
        DenyReasonCodes.NoPayer => "Name a wallet to pay with.",
        _ => "Ask the seller for a fresh invoice; do not pay this one.",
    };
}
