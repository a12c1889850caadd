using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net.Http;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Payments.Simulation;
using LightningOps.Payments.WalletExecutor;
using LightningOps.Settings;

namespace LightningOps.Buyer;

/// <summary>
/// A paid credential is rejected (<c>CredentialRejected</c>). The proof is kept for a refund claim; the next request
/// sends the credential again and pays nothing.
/// </summary>
public sealed class L402CredentialRejectedException : LightningOpsException
{
    /// <summary>Creates the failure of one credential.</summary>
    /// <param name="purchase">The paid purchase.</param>
    /// <param name="statusCode">Status of the answer: 401 or 402.</param>
    /// <param name="format">Format of the credential.</param>
    /// <param name="wasAccepted">Whether the server accepted it before.</param>
    /// <param name="refusedBy">The path that refused it; null for the path it was bought for.</param>
    public L402CredentialRejectedException(Purchase purchase, int statusCode, L402AuthorizationFormat format = L402AuthorizationFormat.TokenPreimage, bool wasAccepted = false, CredentialScope? refusedBy = null)
        : base(
            "CredentialRejected",
            string.Format(
                CultureInfo.InvariantCulture,
                refusedBy is not null && refusedBy != purchase.For
                    ? "{0} answered {1} to the credential that was paid for {5}" + (wasAccepted ? ", which it accepted before" : string.Empty) + ". Other paths of the service may still accept it. Proof {2}, payment {3}"
                : wasAccepted
                    ? "{0} answered {1} to the paid credential, which it accepted before. {4} msat are lost unless it accepts the credential again. Proof {2}, payment {3}"
                    : "{0} answered {1} to the paid credential. Proof {2}, payment {3}",
                refusedBy ?? purchase.For,
                statusCode,
                purchase.ProofReference,
                purchase.PaymentId ?? "without an id",
                (purchase.Spent ?? purchase.Reserved),
                purchase.For.Scope),
            (wasAccepted && format == L402AuthorizationFormat.TokenPreimage
                ? "Repeat the request later. It sends the same credential and costs nothing."
                : "First repeat the request with the credential in the other format, which costs nothing: " + (format == L402AuthorizationFormat.TokenPreimage ? "with -AuthorizationFormat Params." : "without -AuthorizationFormat."))
            + " Claim a refund with the proof: Get-L402Credential -PurchaseId " + purchase.PurchaseId + " -ProofPath ./refund.json writes it to a file. Only -AllowRebuy or -ForceRefresh pays again.")
    {
        Purchase = purchase;
        StatusCode = statusCode;
    }

    /// <summary>Creates the failure of a single-use credential.</summary>
    /// <param name="purchase">The paid purchase.</param>
    /// <param name="statusCode">Status of the answer: 401 or 402.</param>
    /// <param name="reason">Reason given by the server, or null.</param>
    internal L402CredentialRejectedException(Purchase purchase, int statusCode, string? reason)
        : base(
            "CredentialRejected",
            string.Format(
                CultureInfo.InvariantCulture,
                purchase.IsDeliveryUnknown
                    ? "{0} answered {1} to the paid credential{5}. {6} Proof {2}, payment {3}"
                    : "{0} answered {1} to the paid credential, which is good for one request{5}. {4} msat are lost unless it accepts the credential later. Proof {2}, payment {3}",
                purchase.For,
                statusCode,
                purchase.ProofReference,
                purchase.PaymentId ?? "without an id",
                (purchase.Spent ?? purchase.Reserved),
                reason is null ? string.Empty : ": " + reason,
                PaidAdvice.NotKnown(purchase)),
            purchase.IsDeliveryUnknown ? PaidAdvice.IfMissing(purchase) : "Repeat the request, which sends the same credential and costs nothing. Claim a refund with the proof: Get-L402Credential -PurchaseId " + purchase.PurchaseId + " -ProofPath ./refund.json writes it to a file. Only -AllowRebuy or -ForceRefresh pays again.")
    {
        Purchase = purchase;
        StatusCode = statusCode;
    }

    /// <summary>The paid purchase.</summary>
    public Purchase Purchase { get; }

    /// <summary>Status of the answer.</summary>
    public int StatusCode { get; }

    /// <summary>Identifies the proof without revealing it.</summary>
    public string? ProofReference => Purchase.ProofReference;

    /// <summary>Payment hash of the invoice.</summary>
    public PaymentHash? PaymentHash => Purchase.Hash;

    /// <summary>The payment id of the wallet.</summary>
    public string? PaymentId => Purchase.PaymentId;

    /// <summary>Cost in millisatoshis.</summary>
    public Msats Amount => Purchase.Spent ?? Purchase.Reserved;
}

/// <summary>The answer does not ask for a payment (<c>NoChallengeError</c>, or <c>AddressGone</c> for 410): its status is not 402.</summary>
public sealed class L402NoChallengeException : LightningOpsException
{
    /// <summary>Creates the failure of one request.</summary>
    /// <param name="request">Method and address.</param>
    /// <param name="statusCode">Status of the answer.</param>
    public L402NoChallengeException(string request, int statusCode)
        : base(
            statusCode == GoneAddress.StatusCode ? GoneAddress.Tag : "NoChallengeError",
            statusCode == GoneAddress.StatusCode
                ? request + " answered 410: the address is gone for good"
                : string.Format(CultureInfo.InvariantCulture, "{0} answered {1}, not 402: {2}", request, statusCode, Explain(statusCode)),
            GetRemedy(statusCode)) => StatusCode = statusCode;

    /// <summary>Status of the answer.</summary>
    public int StatusCode { get; }

    /// <summary>What an answer other than 402 says about a sale. Only an answer that served the request shows that it is free of charge.</summary>
    private static string Explain(int statusCode) => statusCode switch
    {
        >= 200 and < 300 => "it requires no payment",
        304 => "it says that the content has not changed",
        >= 300 and < 400 => "it is a redirect",
        401 or 403 => "it refuses access",
        404 or 405 => "it does not serve this path and method",
        429 => "it limits requests",
        502 or 503 or 504 => "it is closed or down",
        >= 500 => "it failed",
        _ => "it did not ask for a payment",
    };

    private static string GetRemedy(int statusCode) => statusCode switch
    {
        304 => "Omit If-None-Match and If-Modified-Since from the headers.",
        >= 300 and < 400 => "Use the redirect target, if you trust it. Redirects are not followed.",
        GoneAddress.StatusCode => GoneAddress.GetRemedy("the address"),
        404 or 405 => "Check the path, the method and, behind a gateway, the Host header.",
        401 or 403 => "Check which access the server requires besides L402.",
        429 => "Repeat the request later.",
        502 or 503 or 504 => "A gateway answers so for a closed service, and while its upstream is down. Repeat the request when the service sells again; an operator sees its state with Get-L402GatewayService.",
        >= 500 => "Check the server; it may send a challenge when it works.",
        _ => "Check that the address sells with L402.",
    };
}

/// <summary>The spend policy denied the payment (<c>PaymentDeniedError</c>); nothing was paid.</summary>
public sealed class L402PaymentDeniedException : LightningOpsException
{
    /// <summary>Creates the failure of one request.</summary>
    /// <param name="host">Host of the seller.</param>
    /// <param name="denial">The denial.</param>
    public L402PaymentDeniedException(string host, SpendDenial denial)
        : base("PaymentDeniedError", denial.Code + ": " + host + ": " + denial.FormatReason(), denial.IsOperatorLimit ? OperatorLimit : GetRemedy(denial.HasInvalidInvoice ? DenyReasonCodes.InvoiceInvalid : denial.Code))
    {
        Host = host;
        Denial = denial;
    }

    // -MaxSpendMsats lowers this limit, and cannot raise it.
    private const string OperatorLimit = "The limit is that of " + EnvironmentVariables.MaxSpendMsats + " or of Connect-LightningOps -SpendLimitMsats, which -MaxSpendMsats cannot exceed. Raise it there, if it is worth the price.";

    /// <summary>Host of the seller.</summary>
    public string Host { get; }

    /// <summary>The denial with the amounts.</summary>
    public SpendDenial Denial { get; }

    /// <summary>One of <see cref="DenyReasonCodes"/>.</summary>
    public string Code => Denial.Code;

    /// <summary>Price in millisatoshis, if known.</summary>
    public Msats? QuotedAmount => Denial.Quoted;

    /// <summary>Spending limit for one purchase in millisatoshis, if checked.</summary>
    public Msats? MaxSpend => Denial.MaxSpend;

    private static string GetRemedy(string code) => code switch
    {
        DenyReasonCodes.HostBlocked => "Remove the host from the block list, or do not buy there.",
        DenyReasonCodes.HostNotAllowlisted => "Add the host to the allow list, if you trust it.",
        DenyReasonCodes.InsecureTransport => "Use https. -AllowInsecure exposes the credential to the network.",
        DenyReasonCodes.Redirected => "Use the redirect target, if you trust it.",
        DenyReasonCodes.CapMissing => "Set a limit with -MaxSpendMsats, or set " + EnvironmentVariables.MaxSpendMsats + ".",
        DenyReasonCodes.AmountUnknown => "Ask the seller to state the amount. -AllowAmountless pays up to the cap if the invoice has no amount.",
        DenyReasonCodes.AmountOverCap => "Raise the limit with -MaxSpendMsats, if it is worth the price.",
        DenyReasonCodes.BudgetExceeded => "Wait until earlier payments leave the budget period, raise the budget, or reserve less for routing with -FeeLimitMsats.",
        DenyReasonCodes.WrongNetwork => "Specify a wallet on the network of the invoice.",
        DenyReasonCodes.InvoiceAlreadyPaid => "Check Get-L402Credential: the invoice was paid before, or may have been, and its credential belongs to another purchase. Ask the seller for a new invoice.",
        DenyReasonCodes.TokenNotOfInvoice => "Do not pay this invoice. Inform the seller that its token and its invoice do not match.",
        DenyReasonCodes.TokenExpired => "Check the clock of this machine. If it is right, do not pay this invoice, and inform the seller that its tokens have expired when it sells them.",
        DenyReasonCodes.ServiceRefuses => "Check Get-L402Credential, and claim a refund. -AllowRebuy buys there again, if you expect the credential to be accepted now.",
        DenyReasonCodes.NoPayer => "Specify a wallet with -Payer.",
        _ => "Ask the seller for a new invoice. Do not pay this one.",
    };
}

/// <summary>The wallet did not pay (<c>PaymentFailedError</c>): certainly no money moved.</summary>
public sealed class L402PaymentFailedException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="scope">The scope of the purchase.</param>
    /// <param name="code">The wallet's code.</param>
    /// <param name="reason">Reason given by the wallet.</param>
    public L402PaymentFailedException(CredentialScope scope, string code, string? reason)
        : base("PaymentFailedError", code + ": " + scope + " was not paid" + (reason is null ? string.Empty : ": " + reason), GetRemedy(code))
    {
        For = scope;
        Code = code;
    }

    /// <summary>The scope of the purchase.</summary>
    public CredentialScope For { get; }

    /// <summary>The wallet's code.</summary>
    public string Code { get; }

    private static string GetRemedy(string code) => code switch
    {
        SimulatedWallet.CannotPay => "The simulated wallet pays only the invoices of its own test gateway. Specify a real wallet with -Payer.",
        MockPayer.CannotPay => "The mock wallet pays only mock invoices. Specify a real wallet with -Payer.",
        "no_route" => "Allow more for routing with -FeeLimitMsats (within -MaxSpendMsats). If the node does not know the payee or has no channel to it, check the channels of the wallet instead. The request can be repeated.",
        "insufficient_balance" => "Nothing is in flight. Add outbound capacity to the wallet, or specify another wallet.",
        LndErrorCodes.NotLnd => "Check the address after -Payer lnd:, which must be the REST address of an LND (restlisten, often port 8080).",
        LndErrorCodes.NeedsHttps => "Write the address with https, as -Payer lnd:https://host:port.",
        LndErrorCodes.CertificateNotPinned => "Specify the tls.cert of the node with -LndCertificatePath, or pin this fingerprint with -LndCertificateFingerprint if you know that it is the fingerprint of the node.",
        LndErrorCodes.CertificateChanged => "LND renews its certificate. Copy the current tls.cert of the node for -LndCertificatePath, which may contain several certificates. Pin the new certificate only if you know that it belongs to the node.",
        LndErrorCodes.MacaroonExpired => "Bake a new macaroon: " + Bake,
        LndErrorCodes.MacaroonRestricted => "Use the macaroon within its restrictions, for example from its permitted address, or bake another: " + Bake,
        LndErrorCodes.MacaroonOfAnotherNode => "Use a macaroon of the node at this address. Macaroons of another node, or from before the macaroons of this node were deleted, are not accepted.",
        LndErrorCodes.MacaroonLacksPermission => "Bake a macaroon with permission to pay and to track payments: " + Bake,
        LndErrorCodes.MacaroonInvalid => "Specify an LND macaroon file with -LndMacaroonPath.",
        LndErrorCodes.WalletLocked => "Unlock the wallet of the node (lncli unlock), and repeat the request.",
        LndErrorCodes.WalletStarting => "Wait until the node has started, and repeat the request.",
        LndErrorCodes.WalletNotCreated => "Create the wallet of the node (lncli create).",
        LndErrorCodes.NodeChanged => "Specify the address of the node that started the payment.",
        LndErrorCodes.NoRestAnswer => "Check the address after -Payer. Of an LND it must be the REST address (restlisten, often port 8080) and not the gRPC one (rpclisten, often 10009).",
        "rune_refused" => "Create a rune that permits getinfo, pay and listpays (lightning-cli createrune), and specify it with -WalletSecret or -WalletSecretPath.",
        "not_cln" => "Check the address after -Payer cln:, which must be that of clnrest (clnrest-port).",
        "password_refused" => "Specify http-password of phoenix.conf with -WalletSecret, or the file with -WalletSecretPath.",
        "not_phoenixd" => "Check the address after -Payer phoenixd:, by default http://127.0.0.1:9740.",
        "fee_over_limit" => "Allow more for routing with -FeeLimitMsats (within -MaxSpendMsats). The request can be repeated.",
        L402PaymentPendingException.ChallengeExpired or DenyReasonCodes.TokenExpired => "Repeat the request, which asks for a new challenge.",
        "connection_failed:tls_refused" => "Check that the address after -Payer is one of the wallet's HTTPS ports.",
        _ => "Check the wallet. The request can be repeated.",
    };

    private const string Bake = "lncli bakemacaroon uri:/routerrpc.Router/SendPaymentV2 uri:/routerrpc.Router/TrackPaymentV2 uri:/lnrpc.Lightning/GetInfo suffices.";
}

/// <summary>
/// The outcome of a payment is unknown (<c>PaymentPendingError</c>). It counts as spent, and nothing else is bought for
/// the same host and scope until the outcome is known; the next request checks it.
/// </summary>
public sealed class L402PaymentPendingException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="scope">The scope of the purchase.</param>
    /// <param name="purchase">The stored purchase; null when another process has not recorded it yet.</param>
    /// <param name="code">The wallet's code, or <c>payment_pending</c>.</param>
    /// <param name="reason">What the payment is waiting for.</param>
    /// <param name="inner">The cause, if there is one.</param>
    public L402PaymentPendingException(CredentialScope scope, Purchase? purchase, string code, string reason, Exception? inner = null)
        : base(
            "PaymentPendingError",
            code + ": " + scope + ": " + reason + (purchase is null ? string.Empty : ". " + FormatState(purchase)),
            purchase is not null && code is ChallengeExpired or DenyReasonCodes.TokenExpired ? GetRemedyOfExpired(purchase!) : GetRemedy(purchase),
            inner)
    {
        For = scope;
        PurchaseId = purchase?.PurchaseId;
        PaymentHash = purchase?.Hash;
        IsInFlight = purchase is { WasSeen: true };
        InvoiceExpiresAt = purchase?.InvoiceExpiresAtMs is { } expiry ? DateTimeOffset.FromUnixTimeMilliseconds(expiry) : null;
        Code = code;
    }

    /// <summary>The scope of the purchase.</summary>
    public CredentialScope For { get; }

    /// <summary>Its id in the store.</summary>
    public string? PurchaseId { get; }

    /// <summary>Hash of the invoice, which identifies the payment at the wallet; null if unknown.</summary>
    public PaymentHash? PaymentHash { get; }

    /// <summary>Expiry of the invoice; null if unknown.</summary>
    public DateTimeOffset? InvoiceExpiresAt { get; }

    /// <summary>Whether the wallet last reported the payment in flight. It can still settle after the invoice has expired.</summary>
    public bool IsInFlight { get; }

    /// <summary>The wallet's code, or <c>payment_pending</c>.</summary>
    public string Code { get; }

    /// <summary>The challenge of the purchase has expired.</summary>
    internal const string ChallengeExpired = "challenge_expired";

    private static string GetRemedyOfExpired(Purchase purchase) =>
        "Search the wallet for the payment hash. If it paid the invoice, claim a refund from the seller with the preimage of the wallet. In either case discard the purchase: Remove-L402Credential "
        + purchase.PurchaseId + " -Force (add -Confirm:$false where nobody is asked).";

    private static string FormatState(Purchase purchase) =>
        "It is not known whether " + purchase.PurchaseId + " was paid with " + purchase.Payer
        + (purchase.PaymentHash is { } hash ? ", payment hash " + hash : string.Empty)
        + (purchase.WasSeen ? ", last seen in flight" : string.Empty)
        + (!purchase.WasSeen && purchase.InvoiceExpiresAtMs is { } expiry
            ? string.Format(CultureInfo.InvariantCulture, ", invoice payable until {0:yyyy-MM-ddTHH:mm:ssZ}", DateTimeOffset.FromUnixTimeMilliseconds(expiry).UtcDateTime)
            : string.Empty)
        + ". The amount counts as spent, and nothing else is bought there until the outcome is known";

    // A payer is recorded with the place of its wallet.
    private static bool LacksLookUp(Purchase purchase) =>
        purchase.Payer == WalletExecutorPayer.PayerName || purchase.Payer.StartsWith(WalletExecutorPayer.PayerName + " ", StringComparison.Ordinal);

    // The expiry of the invoice ends no payment in flight: a hold invoice can settle long after.
    private static string GetRemedy(Purchase? purchase) => purchase is { WasSeen: true, PaymentHash: var hash }
        ? "Wait, then repeat the request. It checks the payment before it pays anything. The payment was in flight and can still settle after the invoice has expired; only the wallet can confirm that it failed"
            + (hash is null ? "." : " (payment hash " + hash + ").")
        : (purchase is not null && LacksLookUp(purchase)
            ? "Repeat the request in a moment. A wallet executor has no look-up: the same invoice is sent to it again, under the same request id. A Lightning node pays an invoice only once."
            : "Repeat the request in a moment. It checks the payment before it pays anything.")
        + (purchase is null
            ? string.Empty
            : " If the outcome is still unknown after the invoice has expired, search the wallet for the payment hash. If the wallet did not pay it, discard the purchase: Remove-L402Credential " + purchase.PurchaseId + " -Force (add -Confirm:$false where nobody is asked).");
}

/// <summary>
/// The wallet reports a payment, but its preimage does not match the invoice (<c>PreimageMismatchError</c>): nothing
/// was sent or stored. It counts as spent, and nothing else is bought for the same host and scope until it is resolved.
/// </summary>
public sealed class L402PreimageMismatchException : LightningOpsException
{
    /// <summary>Creates the failure of one purchase.</summary>
    /// <param name="purchase">The purchase.</param>
    public L402PreimageMismatchException(Purchase purchase)
        : base(
            "PreimageMismatchError",
            "preimage_mismatch: the preimage from the wallet does not match the invoice of " + purchase.For,
            "Check the wallet. Repeat the request when the wallet reports the right preimage: it asks the wallet about the same invoice again and buys nothing else. Or discard the purchase: Remove-L402Credential " + purchase.PurchaseId + " -Force (add -Confirm:$false where nobody is asked).")
    {
        Purchase = purchase;
    }

    /// <summary>The purchase.</summary>
    public Purchase Purchase { get; }
}

/// <summary>A seller could not be reached or did not answer (<c>L402TransportError</c>).</summary>
public sealed class L402TransportException : LightningOpsException
{
    /// <summary>Creates the failure of one request.</summary>
    /// <param name="request">Method and address.</param>
    /// <param name="reason">Machine-readable reason, for example <c>connection_failed:connection_refused</c>.</param>
    /// <param name="inner">The cause.</param>
    public L402TransportException(string request, string reason, Exception? inner)
        : this(request, reason, MaskCause(inner, null), GetRemedy(reason, "Check the address and try again. Get-L402Credential lists what was paid."))
    {
    }

    /// <summary>Creates the failure of the body of an answer.</summary>
    /// <param name="request">Method and address.</param>
    /// <param name="reason">Machine-readable reason, for example <c>timeout</c>.</param>
    /// <param name="inner">The cause.</param>
    /// <param name="response">The answer; its purchase is named.</param>
    public L402TransportException(string request, string reason, Exception? inner, L402Response response)
        : this(request, reason, MaskCause(inner, response.Credential), response.RetryAdvice, GetCost(response.Credential, response.Amount is not null))
    {
    }

    private L402TransportException(string request, string reason, Exception? inner, string remedy, string? cost = null)
        : base("L402TransportError", request + " failed: " + reason + Explain(reason) + cost, remedy, inner)
    {
        Request = request;
        Reason = reason;
    }

    /// <summary>Method and address.</summary>
    public string Request { get; }

    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; }

    /// <summary>The same failure with the refused certificate.</summary>
    internal L402TransportException WithCertificate(string fingerprint, bool isPinned) => new(
        Request,
        Reason,
        InnerException,
        "The certificate of the server is " + (isPinned ? "not the pinned one" : "not trusted") + "; its SHA-256 fingerprint is " + fingerprint + ". Pin it with -SellerCertificateFingerprint only if you know that it belongs to the seller.");

    /// <summary>The same failure of a request with a paid credential.</summary>
    /// <param name="purchase">The purchase.</param>
    /// <param name="isOwn">Whether this request paid for it; null if that is not known.</param>
    internal L402TransportException WithPurchase(Purchase purchase, bool? isOwn) => new(
        Request,
        Reason,
        MaskCause(InnerException, purchase),
        Reason == ConnectionFailure.HeadersTooLarge ? GetRemedy(Reason, string.Empty) + " " + PaidAdvice.Unread(purchase)
            : (Reason == "connection_failed:tls_refused" ? Remedy + " " : string.Empty) + PaidAdvice.Kept(purchase),
        GetCost(purchase, isOwn));

    /// <summary>The same failure of a request that buys nothing.</summary>
    internal L402TransportException WithoutPurchase() => new(Request, Reason, InnerException, GetRemedy(Reason, "Check the address and try again."));

    // .NET quotes a status line, a header or a chunk that it cannot read, and a server may write the credential there.
    private static Exception? MaskCause(Exception? cause, Purchase? credential)
    {
        var messages = new List<string>();
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            messages.Add(inner.Message);
        }

        var text = string.Join(" ", messages);
        return SellerText.Mask(text, credential) is var masked && masked == text ? cause : new HttpRequestException(masked);
    }

    private static string? GetCost(Purchase? purchase, bool? isOwn) => purchase is null ? null
        : isOwn == true ? ". Paid: " + PaidAdvice.Name(purchase)
        : (isOwn == false ? ". Nothing was paid for this request; its credential cost " : ". Its credential cost ") + PaidAdvice.Name(purchase);

    private static string Explain(string reason) => reason switch
    {
        "body_truncated" => ": the connection ended before the whole body had arrived",
        "body_damaged" => ": the body cannot be decompressed",
        "timeout" => ": the time limit expired",
        "connection_failed:connection_refused" => ": nothing accepts connections at that address",
        "connection_failed:connection_reset" => ": the server broke off the connection",
        "connection_failed:host_not_found" => ": the host name is not known",
        "connection_failed:no_answer" => ": the connection ended without an answer",
        "connection_failed:tls_refused" => ": the TLS connection was refused",
        _ => string.Empty,
    };

    private static string GetRemedy(string reason, string other) => reason == ConnectionFailure.HeadersTooLarge
        ? "The server answered with headers of more than 64 KiB, which are not read. Repeating the request does not help: ask the operator of the server for smaller headers."
        : other;
}
