using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Text;
using System.Text.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Payments.Phoenixd;

/// <summary>phoenixd's HTTP API on loopback, as its documentation describes it.</summary>
internal sealed class PhoenixdPeer(SimulatedNode node)
{
    public const string Password = "d1a6d1a6b8f5c0a2e4";
    public const string Identity = "02a754d436ec93714ef428ad33d72f5614a67af6a79c9d85d2ad5478b6b43f37ce";

    private readonly Dictionary<string, string> invoices = new(StringComparer.Ordinal);

    public string? EchoOf { get; set; }

    /// <summary>Routing fee of every payment, millisatoshis.</summary>
    public long Fees { get; set; } = 21;

    public string Chain { get; set; } = "regtest";

    public void Forget() => invoices.Clear();

    public Reply Answer(RecordedRequest request)
    {
        if (request.Headers.GetValueOrDefault("authorization") != "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(":" + Password)))
        {
            return Reply.Json("Invalid authentication (use basic auth with the http password set in phoenix.conf)", 401);
        }

        const string ByHash = "/payments/outgoingbyhash/";
        return (request.Method, request.Target) switch
        {
            ("GET", "/getinfo") => Ok(new { nodeId = Identity, channels = Array.Empty<object>(), chain = Chain, blockHeight = 1, version = "0.6.2" }),
            ("GET", "/getbalance") => Ok(new { balanceSat = 689_683, feeCreditSat = 0 }),
            ("POST", "/payinvoice") => Pay(request),
            ("GET", var target) when target.StartsWith(ByHash, StringComparison.Ordinal) => Find(target[ByHash.Length..]),
            _ => Reply.Json("Unknown endpoint", 404),
        };
    }

    private Reply Pay(RecordedRequest request)
    {
        var form = request.Body.Split('&').Select(part => part.Split('=')).ToDictionary(part => part[0], part => WebUtility.UrlDecode(part[1]));
        if (request.Headers.GetValueOrDefault("content-type") != "application/x-www-form-urlencoded" || !form.TryGetValue("invoice", out var invoice))
        {
            return Reply.Json("Missing form parameter: invoice", 400);
        }

        var decoded = Bolt11Invoice.Parse(invoice);
        if (EchoOf is not null)
        {
            return Ok(new { type = "payment_failed", paymentHash = decoded.PaymentHash, reason = "echo " + Password + " " + request.Headers["authorization"] + " " + node.GetPreimage(EchoOf).Reveal() });
        }

        if (form.ContainsKey("amountSat") == (decoded.Amount is not null))
        {
            return Reply.Json("amount of invoice", 400);
        }

        invoices[decoded.PaymentHash] = invoice;
        if (!node.TryBegin(invoice, decoded.Amount ?? (long.Parse(form["amountSat"], System.Globalization.CultureInfo.InvariantCulture) * 1000)) || node.GetState(invoice) == PaymentState.Failed)
        {
            return Ok(new { type = "payment_failed", paymentHash = decoded.PaymentHash, reason = node.GetState(invoice) == PaymentState.Failed ? "no route found" : "this invoice has already been paid" });
        }

        return node.GetState(invoice) == PaymentState.Pending ? Reply.Status(504)
            : Ok(new { type = "payment_sent", recipientAmountSat = (decoded.Amount ?? node.LastAmount) / 1000, routingFeeSat = 0, paymentId = "pay-" + node.Begun, paymentHash = decoded.PaymentHash, paymentPreimage = node.GetPreimage(invoice).Reveal() });
    }

    private Reply Find(string hash)
    {
        if (!invoices.TryGetValue(hash, out var invoice))
        {
            return Reply.Json("Not found", 404);
        }

        var state = node.GetState(invoice);
        return Ok(new
        {
            type = "outgoing_payment",
            subType = "lightning",
            paymentId = "pay-" + invoices.Keys.ToList().IndexOf(hash),
            paymentHash = hash,
            preimage = state == PaymentState.Paid ? node.GetPreimage(invoice).Reveal() : null,
            isPaid = state == PaymentState.Paid,
            sent = (node.LastAmount + Fees) / 1000,
            fees = Fees,
            invoice,
            completedAt = state == PaymentState.Pending ? (long?)null : 1_736_000_000_000,
            createdAt = 1_736_000_000_000,
        });
    }

    private static Reply Ok(object body) => Reply.Json(JsonSerializer.Serialize(body));
}
