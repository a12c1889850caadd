using System;
using System.IO;
using System.Text.Json;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>The body of <c>POST /v2/router/send</c> (LND, routerrpc.SendPaymentRequest).</summary>
internal static class LndRequest
{
    private const long SmallAmountMsats = 1_000_000;
    private const long FeePercent = 5;

    /// <summary>The JSON; 64-bit numbers are strings, as LND writes them.</summary>
    public static byte[] Of(InvoicePayment payment, Bolt11Invoice invoice, LndPayerOptions options)
    {
        var amount = invoice.Amount ?? payment.Amount ?? payment.MaxAmount;
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("payment_request", payment.Invoice);
            if (invoice.AmountKind == InvoiceAmountKind.Absent)
            {
                json.WriteString("amt_msat", amount.ToString());
            }

            json.WriteString("fee_limit_msat", (payment.FeeLimit ?? FeeLimitFor(amount, options)).ToString());
            json.WriteNumber("timeout_seconds", Math.Max(1, (int)options.PaymentTimeout.TotalSeconds));
            json.WriteBoolean("no_inflight_updates", true);
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>What routing may cost beside an amount. Left out, LND takes routes without any fee only.</summary>
    public static Msats FeeLimitFor(Msats amount, LndPayerOptions options) =>
        options.FeeLimit ?? (amount.Value <= SmallAmountMsats ? amount : new Msats(amount.Value / 100 * FeePercent));
}
