using System;
using System.Globalization;
using System.Text.Json;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>How LND says a payment stands (lnrpc.Payment), or why it does not say.</summary>
/// <param name="Result">The state, when LND gave one; pending while it is in flight.</param>
/// <param name="Refusal">The error instead.</param>
internal sealed record LndPayment(PaymentResult? Result, LndRefusal? Refusal)
{
    /// <summary>Whether the payment has come to its end.</summary>
    public bool IsEnded => Result is { State: not PaymentState.Pending } or { Code: "payment_missing_preimage" };

    /// <summary>Whether LND knows nothing of the payment, or only of one that had failed before it was sent.</summary>
    /// <param name="earlierPaymentId">LND's name of that one; null where there was none.</param>
    public bool IsAbsent(string? earlierPaymentId) =>
        Refusal is { IsNotFound: true } || (earlierPaymentId is not null && Result is { State: PaymentState.Failed } && Result.PaymentId == earlierPaymentId);

    /// <summary>A payment LND gave no answer about.</summary>
    public static LndPayment Unknown(string code, string reason) => new(PaymentResult.Pending(code, reason), null);

    /// <summary>A payment LND refused to speak about.</summary>
    public static LndPayment Refused(LndRefusal refusal) => new(null, refusal);

    /// <summary>The state; pending where there was an error instead: it says nothing of the payment.</summary>
    public PaymentResult ToResult() => Result ?? PaymentResult.Pending(Refusal!.Code, Refusal.Reason);

    /// <summary>Reads a line of a stream: <c>{"result":{…}}</c> or <c>{"error":{…}}</c>; null when it is neither.</summary>
    /// <exception cref="JsonException">The line is not JSON.</exception>
    public static LndPayment? Read(string line, int status, string macaroon)
    {
        using var document = JsonDocument.Parse(line);
        var answer = document.RootElement;
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("result", out var payment) && payment.ValueKind == JsonValueKind.Object
            ? new LndPayment(StateOf(payment), null)
            : LndRefusal.Read(answer, status, macaroon) is { } refusal ? Refused(refusal) : null;
    }

    private static PaymentResult StateOf(JsonElement payment) => Text(payment, "status") switch
    {
        "SUCCEEDED" => Preimage.TryParse(Text(payment, "payment_preimage"), out var preimage, out _)
            ? PaymentResult.Paid(IdOf(payment), Amount(payment, "value_msat"), preimage, SettledAtMs(payment)) with { Fee = Amount(payment, "fee_msat") }
            : PaymentResult.Pending("payment_missing_preimage", "LND paid and gave no preimage") with { IsSeen = true },
        "FAILED" => PaymentResult.Failed(CodeOf(Text(payment, "failure_reason")), "LND could not complete the payment") with { PaymentId = IdOf(payment), IsSeen = true },
        "IN_FLIGHT" or "INITIATED" => PaymentResult.InFlight("the payment is in flight") with { PaymentId = IdOf(payment) },
        _ => PaymentResult.Pending("payment_pending", "LND names no state of the payment that is known") with { PaymentId = IdOf(payment) },
    };

    // lnrpc.PaymentFailureReason
    private static string CodeOf(string? reason) => reason switch
    {
        "FAILURE_REASON_TIMEOUT" => "payment_timeout",
        "FAILURE_REASON_NO_ROUTE" => "no_route",
        "FAILURE_REASON_INCORRECT_PAYMENT_DETAILS" => "incorrect_payment_details",
        "FAILURE_REASON_INSUFFICIENT_BALANCE" => "insufficient_balance",
        "FAILURE_REASON_CANCELED" => "payment_canceled",
        _ => "payment_failed",
    };

    private static string? IdOf(JsonElement payment) =>
        Number(payment, "payment_index") is > 0 and var index ? index.ToString(CultureInfo.InvariantCulture) : null;

    private static Msats? Amount(JsonElement payment, string member) => Number(payment, member) is >= 0 and var msats ? new Msats(msats) : null;

    /// <summary>When the last part of the payment arrived.</summary>
    private static long? SettledAtMs(JsonElement payment)
    {
        long last = 0;
        if (payment.TryGetProperty("htlcs", out var parts) && parts.ValueKind == JsonValueKind.Array)
        {
            foreach (var part in parts.EnumerateArray())
            {
                if (part.ValueKind == JsonValueKind.Object && Text(part, "status") == "SUCCEEDED")
                {
                    last = Math.Max(last, Number(part, "resolve_time_ns"));
                }
            }
        }

        return last > 0 ? last / 1_000_000 : null;
    }

    private static string? Text(JsonElement element, string member) =>
        element.TryGetProperty(member, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    /// <summary>A 64-bit number, which LND writes as a string; -1 when it is none.</summary>
    private static long Number(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value)
        && ((value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number)))
            ? number
            : -1;
}
