using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.Payments;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Payments.WalletExecutor;

/// <summary>A wallet executor on loopback, from docs/reference/l402.md#wallet-executor: strict in what it takes, forgetful of what it was asked.</summary>
internal sealed class ExecutorPeer(SimulatedNode node)
{
    public const string Token = "exec-token-1";

    /// <summary>Makes it refuse with its secrets in the text.</summary>
    public string? EchoOf { get; set; }

    /// <summary>Whether it answers a request it has seen with the payment it made for it.</summary>
    public bool Remembers { get; set; } = true;

    public Reply Answer(RecordedRequest request)
    {
        if (request.Headers.GetValueOrDefault("authorization") != "Bearer " + Token)
        {
            return Error(401, "unauthorized", "missing or invalid bearer token");
        }

        if ((request.Method, request.Target) != ("POST", "/pay-bolt11") || request.Headers.GetValueOrDefault("content-type") != "application/json")
        {
            return Error(404, "not_found", "route not found");
        }

        using var body = JsonDocument.Parse(request.Body);
        if (!body.RootElement.TryGetProperty("payment", out var payment))
        {
            return Error(400, "invalid_request", "not a payment");
        }

        var requestId = body.RootElement.GetProperty("requestId").GetString();
        if (requestId != request.Headers.GetValueOrDefault("x-request-id")
            || !body.RootElement.EnumerateObject().Select(member => member.Name).SequenceEqual(["requestId", "payment"])
            || !payment.EnumerateObject().Select(member => member.Name).SequenceEqual(["invoice", "maxAmountMsats", "host"]))
        {
            return Error(400, "invalid_request", "not the contract's body");
        }

        var invoice = payment.GetProperty("invoice").GetString()!;
        return EchoOf is not null
            ? Error(502, "send_failed", "echo Bearer " + Token + " " + node.GetPreimage(EchoOf).Reveal().ToUpperInvariant())
            : Pay(requestId!, invoice, payment.GetProperty("maxAmountMsats").GetInt64(), payment.GetProperty("host").GetString()!);
    }

    private Reply Pay(string requestId, string invoice, long cap, string host)
    {
        if (host == "blocked.example.com")
        {
            return Error(403, "host_not_allowed", "host is not in the wallet executor allowlist");
        }

        if (!node.TryBegin(invoice, cap) && !(Remembers && node.GetState(invoice) is PaymentState.Paid or PaymentState.Pending))
        {
            return Error(502, "send_failed", "the node has paid this hash");
        }

        return node.GetState(invoice) switch
        {
            PaymentState.Paid => Reply.Json(JsonSerializer.Serialize(new
            {
                ok = true,
                requestId,
                result = new
                {
                    requestId,
                    walletId = "wallet-1",
                    payment = new { paymentId = "pay_" + node.Begun, amountMsats = 70_000, preimageHex = node.GetPreimage(invoice).Reveal(), paidAtMs = 1_736_000_000_001 },
                    quotedAmountMsats = 70_000,
                },
            })),
            PaymentState.Pending => Error(504, "payment_pending", "payment did not complete before timeout"),
            _ => Error(502, "payment_failed", "payment failed"),
        };
    }

    private static Reply Error(int status, string code, string message) =>
        Reply.Json(JsonSerializer.Serialize(new { ok = false, error = new { requestId = "r", code, message } }), status);
}
