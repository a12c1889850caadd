using System;
using LightningOps.Buyer.Credentials;

namespace LightningOps.PowerShell;

/// <summary>A purchase with its state, cost, node and credential, as plain values; no secret is in it.</summary>
public sealed record L402Purchase
{
    /// <summary>Host that sold it.</summary>
    public required string Host { get; init; }

    /// <summary>Scope of its credential at the host.</summary>
    public required string Scope { get; init; }

    /// <summary>Its state.</summary>
    public required PurchaseState State { get; init; }

    /// <summary>The wallet's code if it is not paid, or how the server answered its credential.</summary>
    public string? Code { get; init; }

    /// <summary>Cost with fees in millisatoshis; until it is paid, the maximum cost. 0 if it failed.</summary>
    public required long CostMsats { get; init; }

    /// <summary>Amount of the invoice in millisatoshis; null if it has none.</summary>
    public long? AmountMsats { get; init; }

    /// <summary>Routing fee in millisatoshis; null until paid, and if the wallet does not report it.</summary>
    public long? FeeMsats { get; init; }

    /// <summary>Whether the wallet moves no money: the wallet of a test gateway, or the mock.</summary>
    public required bool IsSimulated { get; init; }

    /// <summary>Wallet that paid.</summary>
    public required string Payer { get; init; }

    /// <summary>Identity of the node it was sent to; null if not known.</summary>
    public string? Node { get; init; }

    /// <summary>The payment id of the wallet.</summary>
    public string? PaymentId { get; init; }

    /// <summary>Payment hash of the invoice, hexadecimal digits.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Whether there is a credential that can be sent.</summary>
    public required bool HasCredential { get; init; }

    /// <summary>Services of the credential; null if it names none.</summary>
    public string? Services { get; init; }

    /// <summary>Expiry of the credential as its token or challenge states it; null if none is stated, or it is not known.</summary>
    public DateTimeOffset? CredentialExpiresAt { get; init; }

    /// <summary>Whether the expiry is known; if it is, and <see cref="CredentialExpiresAt"/> is null, none is stated.</summary>
    public required bool IsExpiryKnown { get; init; }

    /// <summary><c>preimage:</c> and 16 digits, once paid.</summary>
    public string? ProofReference { get; init; }

    /// <summary>Request it was bought for.</summary>
    public required string RequestId { get; init; }

    /// <summary>Its id, as for Get-L402Credential.</summary>
    public required string PurchaseId { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was sent to the wallet; null if it was not.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>When its state last changed.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>State, host and cost.</summary>
    public override string ToString() => State + " " + Host + " " + Scope + ", " + CostMsats + (IsSimulated ? " msat simulated" : " msat");

    internal static L402Purchase From(Purchase purchase) => new()
    {
        Host = purchase.For.Host,
        Scope = purchase.For.Scope,
        State = purchase.State,
        Code = purchase.Code,
        CostMsats = purchase.State == PurchaseState.Failed ? 0 : (purchase.Spent ?? purchase.Reserved),
        AmountMsats = purchase.Quoted,
        FeeMsats = purchase.Fee,
        IsSimulated = purchase.IsSimulated,
        Payer = purchase.Payer,
        Node = purchase.Node,
        PaymentId = purchase.PaymentId,
        PaymentHash = purchase.PaymentHash,
        HasCredential = purchase.State is PurchaseState.Paid or PurchaseState.Rejected && !purchase.IsReplaced,
        Services = purchase.Token?.Services ?? purchase.Service,
        CredentialExpiresAt = purchase.ValidUntil,
        IsExpiryKnown = purchase.IsEndKnown,
        ProofReference = purchase.ProofReference,
        RequestId = purchase.RequestId,
        PurchaseId = purchase.PurchaseId,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(purchase.CreatedAtMs),
        SentAt = purchase.SentAtMs is { } sentAt ? DateTimeOffset.FromUnixTimeMilliseconds(sentAt) : null,
        UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(purchase.UpdatedAtMs),
    };
}
