namespace LightningOps.L402.Spending;

/// <summary>Why nothing is paid: the stable codes of <see cref="SpendDenial"/> (docs/reference/l402.md#spend-policy).</summary>
public static class DenyReasonCodes
{
    /// <summary>The host is on a block list.</summary>
    public const string HostBlocked = "host_blocked";

    /// <summary>There is an allow list, and the host is not on it.</summary>
    public const string HostNotAllowlisted = "host_not_allowlisted";

    /// <summary>Over plain http to another machine, the credential could be read on the way.</summary>
    public const string InsecureTransport = "insecure_transport";

    /// <summary>The answer came from somewhere else than the request was sent to.</summary>
    public const string Redirected = "redirected";

    /// <summary>There is no most that may be spent.</summary>
    public const string CapMissing = "cap_missing";

    /// <summary>It cannot be told what would be paid.</summary>
    public const string AmountUnknown = "amount_unknown";

    /// <summary>More is asked than may be spent on one purchase.</summary>
    public const string AmountOverCap = "amount_over_cap";

    /// <summary>With it, more would be spent in an hour or a day than may be.</summary>
    public const string BudgetExceeded = "budget_exceeded";

    /// <summary>The invoice does not decode: not BOLT 11, or its checksum does not hold.</summary>
    public const string InvoiceInvalid = "invoice_invalid";

    /// <summary>The invoice can no longer be paid.</summary>
    public const string InvoiceExpired = "invoice_expired";

    /// <summary>The wallet pays on another network.</summary>
    public const string WrongNetwork = "wrong_network";

    /// <summary>The invoice, or one of the same payment hash, was paid before, or may have been.</summary>
    public const string InvoiceAlreadyPaid = "invoice_already_paid";

    /// <summary>The token of the challenge cannot stand in a header, so nothing could be done with it once paid.</summary>
    public const string TokenInvalid = "token_invalid";

    /// <summary>The token of the challenge is sold for another payment than the invoice's.</summary>
    public const string TokenNotOfInvoice = "token_not_of_invoice";

    /// <summary>The service refuses what it sold last at the same host.</summary>
    public const string ServiceRefuses = "service_refuses";

    /// <summary>There is no wallet to pay with.</summary>
    public const string NoPayer = "no_payer";
}
