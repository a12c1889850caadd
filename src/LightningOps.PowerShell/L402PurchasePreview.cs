using System;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402.Challenges;
using LightningOps.L402;

namespace LightningOps.PowerShell;

/// <summary>Predicted cost of a request, from -WhatIf. Nothing was paid.</summary>
public sealed record L402PurchasePreview
{
    /// <summary>Requested address, without its query.</summary>
    public required string Uri { get; init; }

    /// <summary>HTTP status of the answer without a credential; 402 if payment is required.</summary>
    public required int StatusCode { get; init; }

    /// <summary>
    /// Whether something would be paid: payment is required, nothing forbids it, and there is no credential, or -AllowRebuy may replace
    /// a refused one. Null if it is not known, because the wallet is asked about an unfinished purchase first.
    /// </summary>
    public required bool? WouldPay { get; init; }

    /// <summary>Host the credential would be bought from.</summary>
    public required string Host { get; init; }

    /// <summary>Scope of the credential at the host.</summary>
    public required string Scope { get; init; }

    /// <summary>Scheme; null if nothing is asked.</summary>
    public string? Scheme { get; init; }

    /// <summary>Price in millisatoshis; null if nothing is asked, or the price is unknown.</summary>
    public long? AmountMsats { get; init; }

    /// <summary>Maximum additional routing cost, in millisatoshis.</summary>
    public required long FeeLimitMsats { get; init; }

    /// <summary>Node that would be paid, 33 bytes in hexadecimal digits.</summary>
    public string? Payee { get; init; }

    /// <summary>Payment hash of the invoice.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Expiry of the invoice.</summary>
    public DateTimeOffset? InvoiceExpiresAt { get; init; }

    /// <summary>Wallet that would pay; null if none is set.</summary>
    public string? Payer { get; init; }

    /// <summary>Spending limit of the request in millisatoshis.</summary>
    public long? MaxSpendMsats { get; init; }

    /// <summary>Remaining hourly budget, in millisatoshis; null if there is none.</summary>
    public decimal? HourlyBudgetLeftMsats { get; init; }

    /// <summary>Remaining daily budget, in millisatoshis; null if there is none.</summary>
    public decimal? DailyBudgetLeftMsats { get; init; }

    /// <summary>Whether a credential for this scope is stored.</summary>
    public required bool HasCredential { get; init; }

    /// <summary>Whether the server refused it when it was sent last.</summary>
    public bool IsCredentialRefused { get; init; }

    /// <summary>Id of an earlier purchase there whose outcome is not known; null if there is none. The wallet is asked about it before anything is bought.</summary>
    public string? UnfinishedPurchaseId { get; init; }

    /// <summary>Its state: Paying, Pending or Unproven.</summary>
    public PurchaseState? UnfinishedState { get; init; }

    /// <summary>What it costs at most, in millisatoshis; it counts as spent.</summary>
    public long? UnfinishedMsats { get; init; }

    /// <summary>The wallet it was begun with, which must be used to check it.</summary>
    public string? UnfinishedPayer { get; init; }

    /// <summary>Services that the credential would open; null if the token does not name any.</summary>
    public string? Services { get; init; }

    /// <summary>Expiry of the credential; null if it never expires, or the token does not say.</summary>
    public DateTimeOffset? CredentialExpiresAt { get; init; }

    /// <summary>Reason code if it would not be paid.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Reason if it would not be paid, for people.</summary>
    public string? DenyReason { get; init; }

    /// <summary>Address and amount.</summary>
    public override string ToString() => Uri + (AmountMsats is { } amount ? " for " + amount + " msat" : string.Empty);

    internal static L402PurchasePreview Create(L402Request request, L402Quote quote, string? payer, SpendingReport spending)
    {
        var token = quote.Challenge is { Scheme: not L402Scheme.Payment } challenge ? TryDescribe(challenge) : null;
        var hasCredential = quote.CacheStatus == L402CacheStatus.Hit;
        var wouldPay = quote.Challenge is not null && quote.Denial is null && (!hasCredential || (quote.IsCredentialRefused && request.AllowRebuy));
        return new L402PurchasePreview
        {
            Uri = request.Uri.GetLeftPart(UriPartial.Path),
            StatusCode = quote.StatusCode,
            WouldPay = wouldPay && quote.Unfinished is not null ? null : wouldPay,
            Host = quote.For.Host,
            Scope = quote.For.Scope,
            Scheme = quote.Challenge?.Scheme.ToString(),
            AmountMsats = quote.Amount?.Value,
            FeeLimitMsats = quote.FeeLimit.Value,
            Payee = quote.Invoice?.PayeeHex,
            PaymentHash = quote.Invoice?.PaymentHash,
            InvoiceExpiresAt = quote.Invoice?.ExpiresAt,
            Payer = payer,
            MaxSpendMsats = request.MaxSpend?.Value,
            HourlyBudgetLeftMsats = spending.GetHourlyBudgetLeft(payer),
            DailyBudgetLeftMsats = spending.GetDailyBudgetLeft(payer),
            HasCredential = hasCredential,
            IsCredentialRefused = quote.IsCredentialRefused,
            UnfinishedPurchaseId = quote.Unfinished?.PurchaseId,
            UnfinishedState = quote.Unfinished?.State,
            UnfinishedMsats = quote.Unfinished?.Reserved,
            UnfinishedPayer = quote.Unfinished?.Payer,
            Services = token?.Services,
            CredentialExpiresAt = token?.ExpiresAt,
            DenyReasonCode = quote.Denial?.Code,
            DenyReason = quote.Denial?.Reason,
        };
    }

    private static L402Token? TryDescribe(L402Challenge challenge)
    {
        try
        {
            return L402Token.Read(challenge.Macaroon);
        }
        catch (L402Exception)
        {
            // A token of unknown layout can still be paid.
            return null;
        }
    }
}
