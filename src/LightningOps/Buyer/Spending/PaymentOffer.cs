using System;
using System.Security.Cryptography;
using System.Text;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;

namespace LightningOps.Buyer.Spending;

/// <summary>The payment demand of a challenge, read completely before it is paid.</summary>
internal sealed class PaymentOffer
{
    public PaymentOffer(L402Challenge challenge)
    {
        Challenge = challenge;
        Bolt11Invoice.TryParse(challenge.Invoice, out var invoice, out var fault);
        Invoice = invoice;
        Fault = fault;
        if (challenge.Scheme == L402Scheme.Payment)
        {
            Deadline = PaymentCredential.FindExpiry(PaymentCredential.FromToken(challenge.Macaroon));
            return;
        }

        Macaroon.TryParse(challenge.Macaroon, out var macaroon, out _);
        Token = macaroon;
        End = macaroon is null ? null : Lifetime.FindEnd(macaroon);
    }

    public L402Challenge Challenge { get; }

    /// <summary>The invoice; null when it does not decode.</summary>
    public Bolt11Invoice? Invoice { get; }

    /// <summary>Why the invoice does not decode.</summary>
    public L402Error? Fault { get; }

    /// <summary>The token; null when its layout is unknown.</summary>
    public Macaroon? Token { get; }

    /// <summary>End of the token as its caveats set it; null when they set none, or its layout is unknown.</summary>
    public TokenEnd? End { get; }

    /// <summary>Expiry of the challenge, also if its invoice is valid for longer; null if not stated.</summary>
    public DateTimeOffset? Deadline { get; }

    /// <summary>The service of the token, from Aperture's <c>services</c> caveat; null when it names none.</summary>
    public string? Service => Token?.FindRestriction("services");

    /// <summary>Whether the token belongs to the invoice; null when it does not say.</summary>
    public bool? IsTokenOfInvoice =>
        Invoice is not null && Token is not null && L402Identifier.TryParse(Token.Identifier.Span, out var identifier, out _)
            ? identifier.PaymentHash == Invoice.Hash
            : null;

    public PaymentHash? PaymentHash => Invoice?.Hash;

    /// <summary>Amount stated by the invoice itself, if any.</summary>
    public Msats? Stated => Challenge.InvoiceAmount == InvoiceAmountKind.NotBolt11 ? Challenge.Amount : Invoice is null ? Challenge.Amount : Invoice.Amount;

    /// <summary>The same for all invoices whose payment gives the same preimage.</summary>
    public string PaymentKey => PaymentHash?.Hex ?? "invoice:" + Digest(Challenge.Invoice);

    private static string Digest(string text)
    {
        using var sha = SHA256.Create();
        return HexText.From(sha.ComputeHash(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>Maximum cost of a purchase, reserved before it is paid.</summary>
/// <param name="amount">For the invoice.</param>
/// <param name="feeLimit">For routing.</param>
internal sealed class PurchaseCost(Msats amount, Msats feeLimit)
{
    /// <summary>For the invoice.</summary>
    public Msats Amount => amount;

    /// <summary>For routing.</summary>
    public Msats FeeLimit => feeLimit;

    /// <summary>Both together.</summary>
    public Msats Total => amount.Value > long.MaxValue - feeLimit.Value ? long.MaxValue : amount.Value + feeLimit.Value;
}
