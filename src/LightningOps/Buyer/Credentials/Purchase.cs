using System;
using System.Text.Json;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Payments;

namespace LightningOps.Buyer.Credentials;

/// <summary>One invoice that was, or was about to be, paid for a credential. What it gave is a secret and shows itself nowhere.</summary>
public sealed record Purchase
{
    /// <summary>Its name in the store.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>What was bought.</summary>
    public required CredentialScope For { get; init; }

    /// <summary>Request it was bought for.</summary>
    public required string RequestId { get; init; }

    /// <summary>Wallet that paid: its <see cref="IInvoicePayer.Name"/>, and its place where that is told.</summary>
    public required string Payer { get; init; }

    /// <summary>How it stands.</summary>
    public required PurchaseState State { get; init; }

    /// <summary>SHA-256 of the preimage; null for a mock invoice.</summary>
    public PaymentHash? PaymentHash { get; init; }

    /// <summary>What the invoice asks, millisatoshis; null when it leaves the amount open.</summary>
    public Msats? Quoted { get; init; }

    /// <summary>The most that may be paid for it, routing counted, millisatoshis: counted as spent until it is paid.</summary>
    public required Msats Reserved { get; init; }

    /// <summary>What of that is for routing, millisatoshis.</summary>
    public Msats FeeLimit { get; init; }

    /// <summary>What it cost with the fee, millisatoshis: all that was set aside for routing where the wallet does not tell. Null until paid.</summary>
    public Msats? Spent { get; init; }

    /// <summary>What the wallet says routing cost, millisatoshis; null until paid, and where it does not tell.</summary>
    public Msats? Fee { get; init; }

    /// <summary>The wallet's own name of the payment.</summary>
    public string? PaymentId { get; init; }

    /// <summary><c>preimage:</c> and 16 digits, once paid.</summary>
    public string? ProofReference { get; init; }

    /// <summary>The wallet's code where it is not paid.</summary>
    public string? Code { get; init; }

    /// <summary>When the invoice stops being payable, Unix milliseconds; null when that is not known.</summary>
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

    /// <summary>Whether it is not known yet how it ended: nothing else is bought there until it is.</summary>
    public bool IsUnfinished => State is PurchaseState.Paying or PurchaseState.Pending or PurchaseState.Unproven;

    /// <summary>Whether its invoice can no longer be paid.</summary>
    public bool IsInvoiceExpiredAt(DateTimeOffset time) => InvoiceExpiresAtMs <= time.ToUnixTimeMilliseconds();

    /// <summary>The most that may be paid for it, routing not counted.</summary>
    internal Msats MaxAmount => Reserved.Value - FeeLimit.Value;

    /// <summary>Whether a process that still runs may be about to hand it to the wallet.</summary>
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

/// <summary>How a purchase stands. All but <see cref="Failed"/> count as spent.</summary>
public enum PurchaseState
{
    /// <summary>Written before the wallet was asked; it is being asked, or who asked is gone.</summary>
    Paying,

    /// <summary>The wallet cannot tell yet whether money moved.</summary>
    Pending,

    /// <summary>The wallet says it is paid, and gave a preimage that is not the invoice's.</summary>
    Unproven,

    /// <summary>Paid: a credential to use.</summary>
    Paid,

    /// <summary>Paid, and refused by the server at its first use: the proof is kept for a refund claim.</summary>
    Rejected,

    /// <summary>Paid, used, and no longer accepted.</summary>
    Invalid,

    /// <summary>Certainly not paid.</summary>
    Failed,

    /// <summary>Taken out of use; only what it cost is remembered, and which invoice it was.</summary>
    Removed,
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
    public static PurchaseSecret FromJson(byte[] json) => JsonSerializer.Deserialize<PurchaseSecret>(json)!;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this);

    public override string ToString() => "***";
}

/// <summary>Which purchases to list; null asks for nothing.</summary>
public sealed class PurchaseQuery
{
    /// <summary>Host, as in <see cref="CredentialScope.Host"/>.</summary>
    public string? Host { get; init; }

    /// <summary>Scope at the host.</summary>
    public string? Scope { get; init; }

    /// <summary>How many at most, the newest first.</summary>
    public int First { get; init; } = int.MaxValue;
}

/// <summary>Whether a purchase may be made: exactly one member is there.</summary>
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

/// <summary>What a credential is good for: at most one is bought for each at a time (docs/reference/l402.md#credential-cache).</summary>
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
