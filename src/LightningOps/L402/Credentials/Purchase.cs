using System;
using System.Globalization;
using System.Linq;
using LightningOps.Paywalls;

namespace LightningOps.L402.Credentials;

/// <summary>One invoice that was, or was about to be, paid for a credential. What it gave is a secret and shows itself nowhere.</summary>
public sealed record Purchase
{
    /// <summary>Its name in the store.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>What was bought.</summary>
    public required CredentialScope For { get; init; }

    /// <summary>Request it was bought for.</summary>
    public required string RequestId { get; init; }

    /// <summary>Wallet that paid: its <see cref="Payments.IInvoicePayer.Name"/>, and its place where that is told.</summary>
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
        Macaroon.TryParse(Secret!.Token, out var token, out _)
        && token.Restrictions.Any(caveat => (caveat.Condition == "valid_until" || caveat.Condition.EndsWith("_valid_until", StringComparison.Ordinal))
            && long.TryParse(caveat.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds <= moment.ToUnixTimeSeconds());

    /// <summary>The credential; there once paid.</summary>
    internal L402Authorization Authorization() => L402Authorization.Create(Secret!.Token, Preimage.Parse(Secret.Preimage!));
}
