using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Payments.Lnd;

/// <summary>LND's REST API on loopback, as its documentation and its router describe it.</summary>
internal sealed class LndPeer(SimulatedNode node)
{
    public const string Macaroon = "0201036c6e6402f801030a10feedfacefeedfacefeedfacefeedfacefeedface00aa";

    private readonly Dictionary<string, string> invoices = new(StringComparer.Ordinal);

    public const string OwnIdentity = "02a754d436ec93714ef428ad33d72f5614a67af6a79c9d85d2ad5478b6b43f37ce";

    public string Network { get; set; } = "regtest";

    /// <summary>Public key of the node that answers.</summary>
    public string Identity { get; set; } = OwnIdentity;

    /// <summary>What it refuses every call with, for example while its wallet is locked; null for nothing.</summary>
    public string? Closed { get; set; }

    /// <summary>What it answers whether a macaroon may pay; by default that who asks may not ask that (lnd.jsonl).</summary>
    public Func<JsonElement, (int Status, string Body)> CheckPermissions { get; set; } = _ => (500, Error(2, "permission denied"));

    /// <summary>The node no longer has the payment of an invoice: <c>deletepayments</c>, or another node behind the address.</summary>
    public void Forget(string invoice) => invoices.Remove(Bolt11Invoice.Parse(invoice).PaymentHash);

    /// <summary>The node has a payment of an invoice that nobody here asked for.</summary>
    public void PayForAnother(string invoice)
    {
        var decoded = Bolt11Invoice.Parse(invoice);
        invoices[decoded.PaymentHash] = invoice;
        node.TryBegin(invoice, decoded.Amount!.Value);
    }

    /// <summary>Makes it refuse with its secrets in the text.</summary>
    public string? EchoOf { get; set; }

    /// <summary>The last body of a payment.</summary>
    public JsonElement LastSend { get; private set; }

    public Reply Answer(RecordedRequest request)
    {
        // Code 2 with status 500, whatever it is that closes the gate (lnd.jsonl).
        var macaroon = request.Headers.GetValueOrDefault("grpc-metadata-macaroon");
        var refusal = Closed
            ?? (macaroon is null ? "expected 1 macaroon, got 0"
                : macaroon != Macaroon ? "verification failed: signature mismatch after caveat verification"
                : null);
        if (refusal is not null)
        {
            return Reply.Json(request.Target == "/v1/getinfo" ? Error(2, refusal) : StreamError(2, refusal) + "\n", 500);
        }

        return (request.Method, request.Target) switch
        {
            ("GET", "/v1/getinfo") => Reply.Json("{\"version\":\"0.21.99-beta commit=\",\"identity_pubkey\":\"" + Identity + "\",\"synced_to_chain\":true,\"testnet\":false,\"chains\":[{\"chain\":\"bitcoin\",\"network\":\"" + Network + "\"}]}"),
            ("POST", "/v1/macaroon/checkpermissions") => CheckPermissions(JsonDocument.Parse(request.Body).RootElement.Clone()) is (var status, var answer) ? Reply.Json(answer, status) : Reply.Stall,
            ("POST", "/v2/router/send") => Send(request.Body),
            ("GET", var target) when target.StartsWith("/v2/router/track/", StringComparison.Ordinal) => Track(target["/v2/router/track/".Length..]),
            (_, "/v2/router/send") => Reply.Json(Error(12, "Method Not Allowed"), 501),
            _ => Reply.Json(Error(5, "Not Found"), 404),
        };
    }

    private Reply Send(string body)
    {
        LastSend = JsonDocument.Parse(body).RootElement.Clone();
        var invoice = LastSend.GetProperty("payment_request").GetString()!;
        var decoded = Bolt11Invoice.Parse(invoice);
        if (EchoOf is not null)
        {
            return Reply.Json(StreamError(2, "echo " + Macaroon.ToUpperInvariant() + " " + node.GetPreimage(EchoOf).Reveal()), 500);
        }

        if (LastSend.TryGetProperty("amt_msat", out var amount) == (decoded.Amount is not null))
        {
            return Reply.Json(StreamError(2, "amount must not be specified when paying a non-zero amount invoice"), 500);
        }

        if (!LastSend.GetProperty("no_inflight_updates").GetBoolean() || LastSend.GetProperty("timeout_seconds").GetInt32() <= 0 || !LastSend.TryGetProperty("fee_limit_msat", out _))
        {
            return Reply.Json(Error(3, "proto:\u00a0(line 1:1): invalid value"), 400);
        }

        invoices[decoded.PaymentHash] = invoice;
        if (!node.TryBegin(invoice, decoded.Amount ?? long.Parse(amount.GetString()!, CultureInfo.InvariantCulture)))
        {
            return Reply.Json(StreamError(6, node.GetState(invoice) == PaymentState.Paid ? "invoice is already paid" : "payment is in transition"), 409);
        }

        // Without in-flight updates nothing is written until the payment has ended.
        return node.GetState(invoice) == PaymentState.Pending ? Reply.Stall : Stream(invoice, decoded);
    }

    private Reply Track(string name)
    {
        // The URL-safe alphabet, padded.
        Span<byte> hash = new byte[PaymentHash.Size];
        return name.Length == 44 && name.EndsWith('=') && Base64Url.TryDecodeFromChars(name, hash, out var length) && length == PaymentHash.Size
            ? invoices.TryGetValue(Convert.ToHexStringLower(hash), out var invoice)
                ? Stream(invoice, Bolt11Invoice.Parse(invoice))
                : Reply.Json(StreamError(5, "payment isn't initiated"), 404)
            : Reply.Json(StreamError(2, "invalid hash length of " + (name.Length * 3 / 4) + ", want 32"), 500);
    }

    private Reply Stream(string invoice, Bolt11Invoice decoded)
    {
        var line = JsonSerializer.Serialize(new
        {
            result = new
            {
                payment_hash = decoded.PaymentHash,
                value_msat = (decoded.Amount ?? node.LastAmount).ToString(CultureInfo.InvariantCulture),
                payment_preimage = node.GetState(invoice) == PaymentState.Paid ? node.GetPreimage(invoice).Reveal() : new string('0', 64),
                payment_request = invoice,
                status = node.GetState(invoice) switch { PaymentState.Paid => "SUCCEEDED", PaymentState.Pending => "IN_FLIGHT", _ => "FAILED" },
                fee_msat = "21",
                htlcs = node.GetState(invoice) == PaymentState.Paid
                    ? new[] { new { status = "SUCCEEDED", resolve_time_ns = "1736000000001000000" }, new { status = "FAILED", resolve_time_ns = "1736000000002000000" } }
                    : [],
                payment_index = node.Begun.ToString(CultureInfo.InvariantCulture),

                // A payment of several parts may succeed after one of them had failed.
                failure_reason = node.GetState(invoice) == PaymentState.Pending ? "FAILURE_REASON_NONE" : "FAILURE_REASON_NO_ROUTE",
            },
        });
        return node.GetState(invoice) == PaymentState.Pending ? Reply.Open(line + "\n") : Reply.Chunked("\n" + line + "\n", 50);
    }

    private static string Error(int code, string message) => JsonSerializer.Serialize(new { code, message, details = Array.Empty<string>() });

    private static string StreamError(int code, string message) => "{\"error\":" + Error(code, message) + "}";
}
