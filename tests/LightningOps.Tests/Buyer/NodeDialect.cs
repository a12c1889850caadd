using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net;
using System.Net.Http;
using System.Text.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.Cln;
using LightningOps.Payments.Lnd;
using LightningOps.Payments.Phoenixd;
using LightningOps.Settings;

namespace LightningOps.Tests.Buyer;

/// <summary>What a request asks a node for.</summary>
internal enum NodeQuestionKind
{
    /// <summary>Who it is.</summary>
    Identity,

    /// <summary>What its credential permits.</summary>
    Permissions,

    /// <summary>To pay.</summary>
    Send,

    /// <summary>How a payment stands.</summary>
    Track,
}

/// <summary>A request to a node.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Invoice">The invoice to be paid.</param>
/// <param name="Hash">The payment that is asked about.</param>
internal sealed record NodeQuestion(NodeQuestionKind Kind, string? Invoice = null, string? Hash = null);

/// <summary>How a kind of node is asked, and how it answers: LND, Core Lightning or phoenixd.</summary>
internal abstract class NodeDialect
{
    public static NodeDialect Lnd { get; } = new LndDialect();

    public static NodeDialect Find(string name) => name switch
    {
        "lnd" => Lnd,
        "cln" => new ClnDialect(),
        "phoenixd" => new PhoenixdDialect(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>How much more than the fee may be booked where the record of a payment could not be read.</summary>
    public virtual long MaxUnknownFee => 0;

    public abstract IInvoicePayer Open(HttpMessageHandler handler, TimeProvider time);

    public abstract NodeQuestion Read(string path, string body);

    public abstract (int Status, string Body) Identify(string identity);

    public virtual (int Status, string Body) Permissions => (404, string.Empty);

    public abstract (int Status, string Body) Expired(Bolt11Invoice invoice);

    /// <summary>The payment of this invoice is made or under way.</summary>
    public abstract (int Status, string Body) Repeated(LndNodeBooks.Entry entry);

    public abstract (int Status, string Body) Absent { get; }

    public abstract (int Status, string Body) Sent(LndNodeBooks.Entry entry);

    public abstract (int Status, string Body) Tracked(LndNodeBooks.Entry entry, DateTimeOffset now);

    private sealed class LndDialect : NodeDialect
    {
        public override (int Status, string Body) Permissions => (500, "{\"code\":2,\"message\":\"permission denied\",\"details\":[]}");

        public override (int Status, string Body) Absent => Refusal(404, 5, "payment isn't initiated");

        public override IInvoicePayer Open(HttpMessageHandler handler, TimeProvider time) => new LndPayer(new LndPayerOptions
        {
            BaseUrl = "https://node.example.com",
            Macaroon = OperatorSecret.From("0201036c6e64"),
            FeeLimit = new Msats(LndPurchaseWorld.FeeLimit),
            Http = new WalletHttpOptions { Time = time, Handler = handler },
        });

        public override NodeQuestion Read(string path, string body) => path switch
        {
            "/v1/getinfo" => new NodeQuestion(NodeQuestionKind.Identity),
            "/v1/macaroon/checkpermissions" => new NodeQuestion(NodeQuestionKind.Permissions),
            "/v2/router/send" => new NodeQuestion(NodeQuestionKind.Send, Invoice: JsonDocument.Parse(body).RootElement.GetProperty("payment_request").GetString()!),
            _ => new NodeQuestion(NodeQuestionKind.Track, Hash: Convert.ToHexStringLower(Convert.FromBase64String(path["/v2/router/track/".Length..].Replace('-', '+').Replace('_', '/')))),
        };

        public override (int Status, string Body) Identify(string identity) =>
            (200, "{\"identity_pubkey\":\"" + identity + "\",\"chains\":[{\"chain\":\"bitcoin\",\"network\":\"regtest\"}]}");

        public override (int Status, string Body) Expired(Bolt11Invoice invoice) =>
            Refusal(500, 2, "invoice expired. Valid until " + invoice.ExpiresAt.ToString("u", CultureInfo.InvariantCulture));

        public override (int Status, string Body) Repeated(LndNodeBooks.Entry entry) =>
            Refusal(409, 6, entry.Status == "SUCCEEDED" ? "invoice is already paid" : "payment is in transition");

        public override (int Status, string Body) Sent(LndNodeBooks.Entry entry) => Describe(entry);

        public override (int Status, string Body) Tracked(LndNodeBooks.Entry entry, DateTimeOffset now) => Describe(entry);

        private static (int Status, string Body) Refusal(int status, int code, string message) =>
            (status, "{\"error\":" + JsonSerializer.Serialize(new { code, message, details = Array.Empty<string>() }) + "}\n");

        private static (int Status, string Body) Describe(LndNodeBooks.Entry entry) => (200, JsonSerializer.Serialize(new
        {
            result = new
            {
                payment_hash = entry.Hash,
                value_msat = LndPurchaseWorld.Price.ToString(CultureInfo.InvariantCulture),
                payment_preimage = entry.Status == "SUCCEEDED" ? entry.Preimage.Reveal() : new string('0', 64),
                status = entry.Status,
                fee_msat = entry.Fee.ToString(CultureInfo.InvariantCulture),
                htlcs = Array.Empty<string>(),
                payment_index = entry.Index.ToString(CultureInfo.InvariantCulture),
                failure_reason = entry.Status == "IN_FLIGHT" ? "FAILURE_REASON_NONE" : "FAILURE_REASON_NO_ROUTE",
            },
        }) + "\n");
    }

    /// <summary>clnrest (lightning-pay, lightning-listpays).</summary>
    private sealed class ClnDialect : NodeDialect
    {
        private static readonly TimeSpan Retries = TimeSpan.FromSeconds(60);

        public override (int Status, string Body) Absent => (201, "{\"pays\":[]}");

        public override IInvoicePayer Open(HttpMessageHandler handler, TimeProvider time) => new ClnPayer(new ClnPayerOptions
        {
            BaseUrl = "https://node.example.com",
            Rune = OperatorSecret.From("rune"),
            FeeLimit = new Msats(LndPurchaseWorld.FeeLimit),
            Http = new WalletHttpOptions { Time = time, Handler = handler },
        });

        public override NodeQuestion Read(string path, string body)
        {
            var parameters = JsonDocument.Parse(body).RootElement;
            return path switch
            {
                "/v1/getinfo" => new NodeQuestion(NodeQuestionKind.Identity),
                "/v1/pay" => new NodeQuestion(NodeQuestionKind.Send, Invoice: parameters.GetProperty("bolt11").GetString()!),
                _ => new NodeQuestion(NodeQuestionKind.Track, Hash: parameters.GetProperty("payment_hash").GetString()!),
            };
        }

        public override (int Status, string Body) Identify(string identity) => (201, JsonSerializer.Serialize(new { id = identity, network = "regtest" }));

        public override (int Status, string Body) Expired(Bolt11Invoice invoice) => Refusal(207, "Invoice expired");

        // A repeated payment is answered with the first one.
        public override (int Status, string Body) Repeated(LndNodeBooks.Entry entry) => Sent(entry);

        public override (int Status, string Body) Sent(LndNodeBooks.Entry entry) => entry.Status switch
        {
            "SUCCEEDED" => (201, JsonSerializer.Serialize(Describe(entry, "complete", "payment_preimage"))),
            "FAILED" => Refusal(205, "Ran out of routes to try after 3 attempts"),
            _ when IsBetweenTries(entry) => (504, "gateway timeout"),
            _ => Refusal(210, "Timed out after 60 seconds"),
        };

        // Between two attempts of pay nothing is in flight, and listpays reports a failure.
        public override (int Status, string Body) Tracked(LndNodeBooks.Entry entry, DateTimeOffset now) => (201, JsonSerializer.Serialize(new
        {
            pays = new[]
            {
                Describe(entry, entry.Status == "SUCCEEDED" ? "complete" : entry.Status == "FAILED" || (IsBetweenTries(entry) && now < entry.Begun + Retries) ? "failed" : "pending", "preimage"),
            },
        }));

        private static bool IsBetweenTries(LndNodeBooks.Entry entry) => entry.Index % 2 == 1;

        private static (int Status, string Body) Refusal(int code, string message) => (500, JsonSerializer.Serialize(new { code, message }));

        private static Dictionary<string, object> Describe(LndNodeBooks.Entry entry, string status, string preimage)
        {
            var pay = new Dictionary<string, object>
            {
                ["payment_hash"] = entry.Hash,
                ["status"] = status,
                ["created_at"] = entry.Begun.ToUnixTimeSeconds(),
                ["amount_msat"] = LndPurchaseWorld.Price,
                ["amount_sent_msat"] = LndPurchaseWorld.Price + entry.Fee,
            };
            if (status == "complete")
            {
                pay[preimage] = entry.Preimage.Reveal();
            }

            return pay;
        }
    }

    /// <summary>phoenixd (payinvoice, payments/outgoingbyhash).</summary>
    private sealed class PhoenixdDialect : NodeDialect
    {
        public override long MaxUnknownFee => 999;

        public override (int Status, string Body) Absent => (404, "Not found");

        public override IInvoicePayer Open(HttpMessageHandler handler, TimeProvider time) => new PhoenixdPayer(new PhoenixdPayerOptions
        {
            BaseUrl = "https://node.example.com",
            Password = OperatorSecret.From("password"),
            FeeAllowance = new Msats(LndPurchaseWorld.FeeLimit),
            Http = new WalletHttpOptions { Time = time, Handler = handler },
        });

        public override NodeQuestion Read(string path, string body) => path switch
        {
            "/getinfo" => new NodeQuestion(NodeQuestionKind.Identity),
            "/payinvoice" => new NodeQuestion(NodeQuestionKind.Send, Invoice: WebUtility.UrlDecode(body["invoice=".Length..])),
            _ => new NodeQuestion(NodeQuestionKind.Track, Hash: path["/payments/outgoingbyhash/".Length..]),
        };

        public override (int Status, string Body) Identify(string identity) => (200, JsonSerializer.Serialize(new { nodeId = identity, chain = "regtest" }));

        public override (int Status, string Body) Expired(Bolt11Invoice invoice) => Failed(invoice.PaymentHash, "invoice has expired");

        public override (int Status, string Body) Repeated(LndNodeBooks.Entry entry) =>
            Failed(entry.Hash, entry.Status == "SUCCEEDED" ? "this invoice has already been paid" : "there is already a payment in progress for that invoice");

        // It answers once the payment has ended.
        public override (int Status, string Body) Sent(LndNodeBooks.Entry entry) => entry.Status switch
        {
            "SUCCEEDED" => (200, JsonSerializer.Serialize(new
            {
                recipientAmountSat = LndPurchaseWorld.Price / 1000,
                routingFeeSat = entry.Fee / 1000,
                paymentId = "pay-" + entry.Index,
                paymentHash = entry.Hash,
                paymentPreimage = entry.Preimage.Reveal(),
            })),
            "FAILED" => Failed(entry.Hash, "no route found"),
            _ => (504, "gateway timeout"),
        };

        public override (int Status, string Body) Tracked(LndNodeBooks.Entry entry, DateTimeOffset now) => (200, JsonSerializer.Serialize(new
        {
            paymentId = "pay-" + entry.Index,
            paymentHash = entry.Hash,
            preimage = entry.Status == "SUCCEEDED" ? entry.Preimage.Reveal() : null,
            isPaid = entry.Status == "SUCCEEDED",
            sent = (LndPurchaseWorld.Price + entry.Fee) / 1000,
            fees = entry.Fee,
            completedAt = entry.Status == "IN_FLIGHT" ? (long?)null : entry.Begun.ToUnixTimeMilliseconds(),
        }));

        private static (int Status, string Body) Failed(string paymentHash, string reason) => (200, JsonSerializer.Serialize(new { paymentHash, reason }));
    }
}
