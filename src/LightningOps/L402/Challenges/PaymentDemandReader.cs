using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.L402.Bolt11;

namespace LightningOps.L402.Challenges;

/// <summary>Finds payment demands of a 402 other than L402: the Payment scheme, x402, an invoice in a JSON body, a page.</summary>
internal static class PaymentDemandReader
{
    /// <summary>Name of the header for x402 demands since version 2.</summary>
    public const string X402HeaderName = "PAYMENT-REQUIRED";

    private const int MaxDepth = 16;
    private const int MaxShown = 200;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>The demands of the headers.</summary>
    /// <param name="challenges">The WWW-Authenticate values.</param>
    /// <param name="x402Values">The PAYMENT-REQUIRED values.</param>
    public static IEnumerable<PaymentDemand> ReadHeaders(IEnumerable<string> challenges, IEnumerable<string> x402Values) =>
        PaymentChallenge.ReadAll(challenges).Select(FromPayment).Concat(x402Values.Where(value => value.Length <= L402Challenge.MaxLength).SelectMany(FromX402Header));

    /// <summary>The demands of a JSON body: those of x402 version 1, or the first Lightning invoice in it.</summary>
    public static IReadOnlyList<PaymentDemand> ReadJson(string body)
    {
        if (TryParse(body) is not { } document)
        {
            return Array.Empty<PaymentDemand>();
        }

        using (document)
        {
            var accepted = FromX402(document.RootElement).ToArray();
            return accepted.Length > 0 ? accepted
                : FindInvoice(document.RootElement) is { } invoice ? new[] { FromInvoice(invoice) }
                : Array.Empty<PaymentDemand>();
        }
    }

    private static PaymentDemand FromPayment(PaymentChallenge challenge)
    {
        var demand = new PaymentDemand
        {
            Scheme = "Payment",
            Method = Shown(challenge.Method),
            Intent = Shown(challenge.Intent),
            Realm = Shown(challenge.Realm),
            Expires = challenge.Expires is { } expires ? Shown(expires) : null,
        };
        if (Base64UrlText.Decode(challenge.Request) is not { } bytes || TryParse(Encoding.UTF8.GetString(bytes)) is not { } document)
        {
            return demand;
        }

        using (document)
        {
            var request = document.RootElement;
            var details = Member(request, "methodDetails");
            return demand with
            {
                Amount = Text(request, "amount"),
                Currency = Text(request, "currency"),
                Network = details is { } method ? Text(method, "network") : null,
                Invoice = FindInvoice(request),
            };
        }
    }

    private static PaymentDemand FromInvoice(string invoice) => new()
    {
        Scheme = "Invoice",
        Method = "lightning",
        Amount = QuotedAmount.FromInvoice(invoice).Amount?.ToString(),
        Currency = QuotedAmount.FromInvoice(invoice).Amount is null ? null : "msat",
        Invoice = invoice,
    };

    private static IReadOnlyList<PaymentDemand> FromX402Header(string value)
    {
        var text = value.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_');
        if (Base64UrlText.Decode(text) is not { } bytes || TryParse(Encoding.UTF8.GetString(bytes)) is not { } document)
        {
            return Array.Empty<PaymentDemand>();
        }

        using (document)
        {
            return FromX402(document.RootElement).ToArray();
        }
    }

    private static IEnumerable<PaymentDemand> FromX402(JsonElement root) =>
        Member(root, "x402Version") is not null && Member(root, "accepts") is { ValueKind: JsonValueKind.Array } accepts
            ? accepts.EnumerateArray().Select(accepted => new PaymentDemand
            {
                Scheme = "x402",
                Method = Text(accepted, "scheme"),
                Amount = Text(accepted, "amount") ?? Text(accepted, "maxAmountRequired"),
                Currency = (Member(accepted, "extra") is { } extra ? Text(extra, "name") : null) ?? Text(accepted, "asset"),
                Network = Text(accepted, "network"),
            })
            : Array.Empty<PaymentDemand>();

    private static string? FindInvoice(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => AsInvoice(element.GetString()!),
        JsonValueKind.Object => element.EnumerateObject().Select(member => FindInvoice(member.Value)).FirstOrDefault(found => found is not null),
        JsonValueKind.Array => element.EnumerateArray().Select(FindInvoice).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static string? AsInvoice(string text) =>
        InvoiceUri.Unwrap(text) is var invoice && Bolt11Invoice.TryParse(invoice, out _, out _) ? invoice : null;

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(text, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.String } text => Shown(text.GetString()!),
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        _ => null,
    };

    private static string Shown(string text) => PlainText.From(text.Length > MaxShown ? text.Substring(0, MaxShown) : text);
}
