using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback.Http;
using LightningOps.Json;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback;

/// <summary>
/// Serves the wallet-executor protocol for a simulated wallet (docs/reference/l402.md#payers) on loopback, so that
/// another process can pay the invoices of the gateway. Requests without the token are refused.
/// </summary>
internal sealed class WalletServer : IDisposable
{
    private const int MaxBody = 64 * 1024;
    private const string PayPath = "/pay-bolt11";
    private const string WalletId = "simulated";

    private readonly SimulatedWallet wallet;
    private readonly byte[] authorization;
    private readonly HttpServer server;

    /// <param name="wallet">The wallet.</param>
    /// <param name="address">A loopback address.</param>
    /// <param name="port">Port; 0 for a free one.</param>
    /// <param name="token">The required bearer token.</param>
    public WalletServer(SimulatedWallet wallet, IPAddress address, int port, string token)
    {
        this.wallet = wallet;
        authorization = Encoding.ASCII.GetBytes("Bearer " + token);
        server = new HttpServer(new HttpServerOptions { Address = address, Port = port }, AnswerAsync);
    }

    /// <summary>Base URL, without a slash at its end.</summary>
    public string Url => "http://" + server.EndPoint;

    /// <summary>Accepts no further request.</summary>
    public Task StopAsync() => server.StopAsync();

    /// <inheritdoc/>
    public void Dispose() => server.Dispose();

    private async Task AnswerAsync(HttpExchange exchange)
    {
        var (status, body) = await AnswerAsync(exchange.Head, exchange.Body).ConfigureAwait(false);
        var headers = new HeaderLines();
        headers.Add("Content-Type", "application/json");
        await exchange.AnswerAsync(status, headers, body).ConfigureAwait(false);
    }

    private async Task<(int Status, byte[] Body)> AnswerAsync(RequestHead head, Stream content)
    {
        if (!IsAuthorized(head.Headers.Find("Authorization")))
        {
            return Refuse(401, "unauthorized", "the token of the wallet port is missing or wrong");
        }

        if (head.Target != PayPath)
        {
            return Refuse(404, "not_found", "the wallet port serves POST " + PayPath);
        }

        if (head.Method != "POST")
        {
            return Refuse(405, "method_not_allowed", "the wallet port serves POST " + PayPath);
        }

        if (await ReadAsync(content).ConfigureAwait(false) is not { } json)
        {
            return Refuse(413, "request_too_large", "the request is longer than a payment is");
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var payment = root.GetProperty("payment");
            var requestId = root.GetProperty("requestId").GetString() ?? string.Empty;
            return await PayAsync(
                new InvoicePayment
                {
                    RequestId = requestId,
                    Invoice = payment.GetProperty("invoice").GetString() ?? string.Empty,
                    MaxAmount = new Msats(payment.GetProperty("maxAmountMsats").GetInt64()),
                    Host = payment.FindText("host") ?? string.Empty,
                },
                requestId).ConfigureAwait(false);
        }
        catch (Exception unread) when (unread is JsonException or InvalidOperationException or System.Collections.Generic.KeyNotFoundException or FormatException)
        {
            return Refuse(400, "invalid_request", "the body is not a payment: {requestId, payment: {invoice, maxAmountMsats, host}}");
        }
    }

    private async Task<(int Status, byte[] Body)> PayAsync(InvoicePayment payment, string requestId)
    {
        var result = await wallet.PayAsync(payment, CancellationToken.None).ConfigureAwait(false);
        return result.State switch
        {
            PaymentState.Paid => (200, JsonBytes.WriteObject(json =>
            {
                json.WriteBoolean("ok", true);
                json.WriteString("requestId", requestId);
                json.WriteStartObject("result");
                json.WriteString("requestId", requestId);
                json.WriteString("walletId", WalletId);
                json.WriteStartObject("payment");
                json.WriteString("paymentId", result.PaymentId);
                json.WriteNumber("amountMsats", (result.Amount ?? payment.MaxAmount).Value);
                json.WriteString("preimageHex", result.Preimage!.Reveal());
                json.WriteNumber("paidAtMs", result.PaidAtMs ?? 0);
                json.WriteEndObject();
                json.WriteEndObject();
            })),
            PaymentState.Pending => Refuse(504, "payment_pending", result.Reason ?? "the payment is in flight"),
            _ => Refuse(502, "payment_failed", result.Reason ?? "the simulated wallet pays only invoices of its gateway"),
        };
    }

    // Every byte is compared, so that the time does not show where they differ.
    private bool IsAuthorized(string? value)
    {
        var given = Encoding.ASCII.GetBytes(value ?? string.Empty);
        var difference = given.Length ^ authorization.Length;
        for (var i = 0; i < authorization.Length; i++)
        {
            difference |= authorization[i] ^ (i < given.Length ? given[i] : 0);
        }

        return difference == 0;
    }

    private static async Task<byte[]?> ReadAsync(Stream content)
    {
        using var whole = new MemoryStream();
        var part = new byte[8192];
        int read;
        while ((read = await content.ReadAsync(part, 0, part.Length).ConfigureAwait(false)) > 0)
        {
            if (whole.Length + read > MaxBody)
            {
                return null;
            }

            whole.Write(part, 0, read);
        }

        return whole.ToArray();
    }

    private static (int Status, byte[] Body) Refuse(int status, string code, string message) => (status, JsonBytes.WriteObject(json =>
    {
        json.WriteBoolean("ok", false);
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteEndObject();
    }));
}
