using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LightningOps.Json;
using LightningOps.L402.Bolt11;

namespace LightningOps.L402.Challenges;

/// <summary>
/// Reads the charge of the Payment scheme that lightning can pay. Invoice, amount and payment hash must agree before
/// it is offered (docs/reference/l402.md#payment-scheme).
/// </summary>
internal static class PaymentChargeReader
{
    private const string Lightning = "lightning";
    private const string Charge = "charge";
    private const string Satoshi = "sat";

    private static readonly IReadOnlyDictionary<string, Bolt11Network> Networks = new Dictionary<string, Bolt11Network>(StringComparer.OrdinalIgnoreCase)
    {
        ["mainnet"] = Bolt11Network.Mainnet,
        ["bitcoin"] = Bolt11Network.Mainnet,
        ["testnet"] = Bolt11Network.Testnet,
        ["testnet4"] = Bolt11Network.Testnet,
        ["signet"] = Bolt11Network.Signet,
        ["regtest"] = Bolt11Network.Regtest,
        ["simnet"] = Bolt11Network.Simnet,
    };

    /// <summary>The first charge for lightning among the WWW-Authenticate values.</summary>
    /// <param name="headerValues">One value per header line.</param>
    /// <param name="charge">The charge, and a warning if its network label differs from that of the invoice.</param>
    /// <param name="error">Why none can be paid; null if none is offered.</param>
    public static bool TryRead(IEnumerable<string> headerValues, out (L402Challenge Challenge, string? Warning)? charge, out L402Error? error)
    {
        charge = null;
        error = null;
        if (PaymentChallenge.ReadAll(headerValues).FirstOrDefault(IsCharge) is not { } challenge)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64UrlText.Decode(challenge.Request) ?? throw new FormatException());
            charge = Invoice(document.RootElement) is null ? null : Read(challenge, document.RootElement, out error);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengePaymentInvalid, "the request of the Payment challenge is not base64url of JSON");
        }

        return charge is not null;
    }

    // Without an invoice lightning cannot pay.
    private static string? Invoice(JsonElement request) => request.TryGetProperty("methodDetails", out var details) ? details.FindText("invoice") : null;

    private static bool IsCharge(PaymentChallenge challenge) =>
        challenge.Method.Equals(Lightning, StringComparison.OrdinalIgnoreCase) && challenge.Intent.Equals(Charge, StringComparison.OrdinalIgnoreCase);

    private static (L402Challenge Challenge, string? Warning)? Read(PaymentChallenge challenge, JsonElement request, out L402Error? error)
    {
        var details = request.GetProperty("methodDetails");
        var text = InvoiceUri.Unwrap(Invoice(request)!);
        error = Check(challenge, request, details, text, out var invoice);
        if (error is not null)
        {
            return null;
        }

        var label = details.FindText("network");
        var warning = label is not null && (!Networks.TryGetValue(label, out var network) || network != invoice!.Network)
            ? "the Payment challenge names network " + PlainText.From(label) + ", but its invoice is for " + invoice!.Network + "; the invoice counts"
            : null;
        return (new L402Challenge
        {
            Scheme = L402Scheme.Payment,
            Macaroon = PaymentCredential.ToToken(challenge),
            Invoice = text,
            Amount = invoice!.Amount,
            InvoiceAmount = InvoiceAmountKind.Stated,
            Issuer = challenge.Realm,
        }, warning);
    }

    private static L402Error? Check(PaymentChallenge challenge, JsonElement request, JsonElement details, string text, out Bolt11Invoice? invoice)
    {
        if (!Bolt11Invoice.TryParse(text, out invoice, out var unread))
        {
            return unread;
        }

        return request.FindText("currency") is not { } currency || !currency.Equals(Satoshi, StringComparison.OrdinalIgnoreCase)
                ? L402Error.Challenge(L402ErrorCodes.ChallengePaymentInvalid, "the currency of the Payment challenge is not sat")
            : !long.TryParse(request.FindText("amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var satoshis)
                ? L402Error.Challenge(L402ErrorCodes.ChallengeAmountInvalid, "the amount of the Payment challenge is not a whole number of satoshis")
            : invoice.Amount != (decimal)satoshis * Msats.PerSatoshi
                ? L402Error.Challenge(L402ErrorCodes.ChallengeAmountMismatch, "the amount of the Payment challenge is not that of its invoice")
            : details.FindText("paymentHash") is { } hash && !hash.Equals(invoice.PaymentHash, StringComparison.OrdinalIgnoreCase)
                ? L402Error.Challenge(L402ErrorCodes.ChallengePaymentInvalid, "the payment hash of the Payment challenge is not that of its invoice")
            : challenge.Expires is not null && PaymentCredential.FindExpiry(challenge) is null
                ? L402Error.Challenge(L402ErrorCodes.ChallengePaymentInvalid, "the expiry of the Payment challenge is not a date")
            : null;
    }
}
