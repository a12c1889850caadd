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

/// <summary>One invoice that was, or was about to be, paid for a credential. Its secrets are never shown.</summary>
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

    /// <summary>The part of it for routing, in millisatoshis.</summary>
    public long FeeLimit { get; init; }

    /// <summary>Cost with the fee in millisatoshis; the whole routing reserve if the wallet does not report the fee. Null until paid.</summary>
    public long? Spent { get; init; }

    /// <summary>Routing fee reported by the wallet in millisatoshis; null until paid, and if not reported.</summary>
    public long? Fee { get; init; }

    /// <summary>The payment id of the wallet.</summary>
    public string? PaymentId { get; init; }

    /// <summary><c>preimage:</c> and 16 digits, once paid.</summary>
    public string? ProofReference { get; init; }

    /// <summary>The wallet's code where it is not paid.</summary>
    public string? Code { get; init; }

    /// <summary>Expiry of the invoice, Unix milliseconds; null if unknown.</summary>
    public long? InvoiceExpiresAtMs { get; init; }

    /// <summary>When the credential is to be bought anew, Unix milliseconds; null for never.</summary>
    public long? ExpiresAtMs { get; init; }

    /// <summary>When it was begun, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>When its state last changed, Unix milliseconds.</summary>
    public required long UpdatedAtMs { get; init; }

    /// <summary>From when on it counts in the rolling budgets, Unix milliseconds.</summary>
    public required long SpentAtMs { get; init; }

    /// <summary>When it was first sent to the wallet, Unix milliseconds; null when it was not.</summary>
    public long? SentAtMs { get; init; }

    /// <summary>Whether the wallet was seen to have the payment. While it is not finished, it can then still settle, also after the invoice has expired.</summary>
    public bool WasSeen { get; init; }

    /// <summary>Identity of the node it was sent to; null where that is not known.</summary>
    public string? Node { get; init; }

    /// <summary>Service of the token, as its caveat names it; null where it names none.</summary>
    public string? Service { get; init; }

    /// <summary>When the token ends, and what it is good for; null where it was not asked for, was removed, or is of a format that is not known.</summary>
    public L402Token? Token { get; init; }

    /// <summary>The wallet's name of a payment of the same invoice that had failed before; null where there was none.</summary>
    internal string? EarlierPaymentId { get; init; }

    /// <summary>Whether the payment outcome is unknown; nothing else is bought there until it is known.</summary>
    public bool IsUnfinished => State is PurchaseState.Paying or PurchaseState.Pending or PurchaseState.Unproven;

    /// <summary>Whether its credential is good for one request only; false where its secret was not asked for.</summary>
    internal bool IsSingleUse => Secret is { Scheme: L402Scheme.Payment };

    /// <summary>Whether the server refused its credential, in contrast to one of which it is not known whether the server saw it.</summary>
    internal bool IsRefused => State == PurchaseState.Rejected && Code is not (SingleUseCodes.Sent or SingleUseCodes.Unanswered);

    /// <summary>When its challenge ends, also where its invoice can be paid for longer; null where it does not say.</summary>
    internal DateTimeOffset? ChallengeDeadline => IsSingleUse ? PaymentCredential.FindExpiry(PaymentCredential.FromToken(Secret!.Token)) : null;

    /// <summary>Whether its invoice has expired.</summary>
    public bool IsInvoiceExpiredAt(DateTimeOffset time) => InvoiceExpiresAtMs <= time.ToUnixTimeMilliseconds();

    /// <summary>The most that may be paid for it, routing not counted.</summary>
    internal Msats MaxAmount => Reserved - FeeLimit;

    /// <summary>Whether a process that still runs may be about to hand it to the wallet, or waits for the answer to its only use.</summary>
    internal bool IsInProgress { get; init; }

    /// <summary>Invoice, token and preimage; null where they were not asked for or are removed.</summary>
    internal PurchaseSecret? Secret { get; init; }

    /// <summary>State, what was bought and the amount; no invoice, token or preimage.</summary>
    public override string ToString() => State + " purchase " + PurchaseId + " of " + For + " for " + Reserved + " msat";

    /// <summary>Whether a caveat of the token says that it is past its life; false where none says when it ends.</summary>
    internal bool IsTokenExpiredAt(DateTimeOffset moment) =>
        Macaroon.TryParse(Secret!.Token, out var token, out _) && token.FindExpiry() <= moment;

    /// <summary>The same without its secret, but with what can be told of its token.</summary>
    internal Purchase Describe()
    {
        var token = Secret is { } secret && Macaroon.TryParse(secret.Token, out var macaroon, out _) ? L402Token.From(macaroon) : null;
        return this with { Secret = null, Token = token };
    }

    /// <summary>The credential; there once paid.</summary>
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

    /// <summary>Paid, and refused by the server at its first use: the proof is kept for a refund claim.</summary>
    Rejected,

    /// <summary>Paid, used, and no longer accepted.</summary>
    Invalid,

    /// <summary>Certainly not paid.</summary>
    Failed,

    /// <summary>Removed; only its cost and its invoice are kept.</summary>
    Removed,
}

/// <summary>Codes of purchases whose credential is good for one request only.</summary>
internal static class SingleUseCodes
{
    /// <summary>It is on its way to the server, or its process ended before the answer came.</summary>
    public const string Sent = "sent";

    /// <summary>No answer came to it.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>It opened the request it was bought for.</summary>
    public const string Used = "used";

    /// <summary>The server accepted it, as far as can be told, and answered with an error: a loss.</summary>
    public const string NotDelivered = "not_delivered";

    /// <summary>The server refused it: a loss, unless it accepts it later.</summary>
    public const string Refused = "refused";
}

/// <summary>A purchase that is about to be made.</summary>
internal sealed class PurchaseDraft
{
    public required CredentialScope For { get; init; }

    public required string RequestId { get; init; }

    public required string Payer { get; init; }

    /// <summary>The same for all invoices a payment of which gives the same preimage.</summary>
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

/// <summary>What of a purchase is only ever stored encrypted.</summary>
/// <param name="Invoice">The invoice, as received.</param>
/// <param name="Token">The token of its challenge.</param>
/// <param name="Preimage">64 hexadecimal digits, once paid.</param>
/// <param name="Scheme">The name the challenge gave the scheme.</param>
internal sealed record PurchaseSecret(string Invoice, string Token, string? Preimage = null, L402Scheme Scheme = L402Scheme.L402)
{
    /// <summary>Reads the JSON of <see cref="ToJson"/>.</summary>
    /// <exception cref="JsonException">It is not that JSON.</exception>
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

    /// <summary>Written by hand: the reflecting serializer costs the first purchase of a session a tenth of its time.</summary>
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

/// <summary>Whether a purchase may be made: exactly one member is set.</summary>
/// <param name="purchase">Written down: it may be paid now.</param>
/// <param name="standing">Another stands in the way: one that is not finished, or one that has paid the same invoice.</param>
/// <param name="denial">It is over a budget.</param>
internal sealed class Reservation(Purchase? purchase, Purchase? standing = null, SpendDenial? denial = null)
{
    /// <summary>Written down: it may be paid now.</summary>
    public Purchase? Purchase => purchase;

    /// <summary>Another stands in the way: one that is not finished, or one that has paid the same invoice.</summary>
    public Purchase? ConflictingPurchase => standing;

    /// <summary>It is over a budget.</summary>
    public SpendDenial? Denial => denial;

    /// <summary>A credential of another path of the service that does as well, or a purchase of it that is not finished.</summary>
    public Purchase? HeldOfService { get; init; }
}

/// <summary>What the store knows of one host and scope.</summary>
/// <param name="credential">The newest that was paid for and is not known to be refused for good; with its secret.</param>
/// <param name="unfinished">A purchase of which it is not known how it ended; with its secret.</param>
internal sealed class CredentialRecord(Purchase? credential, Purchase? unfinished)
{
    /// <summary>The newest that was paid for and is not known to be refused for good; with its secret.</summary>
    public Purchase? Credential => credential;

    /// <summary>A purchase of which it is not known how it ended; with its secret.</summary>
    public Purchase? Unfinished => unfinished;
}

/// <summary>Scope of a credential: at most one is bought per scope at a time (docs/reference/l402.md#credential-cache).</summary>
/// <param name="Host">
/// Host that sells, in lower case, with the port where it is not 443; always with it over plain http. A request sent to
/// another address than its Host header says has that address behind an at sign.
/// </param>
/// <param name="Scope">The part of the host it is good for: the path, unless the caller names another.</param>
public sealed record CredentialScope(string Host, string Scope)
{
    /// <summary>Host and scope.</summary>
    public override string ToString() => Host + " " + Scope;
}
