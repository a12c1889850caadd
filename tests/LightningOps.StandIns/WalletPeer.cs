using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.Support;

namespace LightningOps.StandIns;

/// <summary>A wallet executor that pays what the shop asks (docs/reference/l402.md#payers).</summary>
internal sealed class WalletPeer(SimulatedWallet wallet)
{
    public async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        if ((request.Method, request.Target) != ("POST", "/pay-bolt11"))
        {
            return Reply.Status(404);
        }

        using var body = JsonDocument.Parse(request.Body);
        if (!body.RootElement.TryGetProperty("payment", out var payment))
        {
            return Reply.Json("""{"ok":false,"error":{"code":"invalid_request","message":"not a payment"}}""", 400);
        }

        var requestId = body.RootElement.GetProperty("requestId").GetString()!;
        var result = await wallet.PayAsync(
            new InvoicePayment
            {
                RequestId = requestId,
                Invoice = payment.GetProperty("invoice").GetString()!,
                MaxAmount = new Msats(payment.GetProperty("maxAmountMsats").GetInt64()),
                Host = payment.GetProperty("host").GetString()!,
            },
            default);
        return result.State == PaymentState.Paid
            ? Reply.Json(JsonSerializer.Serialize(new
            {
                ok = true,
                requestId,
                result = new
                {
                    requestId,
                    walletId = "wallet_stand_in",
                    payment = new { paymentId = result.PaymentId, amountMsats = result.Amount!.Value.Value, preimageHex = result.Preimage!.Reveal(), paidAtMs = result.PaidAtMs },
                },
            }))
            : Reply.Json(JsonSerializer.Serialize(new { ok = false, error = new { code = result.Code, message = result.Reason } }), 502);
    }
}
