using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Settings;

namespace LightningOps.Payments.Cln;

/// <summary>Pays with a Core Lightning node over its REST plugin (clnrest: POST /v1/METHOD with a rune; lightning-pay, lightning-listpays).</summary>
internal sealed class ClnPayer : NodePayer
{
    // lightning-pay: the default exemption from the limit, and the default limit.
    private const long ExemptFee = 5000;
    private const long FeeDivisor = 200;

    // The end of the year 9998; later values are not valid times.
    private const long MaxBegun = 253_370_764_800;

    // The default duration, which another call may have used.
    private static readonly TimeSpan LongestDefault = TimeSpan.FromSeconds(60);

    private static readonly IReadOnlyDictionary<int, string> Codes = new Dictionary<int, string>
    {
        [203] = "payment_failed",
        [205] = "no_route",
        [206] = "fee_over_limit",
        [207] = "invoice_expired",
        [210] = "payment_timeout",
    };

    private readonly ClnPayerOptions options;
    private readonly WalletSecret secret;
    private readonly WalletHttp http;
    private readonly string baseUrl;

    /// <summary>Creates a payer; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">An option cannot be used.</exception>
    public ClnPayer(ClnPayerOptions options)
        : base(options.Http.Time)
    {
        this.options = options;
        secret = new WalletSecret(options.Rune, options.RunePath, "Core Lightning needs a rune", "lightning-cli createrune prints one");
        baseUrl = HttpAddress.CheckBase("Payer", options.BaseUrl, options.Http.AllowInsecure);
        http = WalletHttp.OpenPinned(options.Http, options.CertificateFingerprint, options.CertificatePath);
    }

    /// <inheritdoc/>
    public override string Name => "cln";

    /// <inheritdoc/>
    protected override string Program => "Core Lightning";

    /// <inheritdoc/>
    protected override string NodeAddress => WalletErrorText.GetAddress(baseUrl);

    /// <inheritdoc/>
    public override Msats FeeLimitFor(Msats amount, Msats left) => Math.Max(0, Math.Min((options.FeeLimit ?? Math.Max(ExemptFee, amount.Value / FeeDivisor)).Value, left.Value));

    /// <inheritdoc/>
    public override void Dispose() => http.Dispose();

    /// <inheritdoc/>
    protected override async Task<NodeIdentity> ReadNodeAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("getinfo", static _ => { }, QueryTimeout, cancellationToken).ConfigureAwait(false);
        using var document = TryParse(body);
        return document?.RootElement is { ValueKind: JsonValueKind.Object } info && status is 200 or 201 && info.FindText("id") is { Length: 66 } id && info.FindText("network") is { } network
            ? new NodeIdentity(id, FindNetwork(network))
            : NodeIdentity.Refused(ReadRefusal(status, document) ?? new NodeRefusal("not_cln", "the server does not answer as Core Lightning does", IsFromWallet: false));
    }

    /// <inheritdoc/>
    protected override async Task<NodeAnswer> RequestPaymentAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        var left = payment.Deadline is { } deadline ? deadline - options.Http.Time.GetUtcNow() : TimeSpan.MaxValue;
        var seconds = Math.Max(1, (int)(left < options.PaymentTimeout ? left : options.PaymentTimeout).TotalSeconds);
        var (status, body) = await CallAsync(
            "pay",
            json =>
            {
                json.WriteString("bolt11", payment.Invoice);
                json.WriteNumber("maxfee", (payment.FeeLimit ?? FeeLimitFor(payment.Amount ?? payment.MaxAmount, long.MaxValue)).Value);
                json.WriteNumber("retry_for", seconds);
                if (payment.Amount is null)
                {
                    json.WriteNumber("amount_msat", payment.MaxAmount.Value);
                }
            },
            options.PaymentTimeout + options.AnswerMargin,
            cancellationToken).ConfigureAwait(false);
        using var document = TryParse(body);
        return status is 200 or 201 && document?.RootElement is { ValueKind: JsonValueKind.Object } paid && paid.FindText("status") == "complete" && ToPaid(paid, "payment_preimage", invoice) is { } result
            ? new NodeAnswer(result, null)
            : new NodeAnswer(null, ReadRefusal(status, document));
    }

    /// <inheritdoc/>
    protected override async Task<NodeAnswer> ReadPaymentAsync(Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("listpays", json => json.WriteString("payment_hash", invoice.PaymentHash), QueryTimeout, cancellationToken).ConfigureAwait(false);
        using var document = TryParse(body);
        if (status is not (200 or 201) || document?.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("pays", out var pays) || pays.ValueKind != JsonValueKind.Array)
        {
            return new NodeAnswer(null, ReadRefusal(status, document) ?? new NodeRefusal("invalid_answer", "Core Lightning does not report the state of the payment", IsFromWallet: false));
        }

        var own = pays.EnumerateArray().Where(pay => pay.FindText("payment_hash") == invoice.PaymentHash).ToArray();
        if (own.FirstOrDefault(pay => pay.FindText("status") == "complete") is { ValueKind: JsonValueKind.Object } complete)
        {
            return ToPaid(complete, "preimage", invoice) is { } paid ? new NodeAnswer(paid, null) : NodeAnswer.Refused("payment_missing_preimage", "Core Lightning has paid, but returned no preimage");
        }

        // A payment in an unknown state may still settle.
        return own.Any(pay => pay.FindText("status") != "failed") ? new NodeAnswer(PaymentResult.InFlight("the payment is in flight"), null)
            : own.Length > 0 ? new NodeAnswer(PaymentResult.Failed("payment_failed", "the payment has failed") with { IsSeen = true, PaymentId = "failed:" + own.Max(pay => Seconds(pay)).ToString(CultureInfo.InvariantCulture) }, null, TriedUntil(own))
            : NodeAnswer.Absent;
    }

    /// <inheritdoc/>
    protected override async Task<PayerReport> DescribeAsync(PayerReport report, CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("listpays", json => json.WriteString("payment_hash", new string('0', PaymentHash.Size * 2)), QueryTimeout, cancellationToken).ConfigureAwait(false);
        using var tracked = TryParse(body);
        var refusal = status is 200 or 201 ? null : ReadRefusal(status, tracked);
        report = report with { CanTrack = status is 200 or 201 ? true : refusal is { IsBeforeCall: true } ? false : null, BalanceMsats = await ReadBalanceAsync(cancellationToken).ConfigureAwait(false) };
        return refusal is null ? report : report with { Code = refusal.Code, Reason = "listpays: " + refusal.Reason };
    }

    // pay retries until retry_for is over, and between two attempts listpays reports a failure.
    private DateTimeOffset TriedUntil(JsonElement[] pays)
    {
        var begun = DateTimeOffset.FromUnixTimeSeconds(Math.Min(pays.Max(pay => Seconds(pay)), MaxBegun));
        return begun + (options.PaymentTimeout > LongestDefault ? options.PaymentTimeout : LongestDefault) + options.AnswerMargin;
    }

    private static PaymentResult? ToPaid(JsonElement pay, string preimageName, Bolt11Invoice invoice)
    {
        if (!Preimage.TryParse(pay.FindText(preimageName), out var preimage, out _) || pay.FindText("payment_hash") is not { } hash)
        {
            return null;
        }

        // listpays states the amount received only if it knows it.
        var amount = Amount(pay, "amount_msat") ?? invoice.Amount;
        var fee = Amount(pay, "amount_sent_msat") is { } sent && amount is { } received && sent >= received ? new Msats(sent - received) : (Msats?)null;
        return PaymentResult.Paid(hash, amount is { } msats ? new Msats(msats) : null, preimage, (pay.TryGetProperty("completed_at", out _) ? Seconds(pay, "completed_at") : Seconds(pay)) * 1000) with { Fee = fee };
    }

    // Numbers today, "123msat" before v23.
    private static long? Amount(JsonElement pay, string name) =>
        !pay.TryGetProperty(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number
        : value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.EndsWith("msat", StringComparison.Ordinal)
            && long.TryParse(text.Substring(0, text.Length - 4), NumberStyles.None, CultureInfo.InvariantCulture, out var msats) ? msats
        : null;

    private static long Seconds(JsonElement pay, string name = "created_at") =>
        pay.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is >= 0 and < long.MaxValue / 2000.0 ? (long)seconds : 0;

    // JSON-RPC codes of lightningd: negative, of pay from 200 on, of runes from 1500 on.
    private NodeRefusal? ReadRefusal(int status, JsonDocument? document)
    {
        if (status is 200 or 201 || document?.RootElement is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("code", out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var code) || root.FindText("message") is not { } message)
        {
            return null;
        }

        var isRune = code is >= 1500 and < 1600;
        var reason = WalletErrorText.Quote(message, secret.Known);
        return new NodeRefusal(
            isRune ? "rune_refused" : Codes.TryGetValue(code, out var name) ? name : "cln_" + code.ToString(CultureInfo.InvariantCulture).Replace('-', '_'),
            reason,
            IsFromWallet: code < 0 || code is >= 200 and < 300 || isRune,
            IsBeforeCall: isRune && status is 401 or 403);
    }

    private async Task<decimal?> ReadBalanceAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await CallAsync("listpeerchannels", static _ => { }, QueryTimeout, cancellationToken).ConfigureAwait(false);
        using var document = TryParse(body);
        return status is 200 or 201 && document?.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("channels", out var channels) && channels.ValueKind == JsonValueKind.Array
            ? channels.EnumerateArray().Sum(channel => channel.ValueKind == JsonValueKind.Object ? Amount(channel, "spendable_msat") ?? 0m : 0m)
            : null;
    }

    private Task<(int Status, string Body)> CallAsync(string method, Action<Utf8JsonWriter> parameters, TimeSpan limit, CancellationToken cancellationToken) =>
        http.RequestAsync(
            new GatewayRequest(HttpMethod.Post, new Uri(baseUrl + "/v1/" + method))
            {
                Json = JsonBytes.WriteObject(parameters),
                Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Rune"] = secret.Read() },
            },
            limit,
            cancellationToken);
}

/// <summary>Options of a Core Lightning node over REST.</summary>
internal sealed record ClnPayerOptions : NodePayerOptions
{
    /// <summary>A rune that permits getinfo, pay and listpays; either it or <see cref="RunePath"/> is needed.</summary>
    public OperatorSecret? Rune { get; init; }

    /// <summary>File of the rune, read for every request.</summary>
    public string? RunePath { get; init; }

    /// <summary>Maximum routing fee in millisatoshis. Null for the default of lightning-pay: 0.5 %, at least 5 satoshis.</summary>
    public Msats? FeeLimit { get; init; }
}
