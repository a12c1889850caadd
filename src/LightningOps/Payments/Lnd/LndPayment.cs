using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments.Lnd;

/// <summary>State of a payment at LND (lnrpc.Payment), or why it is not known.</summary>
/// <param name="Result">The state, if LND returned one; pending while it is in flight.</param>
/// <param name="Refusal">The error instead.</param>
internal sealed record LndPayment(PaymentResult? Result, LndRefusal? Refusal)
{
    /// <summary>Whether the payment has an outcome.</summary>
    public bool IsComplete => Result is { State: not PaymentState.Pending } or { Code: "payment_missing_preimage" };

    /// <summary>Whether LND does not know the payment, or knows only one that had failed before it was sent.</summary>
    /// <param name="earlierPaymentId">LND's id of that one; null if there was none.</param>
    public bool IsAbsent(string? earlierPaymentId) =>
        Refusal is { IsNotFound: true } || (earlierPaymentId is not null && Result is { State: PaymentState.Failed } && Result.PaymentId == earlierPaymentId);

    /// <summary>A payment for which LND gave no answer.</summary>
    public static LndPayment Unknown(string code, string reason) => new(PaymentResult.Pending(code, reason), null);

    /// <summary>A payment for which LND refused the call.</summary>
    public static LndPayment Refused(LndRefusal refusal) => new(null, refusal);

    /// <summary>The state; pending after an error, which does not tell the state of the payment.</summary>
    public PaymentResult ToResult() => Result ?? PaymentResult.Pending(Refusal!.Code, Refusal.Reason);

    /// <summary>Reads a line of a stream: <c>{"result":{…}}</c> or <c>{"error":{…}}</c>; null for any other.</summary>
    /// <exception cref="JsonException">The line is not JSON.</exception>
    public static LndPayment? Read(string line, int status, string macaroon)
    {
        using var document = JsonDocument.Parse(line);
        var answer = document.RootElement;
        return answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("result", out var payment) && payment.ValueKind == JsonValueKind.Object
            ? new LndPayment(GetState(payment), null)
            : LndRefusal.Read(answer, status, macaroon) is { } refusal ? Refused(refusal) : null;
    }

    private static PaymentResult GetState(JsonElement payment) => Text(payment, "status") switch
    {
        "SUCCEEDED" => Preimage.TryParse(Text(payment, "payment_preimage"), out var preimage, out _)
            ? PaymentResult.Paid(GetId(payment), Amount(payment, "value_msat"), preimage, SettledAtMs(payment)) with { Fee = Amount(payment, "fee_msat") }
            : PaymentResult.Pending("payment_missing_preimage", "LND paid but returned no preimage") with { IsSeen = true },
        "FAILED" => PaymentResult.Failed(GetCode(Text(payment, "failure_reason")), "LND could not complete the payment") with { PaymentId = GetId(payment), IsSeen = true },
        "IN_FLIGHT" or "INITIATED" => PaymentResult.InFlight("the payment is in flight") with { PaymentId = GetId(payment) },
        _ => PaymentResult.Pending("payment_pending", "LND reports an unknown state of the payment") with { PaymentId = GetId(payment) },
    };

    // lnrpc.PaymentFailureReason
    private static string GetCode(string? reason) => reason switch
    {
        "FAILURE_REASON_TIMEOUT" => "payment_timeout",
        "FAILURE_REASON_NO_ROUTE" => "no_route",
        "FAILURE_REASON_INCORRECT_PAYMENT_DETAILS" => "incorrect_payment_details",
        "FAILURE_REASON_INSUFFICIENT_BALANCE" => "insufficient_balance",
        "FAILURE_REASON_CANCELED" => "payment_canceled",
        _ => "payment_failed",
    };

    private static string? GetId(JsonElement payment) =>
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

    /// <summary>A 64-bit number, which LND writes as a string; -1 when it is missing.</summary>
    private static long Number(JsonElement element, string member) =>
        element.TryGetProperty(member, out var value)
        && ((value.ValueKind == JsonValueKind.String && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            || (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number)))
            ? number
            : -1;
}

/// <summary>The body of <c>POST /v2/router/send</c> (LND, routerrpc.SendPaymentRequest).</summary>
internal static class LndRequest
{
    private const long SmallAmountMsats = 1_000_000;
    private const long FeePercent = 5;

    /// <summary>The JSON; 64-bit numbers are strings, as LND writes them.</summary>
    public static byte[] Serialize(InvoicePayment payment, Bolt11Invoice invoice, LndPayerOptions options)
    {
        var amount = invoice.Amount ?? payment.Amount ?? payment.MaxAmount;
        return JsonBytes.WriteObject(
            json =>
            {
                json.WriteString("payment_request", payment.Invoice);
                if (invoice.AmountKind == InvoiceAmountKind.Absent)
                {
                    json.WriteString("amt_msat", amount.ToString(CultureInfo.InvariantCulture));
                }

                json.WriteString("fee_limit_msat", (payment.FeeLimit ?? FeeLimitFor(amount, options)).ToString());
                json.WriteNumber("timeout_seconds", Math.Max(1, (int)GetTimeout(payment, options).TotalSeconds));
                json.WriteBoolean("no_inflight_updates", true);
            });
    }

    private static TimeSpan GetTimeout(InvoicePayment payment, LndPayerOptions options) =>
        payment.Deadline - options.Http.Time.GetUtcNow() is { } left && left < options.PaymentTimeout ? left : options.PaymentTimeout;

    /// <summary>Maximum routing cost for an amount. Without a limit, LND only uses routes without fees.</summary>
    public static Msats FeeLimitFor(Msats amount, LndPayerOptions options) =>
        options.FeeLimit ?? (amount.Value <= SmallAmountMsats ? amount : new Msats(amount.Value / 100 * FeePercent));
}

/// <summary>An answer of LND that is an error: <c>{"error":{code,message}}</c> of a stream, <c>{code,message}</c> of a single call.</summary>
/// <param name="Code">Name of the gRPC code, or of the HTTP status when the server is not LND.</param>
/// <param name="Reason">The message, without a secret.</param>
/// <param name="IsFromLnd">Whether LND itself answered.</param>
internal sealed record LndRefusal(string Code, string Reason, bool IsFromLnd)
{
    private const string NotFound = "not_found";

    // Part of "payment isn't initiated" (ErrPaymentNotInitiated). The HTTP front uses the same code for an unknown path.
    private const string NotInitiated = "initiated";

    // gRPC status codes.
    private static readonly string[] Names =
    {
        "ok", "cancelled", "rpc_error", "invalid_argument", "deadline_exceeded", NotFound, "already_exists", "permission_denied", "resource_exhausted",
        "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated",
    };

    // Answers of LND's REST front: the HTTP status of each known code. A proxy's JSON has other codes or members.
    private static readonly (int Status, int Code)[] Forms = { (500, 2), (400, 3), (404, 5), (409, 6), (501, 12) };

    // LND's errors before it examines the call (macaroons.Service, rpcperms.InterceptorChain), all with code 2.
    private static readonly (string Text, string Code)[] Gates =
    {
        ("macaroon has expired", LndErrorCodes.MacaroonExpired),
        ("not satisfied", LndErrorCodes.MacaroonRestricted),
        ("verification failed", LndErrorCodes.MacaroonOfAnotherNode),
        ("cannot get macaroon", LndErrorCodes.MacaroonOfAnotherNode),
        ("permission denied", LndErrorCodes.MacaroonLacksPermission),
        ("expected 1 macaroon", LndErrorCodes.MacaroonInvalid),
        ("cannot determine data format of binary-encoded macaroon", LndErrorCodes.MacaroonInvalid),
        ("unmarshal v2:", LndErrorCodes.MacaroonInvalid),
        ("encoding/hex:", LndErrorCodes.MacaroonInvalid),
        ("wallet locked", LndErrorCodes.WalletLocked),
        ("wallet not created", LndErrorCodes.WalletNotCreated),
        ("in the process of starting up", LndErrorCodes.WalletStarting),
        ("waiting to start", LndErrorCodes.WalletStarting),
    };

    /// <summary>Whether LND does not know the payment.</summary>
    public bool IsNotFound => IsFromLnd && Code == NotFound && Reason.IndexOf(NotInitiated, StringComparison.OrdinalIgnoreCase) >= 0;

    /// <summary>Whether LND refused the call before it examined it, because of its macaroon or its wallet. It moved nothing.</summary>
    public bool IsBeforeCall => IsFromLnd && Gates.Any(gate => gate.Code == Code);

    /// <summary>Whether another call with the same macaroon may succeed: only this permission is missing.</summary>
    public bool LacksPermission => IsFromLnd && Code == LndErrorCodes.MacaroonLacksPermission;

    /// <summary>The refusal in an answer without success.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">The complete body.</param>
    /// <param name="macaroon">The value that must not be quoted.</param>
    public static LndRefusal From(int status, string body, string macaroon)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement, status, macaroon) ?? FromStatus(status, body);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return FromStatus(status, body);
        }
    }

    /// <summary>The refusal in an answer or a line of it; null when there is none.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="status">Its HTTP status. LND refuses a call with the status of its code; other answers of that form are not LND's refusals.</param>
    /// <param name="macaroon">The value that must not be quoted.</param>
    public static LndRefusal? Read(JsonElement answer, int status, string macaroon)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var error = answer.TryGetProperty("error", out var wrapped) && wrapped.ValueKind == JsonValueKind.Object ? wrapped : answer;
        if (!error.TryGetProperty("code", out var member) || member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out var code))
        {
            return null;
        }

        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        var isOfLnd = message is not null && Forms.Contains((status, code))
            && error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array
            && error.EnumerateObject().Count() == 3 && (wrapped.ValueKind != JsonValueKind.Object || answer.EnumerateObject().Count() == 1);
        var gate = isOfLnd && code == 2 ? Gates.FirstOrDefault(known => message!.IndexOf(known.Text, StringComparison.OrdinalIgnoreCase) >= 0).Code : null;
        return new LndRefusal(
            gate ?? (code >= 0 && code < Names.Length ? Names[code] : Names[2]),
            (isOfLnd ? "LND says: " : "the answer says: ") + WalletErrorText.Quote(message ?? string.Empty, [macaroon]),
            isOfLnd);
    }

    private static LndRefusal FromStatus(int status, string body) =>
        status is >= 300 and < 400 ? new("redirected", "the address redirects; redirects are not followed", IsFromLnd: false)
        : status == 400 && body.IndexOf("HTTP request to an HTTPS server", StringComparison.OrdinalIgnoreCase) >= 0
            ? new(LndErrorCodes.NeedsHttps, "the address is a TLS port, but the request used plain http", IsFromLnd: false)
        : new("lnd_http_" + status.ToString(CultureInfo.InvariantCulture), "the answer is not from LND", IsFromLnd: false);
}
