using System;
using System.Collections.Generic;
using System.Text.Json;
using LightningOps.Buyer.Spending;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Payments;

namespace LightningOps.Buyer.Credentials;

/// <summary>One invoice that was paid, or was about to be paid, for a credential. Its secrets are never shown.</summary>
public sealed record Purchase
{
    /// <summary>Its id in the store.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>What was bought.</summary>
    public required CredentialScope For { get; init; }

    /// <summary>Request it was bought for.</summary>
    public required string RequestId { get; init; }

    /// <summary>Wallet that paid: its <see cref="IInvoicePayer.Name"/>, and its location if known.</summary>
    public required string Payer { get; init; }

    /// <summary>Whether its wallet moves no money: the wallet of a test gateway, or the mock. Its cost is not spending.</summary>
    public bool IsSimulated => SimulatedPayers.Contains(Payer);

    /// <summary>Its state.</summary>
    public required PurchaseState State { get; init; }

    /// <summary>SHA-256 of the preimage, 64 hexadecimal digits; null for a mock invoice.</summary>
    public string? PaymentHash => Hash?.Hex;

    /// <summary>SHA-256 of the preimage; null for a mock invoice.</summary>
    internal PaymentHash? Hash { get; init; }

    /// <summary>Amount of the invoice in millisatoshis; null if it has no amount.</summary>
    public long? Quoted { get; init; }

    /// <summary>Maximum cost in millisatoshis including routing; counted as spent until it is paid.</summary>
    public required long Reserved { get; init; }

    /// <summary>The part of <see cref="Reserved" /> for routing, in millisatoshis.</summary>
    public long FeeLimit { get; init; }

    /// <summary>Cost with the fee in millisatoshis; the whole routing reserve if the wallet does not report the fee. Null until paid.</summary>
    public long? Spent { get; init; }

    /// <summary>Routing fee reported by the wallet in millisatoshis; null until paid, and if not reported.</summary>
    public long? Fee { get; init; }

    /// <summary>The payment id of the wallet.</summary>
    public string? PaymentId { get; init; }

    /// <summary><c>preimage:</c> and 16 digits, once paid.</summary>
    public string? ProofReference { get; init; }

    /// <summary>The wallet's code if it is not paid.</summary>
    public string? Code { get; init; }

    /// <summary>Expiry of the invoice, Unix milliseconds; null if unknown.</summary>
    public long? InvoiceExpiresAtMs { get; init; }

    /// <summary>When the credential must be bought again, Unix milliseconds; null for never.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>When it was begun, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When its state last changed, Unix milliseconds.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>Start of its count in the rolling budgets, Unix milliseconds.</summary>
    public required long SpentAtMs { get; init; }

    /// <summary>When it was first sent to the wallet, Unix milliseconds; null if it was not sent.</summary>
    public long? SentAtMs { get; init; }

    /// <summary>Whether the wallet has reported the payment. Until it is finished it can still settle, also after the invoice has expired.</summary>
    public bool WasSeen { get; init; }

    /// <summary>Identity of the node it was sent to; null if unknown.</summary>
    public string? Node { get; init; }

    /// <summary>Service of the token, as its caveat names it; null where it names none.</summary>
    public string? Service { get; init; }

    /// <summary>Expiry and restrictions of the token; null if not requested, removed, or of an unknown format.</summary>
    public L402Token? Token { get; init; }

    /// <summary>
    /// When the credential ends, as the caveats of its token or its challenge state it. Null if they state no end, and if
    /// the end is not known (<see cref="IsEndKnown"/>).
    /// </summary>
    public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>
    /// Whether the end of the credential is known; if it is, and <see cref="ValidUntil"/> is null, the token states none. False
    /// for a token of an unknown format or with a caveat that cannot be read, and if the token was removed or not requested.
    /// </summary>
    public bool IsEndKnown { get; init; }

    /// <summary>The wallet's id of an earlier failed payment of the same invoice; null if there was none.</summary>
    internal string? EarlierPaymentId { get; init; }

    /// <summary>Whether the payment outcome is unknown. Nothing else is bought there until it is known.</summary>
    public bool IsUnfinished => State is PurchaseState.Paying or PurchaseState.Pending or PurchaseState.Unproven;

    /// <summary>Whether its credential serves one request only; false if its secret was not requested.</summary>
    internal bool IsSingleUse => Secret is { Scheme: L402Scheme.Payment };

    /// <summary>Whether the server refused its credential. False if it is not known whether the server saw it.</summary>
    internal bool IsRefused => State == PurchaseState.Rejected && Code is not (SingleUseCodes.Sent or SingleUseCodes.Unanswered);

    /// <summary>Whether the server refused it after it had accepted it.</summary>
    internal bool IsNoLongerAccepted => State == PurchaseState.Rejected && Code == CredentialCodes.NoLongerAccepted;

    /// <summary>Whether another credential was bought in its place: it is lost, and not sent again.</summary>
    public bool IsReplaced => State == PurchaseState.Rejected && Code?.EndsWith(CredentialCodes.Replaced, StringComparison.Ordinal) == true;

    /// <summary>Whether the server accepted its only use, and it is not known whether the body of the answer was delivered.</summary>
    internal bool IsDeliveryUnknown => State == PurchaseState.Rejected && Code is (SingleUseCodes.Delivering or SingleUseCodes.DeliveryUnknown or SingleUseCodes.SentAgain);

    /// <summary>When its challenge or its token expires, also if its invoice is valid for longer: a later payment opens nothing. Null if not stated.</summary>
    internal DateTimeOffset? Deadline =>
        IsSingleUse ? PaymentCredential.FindExpiry(PaymentCredential.FromToken(Secret!.Token))
        : Macaroon.TryParse(Secret!.Token, out var token, out _) ? token.FindExpiry() : null;

    /// <summary>Whether its invoice has expired.</summary>
    public bool IsInvoiceExpiredAt(DateTimeOffset time) => InvoiceExpiresAtMs <= time.ToUnixTimeMilliseconds();

    /// <summary>Maximum price without routing.</summary>
    internal Msats MaxAmount => Reserved - FeeLimit;

    /// <summary>Whether a running process may be about to send it to the wallet, waits for the answer to its only use, or reads its body.</summary>
    internal bool IsInProgress { get; init; }

    /// <summary>Invoice, token and preimage; null if not requested or removed.</summary>
    internal PurchaseSecret? Secret { get; init; }

    /// <summary>State, what was bought and the amount; no invoice, token or preimage.</summary>
    public override string ToString() => State + " purchase " + PurchaseId + " of " + For + " for " + Reserved + " msat";

    /// <summary>Whether a caveat of the token says that it has expired; false if none states an end.</summary>
    internal bool IsTokenExpiredAt(DateTimeOffset moment) =>
        Macaroon.TryParse(Secret!.Token, out var token, out _) && token.FindExpiry() <= moment;

    /// <summary>The purchase without its secret, but with the details of its token.</summary>
    internal Purchase Describe() =>
        Secret is not { } secret ? this
        : IsSingleUse ? this with { Secret = null, ValidUntil = Deadline, IsEndKnown = true }
        : Macaroon.TryParse(secret.Token, out var macaroon, out _) ? this with { Secret = null, Token = L402Token.From(macaroon), ValidUntil = macaroon.FindExpiry(), IsEndKnown = Lifetime.IsEndKnown(macaroon) }
        : this with { Secret = null };

    /// <summary>The credential; available once paid.</summary>
    internal L402Authorization Authorization() => L402Authorization.Create(Secret!.Token, Preimage.Parse(Secret.Preimage!));
}

/// <summary>State of a purchase. All states except <see cref="Failed"/> count as spent.</summary>
public enum PurchaseState
{
    /// <summary>Recorded before the wallet was called; the call is running, or its process has ended.</summary>
    Paying,

    /// <summary>The wallet does not know the outcome yet.</summary>
    Pending,

    /// <summary>The wallet reports a payment with a preimage that does not match the invoice.</summary>
    Unproven,

    /// <summary>Paid: a usable credential.</summary>
    Paid,

    /// <summary>Paid, and refused by the server, or not delivered. The proof is kept for a refund claim.</summary>
    Rejected,

    /// <summary>Paid and used: used up, expired, or replaced while it was accepted.</summary>
    Invalid,

    /// <summary>Certainly not paid.</summary>
    Failed,

    /// <summary>Removed; only its cost and its invoice are kept.</summary>
    Removed,
}

/// <summary>Codes of purchases whose credential serves one request only.</summary>
internal static class SingleUseCodes
{
    /// <summary>It was sent, and the answer has not come, or its process has ended.</summary>
    public const string Sent = "sent";

    /// <summary>There was no answer to it.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>It opened the request it was bought for, and the whole body arrived.</summary>
    public const string Used = "used";

    /// <summary>The server accepted it, and the body of its answer is being read, or its process has ended.</summary>
    public const string Delivering = "delivering";

    /// <summary>The process ended in the state <see cref="Delivering"/>: it is not known whether the body was delivered.</summary>
    public const string DeliveryUnknown = "delivery_unknown";

    /// <summary>It was sent again although it is not known whether the body was delivered, and the answer has not come, or its process has ended.</summary>
    public const string SentAgain = "sent_again";

    /// <summary>The server accepted it, as far as is known, and answered with an error or with a body that did not arrive: a loss.</summary>
    public const string NotDelivered = "not_delivered";

    /// <summary>The server refused it: a loss, unless it accepts it later.</summary>
    public const string Refused = "refused";
}

/// <summary>Codes of purchases whose credential serves many requests.</summary>
internal static class CredentialCodes
{
    /// <summary>The server accepted it before, and refuses it now.</summary>
    public const string NoLongerAccepted = "no_longer_accepted";

    /// <summary>Another credential was bought in its place, with permission; appended to the code before. It is a loss, and not sent again.</summary>
    public const string Replaced = "replaced";
}

/// <summary>A purchase to be made.</summary>
internal sealed class PurchaseDraft
{
    public required CredentialScope For { get; init; }

    public required string RequestId { get; init; }

    public required string Payer { get; init; }

    /// <summary>The same for all invoices whose payment gives the same preimage.</summary>
    public required string PaymentKey { get; init; }

    public PaymentHash? PaymentHash { get; init; }

    public Msats? Quoted { get; init; }

    public required PurchaseCost Cost { get; init; }

    public long? InvoiceExpiresAtMs { get; init; }

    public long? ExpiresAtMs { get; init; }

    /// <summary>Service the token names; null where it names none.</summary>
    public string? Service { get; init; }

    public required PurchaseSecret Secret { get; init; }

    public override string ToString() => "purchase of " + For + " for " + Cost.Total + " msat";
}

/// <summary>The part of a purchase that is only stored encrypted.</summary>
/// <param name="Invoice">The invoice, as received.</param>
/// <param name="Token">The token of its challenge.</param>
/// <param name="Preimage">64 hexadecimal digits, once paid.</param>
/// <param name="Scheme">The name the challenge gave the scheme.</param>
internal sealed record PurchaseSecret(string Invoice, string Token, string? Preimage = null, L402Scheme Scheme = L402Scheme.L402)
{
    /// <summary>Reads the JSON of <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">The JSON has another form.</exception>
    public static PurchaseSecret FromJson(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            var members = document.RootElement;
            return new PurchaseSecret(
                members.GetProperty(nameof(Invoice)).GetString() ?? string.Empty,
                members.GetProperty(nameof(Token)).GetString() ?? string.Empty,
                members.TryGetProperty(nameof(Preimage), out var preimage) ? preimage.GetString() : null,
                members.TryGetProperty(nameof(Scheme), out var scheme) ? (L402Scheme)scheme.GetInt32() : L402Scheme.L402);
        }
        catch (Exception failure) when (failure is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new JsonException("The secret of the purchase lacks a member.", failure);
        }
    }

    /// <summary>Written by hand. The reflecting serializer costs a tenth of the first purchase of a session.</summary>
    public byte[] ToJson()
    {
        return JsonBytes.WriteObject(
            json =>
            {
                json.WriteString(nameof(Invoice), Invoice);
                json.WriteString(nameof(Token), Token);
                json.WriteString(nameof(Preimage), Preimage);
                json.WriteNumber(nameof(Scheme), (int)Scheme);
            });
    }

    public override string ToString() => "***";
}

/// <summary>Filter of purchases; null members match everything.</summary>
public sealed record PurchaseQuery
{
    /// <summary>Host, as in <see cref="CredentialScope.Host"/>.</summary>
    public string? Host { get; init; }

    /// <summary>Scope at the host.</summary>
    public string? Scope { get; init; }

    /// <summary>Maximum number, newest first.</summary>
    public int First { get; init; } = int.MaxValue;
}

/// <summary>Whether a purchase may be made. Exactly one member is set.</summary>
/// <param name="purchase">The recorded purchase; it may be paid now.</param>
/// <param name="standing">A purchase that prevents this one: it is not finished, or has paid the same invoice.</param>
/// <param name="denial">The purchase exceeds a budget.</param>
internal sealed class Reservation(Purchase? purchase, Purchase? standing = null, SpendDenial? denial = null)
{
    /// <summary>The recorded purchase; it may be paid now.</summary>
    public Purchase? Purchase => purchase;

    /// <summary>A purchase that prevents this one: it is not finished, or has paid the same invoice.</summary>
    public Purchase? ConflictingPurchase => standing;

    /// <summary>Set if the purchase exceeds a budget.</summary>
    public SpendDenial? Denial => denial;

    /// <summary>An acceptable credential of another path of the service, or an unfinished purchase of it.</summary>
    public Purchase? HeldOfService { get; init; }
}

/// <summary>What the store knows of one host and scope.</summary>
/// <param name="credential">The newest paid credential that is not known to be refused for good; with its secret.</param>
/// <param name="unfinished">A purchase with an unknown outcome; with its secret.</param>
internal sealed class CredentialRecord(Purchase? credential, Purchase? unfinished)
{
    /// <summary>The newest paid credential that is not known to be refused for good; with its secret.</summary>
    public Purchase? Credential => credential;

    /// <summary>A purchase with an unknown outcome; with its secret.</summary>
    public Purchase? Unfinished => unfinished;
}

/// <summary>Scope of a credential: at most one is bought per scope at a time (docs/reference/l402.md#credential-cache).</summary>
/// <param name="Host">Host of the seller, in lower case, with the port unless it is 443; over plain http always with
/// the port. If the request is sent to another address than its Host header names, that address follows an at
/// sign.</param>
/// <param name="Scope">The part of the host it serves: the path, unless the caller names a scope.</param>
public sealed record CredentialScope(string Host, string Scope)
{
    /// <summary>Host and scope.</summary>
    public override string ToString() => Host + " " + Scope;
}
