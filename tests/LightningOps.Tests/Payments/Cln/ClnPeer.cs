using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Tests.Support;

namespace LightningOps.Tests.Payments.Cln;

/// <summary>Core Lightning's REST plugin on loopback, as its documentation describes it (clnrest; lightning-pay, -listpays, -getinfo).</summary>
internal sealed class ClnPeer(SimulatedNode node)
{
    public const string Rune = "tU-RLjMiDpY2U0o3W1oFowar36RFGpWloPbW9-RuZdo9MyZpZD0wMjRiOWE=";
    public const string Identity = "02a754d436ec93714ef428ad33d72f5614a67af6a79c9d85d2ad5478b6b43f37ce";

    private readonly Dictionary<string, string> invoices = new(StringComparer.Ordinal);

    public string NodeId { get; set; } = Identity;

    public string Network { get; set; } = "regtest";

    public string? EchoOf { get; set; }

    /// <summary>Methods that the rune permits; null for all.</summary>
    public string[]? Permitted { get; set; }

    public JsonElement LastPay { get; private set; }

    /// <summary>When the payments began, by the clock of the node.</summary>
    public DateTimeOffset Begun { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_736_000_000);

    /// <summary>Whether listpays knows what the payee received.</summary>
    public bool KnowsAmount { get; set; } = true;

    public void Forget() => invoices.Clear();

    public Reply Answer(RecordedRequest request)
    {
        if (request.Method != "POST" || !request.Target.StartsWith("/v1/", StringComparison.Ordinal))
        {
            return Reply.Json("{\"code\":-32601,\"message\":\"Unknown command\"}", 404);
        }

        var method = request.Target["/v1/".Length..];
        var rune = request.Headers.GetValueOrDefault("rune");
        if (rune is null)
        {
            return Reply.Json("{\"code\":1501,\"message\":\"Not authorized: Missing rune\"}", 403);
        }

        if (rune != Rune || (Permitted is not null && !Permitted.Contains(method)))
        {
            return Reply.Json("{\"code\":1502,\"message\":\"Not authorized: Not permitted\"}", 401);
        }

        using var document = JsonDocument.Parse(request.Body);
        return method switch
        {
            "getinfo" => Created(new { id = NodeId, alias = "PEER", network = Network, version = "v25.05", blockheight = 1 }),
            "pay" => Pay(document.RootElement.Clone()),
            "listpays" => Created(new { pays = List(document.RootElement.GetProperty("payment_hash").GetString()!) }),
            "listpeerchannels" => Created(new { channels = new object[] { new { spendable_msat = 5_000 }, new { spendable_msat = 7_000 } } }),
            _ => Reply.Json("{\"code\":-32601,\"message\":\"Unknown command '" + method + "'\"}", 404),
        };
    }

    private Reply Pay(JsonElement body)
    {
        LastPay = body;
        var invoice = body.GetProperty("bolt11").GetString()!;
        var decoded = Bolt11Invoice.Parse(invoice);
        if (EchoOf is not null)
        {
            return Error(205, "echo " + Rune + " " + node.GetPreimage(EchoOf).Reveal());
        }

        if (body.TryGetProperty("amount_msat", out var amount) == (decoded.Amount is not null))
        {
            return Error(-32602, decoded.Amount is null ? "amount_msat parameter required" : "amount_msat parameter unnecessary");
        }

        if (body.GetProperty("retry_for").GetInt32() <= 0 || body.GetProperty("maxfee").GetInt64() < 0)
        {
            return Error(-32602, "invalid parameter");
        }

        invoices[decoded.PaymentHash] = invoice;
        node.TryBegin(invoice, decoded.Amount ?? amount.GetInt64());

        // A payment that was made is answered with itself, one under way with its state.
        return node.GetState(invoice) switch
        {
            PaymentState.Paid => Created(Describe(invoice, decoded, "payment_preimage")),
            PaymentState.Pending => Error(200, "Payment is still pending"),
            _ => Error(205, "Ran out of routes to try after 1 attempt"),
        };
    }

    private object[] List(string hash) =>
        invoices.TryGetValue(hash, out var invoice) ? [Describe(invoice, Bolt11Invoice.Parse(invoice), "preimage")] : [];

    private Dictionary<string, object> Describe(string invoice, Bolt11Invoice decoded, string preimage)
    {
        var state = node.GetState(invoice);
        var answer = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["bolt11"] = invoice,
            ["payment_hash"] = decoded.PaymentHash,
            ["created_at"] = Begun.ToUnixTimeSeconds() + 0.25,
            ["status"] = state switch { PaymentState.Paid => "complete", PaymentState.Pending => "pending", _ => "failed" },
        };
        if (state == PaymentState.Paid)
        {
            answer[preimage] = node.GetPreimage(invoice).Reveal();
            if (KnowsAmount)
            {
                answer["amount_msat"] = decoded.Amount ?? node.LastAmount;
            }

            answer["amount_sent_msat"] = (decoded.Amount ?? node.LastAmount) + 21;
        }

        return answer;
    }

    private static Reply Created(object body) => Reply.Json(JsonSerializer.Serialize(body), 201);

    private static Reply Error(int code, string message) => Reply.Json(JsonSerializer.Serialize(new { code, message }), 500);
}
