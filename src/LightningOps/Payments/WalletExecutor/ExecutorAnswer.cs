using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using LightningOps.L402;

namespace LightningOps.Payments.WalletExecutor;

/// <summary>
/// State of a payment in a wallet executor's answer (docs/reference/l402.md#payers). It is a failure only if it
/// certainly happened before anything was sent; every doubt is <see cref="PaymentState.Pending" />.
/// </summary>
internal static class ExecutorAnswer
{
    // 408 is a time limit and 409 a conflict with a payment under way; neither means that nothing was sent.
    private static readonly int[] StatusesBeforePayment = { 400, 401, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 426, 429, 431 };

    // 500 and 502 with these codes come from before the wallet sends, except payment_failed, which means that it ended
    // without settling. send_failed may come later; payment_missing_preimage certainly does.
    private static readonly string[] CodesWithoutPayment =
    {
        "config_error", "secret_error", "api_key_missing", "mnemonic_missing", "mnemonic_invalid", "connect_failed", "prepare_failed",
        "unsupported_payment_method", "payment_failed",
    };

    /// <summary>The state of the requested payment.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">The complete body.</param>
    /// <param name="secrets">Values that must not be quoted.</param>
    public static PaymentResult Read(int status, string body, IReadOnlyList<string> secrets)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return status is >= 200 and < 300
                ? ReadPayment(document.RootElement, secrets) ?? ReadError(status, document.RootElement, secrets)
                : ReadError(status, document.RootElement, secrets);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return ToResult(status, null, "the answer is not JSON");
        }
    }

    /// <summary>The obstacle that an answer to a body without a payment shows; null for the refusal that an executor gives.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">The complete body.</param>
    public static (string Code, string Reason)? FindObstacle(int status, string body)
    {
        var code = FindErrorCode(body);
        return status == 401 ? (code ?? "unauthorized", "the token is missing or refused")
            : status == 403 ? (code ?? "forbidden", "the request is not allowed with this token")
            : code is null || status is < 400 or 404 or 405 ? ("not_wallet_executor", "the server is not a wallet executor: it answered " + status.ToString(CultureInfo.InvariantCulture))
            : status >= 500 && CodesWithoutPayment.Contains(code, StringComparer.Ordinal) ? (code, "the wallet executor is not ready")
            : null;
    }

    private static string? FindErrorCode(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return WalletErrorText.ToCode(Text(Member(document.RootElement, "error"), "code"));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static PaymentResult? ReadPayment(JsonElement answer, IReadOnlyList<string> secrets)
    {
        if (Member(answer, "ok") is { ValueKind: JsonValueKind.False } || Member(Member(answer, "result"), "payment") is not { } payment)
        {
            return null;
        }

        if (!Preimage.TryParse(Text(payment, "preimageHex")?.Trim(), out var preimage, out _))
        {
            return PaymentResult.Pending("payment_missing_preimage", "the wallet executor paid but returned no preimage");
        }

        var amount = Number(payment, "amountMsats");
        return PaymentResult.Paid(Id(payment, preimage, secrets), amount is > 0 ? new Msats(amount.Value) : null, preimage, Number(payment, "paidAtMs") is >= 0 and var paidAt ? paidAt : null);
    }

    private static PaymentResult ReadError(int status, JsonElement answer, IReadOnlyList<string> secrets)
    {
        // A proxy may answer in place of an executor that has paid. Only the executor's own refusal says that nothing was sent.
        var error = Member(answer, "ok") is { ValueKind: JsonValueKind.False } || status is >= 200 and < 300 ? Member(answer, "error") : null;
        var message = Text(error, "message");
        return ToResult(
            status,
            WalletErrorText.ToCode(Text(error, "code")),
            message is null ? "the answer is not from a wallet executor" : WalletErrorText.Quote(message, secrets));
    }

    private static PaymentResult ToResult(int status, string? code, string reason)
    {
        var named = code ?? (status is >= 200 and < 300 ? "invalid_answer" : "wallet_executor_http_" + status.ToString(CultureInfo.InvariantCulture));
        return IsBeforePayment(status, code) ? PaymentResult.Failed(named, reason)
            : PaymentResult.Pending(named, reason) with { IsSeen = code == "payment_pending" };
    }

    private static bool IsBeforePayment(int status, string? code) =>
        code is not null && (StatusesBeforePayment.Contains(status) || (status is 500 or 502 && CodesWithoutPayment.Contains(code, StringComparer.Ordinal)));

    private static string? Id(JsonElement payment, Preimage preimage, IReadOnlyList<string> secrets) =>
        Text(payment, "paymentId")?.Trim() is { Length: > 0 and <= 256 } id ? WalletErrorText.QuoteId(id, preimage, secrets) : null;

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } parent && parent.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
