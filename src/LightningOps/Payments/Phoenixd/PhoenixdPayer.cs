using System;
using System.Collections.Generic;
using System.Globalization;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Settings;

namespace LightningOps.Payments.Phoenixd;

/// <summary>Pays with phoenixd over its HTTP API (payinvoice, payments/outgoingbyhash). It accepts no fee limit.</summary>
internal sealed class PhoenixdPayer : NodePayer
{
    // The fee of phoenixd's channel partner: 0.4 % and 4 satoshis.
    private const long BaseFee = 4 * Msats.PerSatoshi;
    private const long FeeDivisor = 250;

    private readonly PhoenixdPayerOptions options;
    private readonly WalletSecret secret;
    private readonly WalletHttp http;
    private readonly string baseUrl;

    /// <summary>Creates a payer; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">An option cannot be used.</exception>
    public PhoenixdPayer(PhoenixdPayerOptions options)
        : base(options.Http.Time)
    {
        this.options = options;
        secret = new WalletSecret(options.Password, options.PasswordPath, "phoenixd needs its password", "http-password of phoenix.conf; the file itself can be named");
        baseUrl = HttpAddress.CheckBase("Payer", options.BaseUrl, options.Http.AllowInsecure);
        http = WalletHttp.OpenPinned(options.Http, options.CertificateFingerprint, options.CertificatePath);
    }

    /// <inheritdoc/>
    public override string Name => "phoenixd";

    /// <inheritdoc/>
    protected override string Program => "phoenixd";

    /// <inheritdoc/>
    protected override string NodeAddress => WalletErrorText.GetAddress(baseUrl);

    /// <summary>What is set aside for the fee: phoenixd accepts no limit.</summary>
    /// <inheritdoc/>
    public override Msats FeeLimitFor(Msats amount, Msats left) => options.FeeAllowance ?? BaseFee + ((amount.Value + FeeDivisor - 1) / FeeDivisor);

    /// <inheritdoc/>
    public override void Dispose() => http.Dispose();

    /// <inheritdoc/>
    protected override async Task<NodeIdentity> ReadNodeAsync(CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync("getinfo", cancellationToken).ConfigureAwait(false);
        using var document = TryParse(body);
        return status == 200 && document?.RootElement is { ValueKind: JsonValueKind.Object } info && info.FindText("nodeId") is { Length: 66 } id && info.FindText("chain") is { } chain
            ? new NodeIdentity(id, FindNetwork(chain))
            : NodeIdentity.Refused(status == 401 ? PasswordRefused() : new NodeRefusal("not_phoenixd", "the server does not answer as phoenixd does", IsFromWallet: false));
    }

    /// <inheritdoc/>
    protected override async Task<NodeAnswer> RequestPaymentAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        var form = "invoice=" + Uri.EscapeDataString(payment.Invoice);
        if (payment.Amount is null)
        {
            var satoshis = payment.MaxAmount.Value / Msats.PerSatoshi;
            if (satoshis == 0)
            {
                return new NodeAnswer(null, new NodeRefusal("amount_invalid", "phoenixd pays whole satoshis, and the limit is below one", IsFromWallet: true));
            }

            form += "&amountSat=" + satoshis.ToString(CultureInfo.InvariantCulture);
        }

        var (status, body) = await SendAsync(new GatewayRequest(HttpMethod.Post, Address("payinvoice")) { Json = Encoding.ASCII.GetBytes(form), ContentType = "application/x-www-form-urlencoded" }, options.PaymentTimeout + options.AnswerMargin, cancellationToken).ConfigureAwait(false);
        if (status == 401)
        {
            return new NodeAnswer(null, PasswordRefused());
        }

        using var document = TryParse(body);
        if (status != 200 || document?.RootElement is not { ValueKind: JsonValueKind.Object } root || root.FindText("paymentHash") != invoice.PaymentHash)
        {
            return NodeAnswer.Absent;
        }

        if (!Preimage.TryParse(root.FindText("paymentPreimage"), out var preimage, out _))
        {
            return root.FindText("reason") is { } reason
                ? new NodeAnswer(null, new NodeRefusal("payment_failed", WalletErrorText.Quote(reason, secret.Known), IsFromWallet: true))
                : NodeAnswer.Absent;
        }

        // The answer has the fee cut to whole satoshis, the record has it in millisatoshis. Without the record the maximum is counted.
        var result = PaymentResult.Paid(root.FindText("paymentId"), invoice.Amount is { } amount ? new Msats(amount) : Number(root, "recipientAmountSat") is { } sat and < long.MaxValue / Msats.PerSatoshi ? new Msats(sat * Msats.PerSatoshi) : null, preimage, options.Http.Time.GetUtcNow().ToUnixTimeMilliseconds())
            with { Fee = Number(root, "routingFeeSat") is { } fee and < long.MaxValue / Msats.PerSatoshi ? new Msats((fee * Msats.PerSatoshi) + Msats.PerSatoshi - 1) : null };
        // The next request can end the process: that phoenixd knows the payment is recorded first.
        if (payment.WhenSeen is { } whenSeen)
        {
            await whenSeen().ConfigureAwait(false);
        }

        return new NodeAnswer(await ReadExactAsync(invoice, cancellationToken).ConfigureAwait(false) is { } exact ? exact : result, null);
    }

    /// <inheritdoc/>
    protected override async Task<NodeAnswer> ReadPaymentAsync(Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync("payments/outgoingbyhash/" + invoice.PaymentHash, cancellationToken).ConfigureAwait(false);
        if (status == 404)
        {
            return NodeAnswer.Absent;
        }

        using var document = TryParse(body);
        if (status != 200 || document?.RootElement is not { ValueKind: JsonValueKind.Object } payment || payment.FindText("paymentHash") != invoice.PaymentHash || !payment.TryGetProperty("isPaid", out var isPaid))
        {
            return status == 401 ? new NodeAnswer(null, PasswordRefused()) : NodeAnswer.Refused("invalid_answer", "phoenixd does not report the state of the payment");
        }

        if (isPaid.ValueKind == JsonValueKind.True)
        {
            return Preimage.TryParse(payment.FindText("preimage"), out var preimage, out _)
                ? new NodeAnswer(PaymentResult.Paid(payment.FindText("paymentId"), invoice.Amount is { } amount ? new Msats(amount) : GetReceived(payment), preimage, Number(payment, "completedAt")) with { Fee = Number(payment, "fees") is { } fees ? new Msats(fees) : null }, null)
                : NodeAnswer.Refused("payment_missing_preimage", "phoenixd has paid, but returned no preimage");
        }

        return Number(payment, "completedAt") is null
            ? new NodeAnswer(PaymentResult.InFlight("the payment is in flight"), null)
            : new NodeAnswer(PaymentResult.Failed("payment_failed", "the payment has failed") with { IsSeen = true, PaymentId = payment.FindText("paymentId") }, null);
    }

    /// <inheritdoc/>
    protected override async Task<PayerReport> DescribeAsync(PayerReport report, CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync("getbalance", cancellationToken).ConfigureAwait(false);
        using var document = TryParse(body);
        return report with
        {
            CanTrack = true,
            BalanceMsats = status == 200 && document?.RootElement is { ValueKind: JsonValueKind.Object } balance && Number(balance, "balanceSat") is { } satoshis ? (decimal)satoshis * Msats.PerSatoshi : null,
        };
    }

    // An invoice without an amount is paid in whole satoshis. The sent value is amount and fee, cut to whole
    // satoshis.
    private static Msats? GetReceived(JsonElement payment) => Number(payment, "sent") is { } sent and < long.MaxValue / Msats.PerSatoshi
        ? new Msats(((sent * Msats.PerSatoshi) - (Number(payment, "fees") ?? 0) + Msats.PerSatoshi - 1) / Msats.PerSatoshi * Msats.PerSatoshi)
        : null;

    private static NodeRefusal PasswordRefused() => new("password_refused", "phoenixd does not accept the password", IsFromWallet: true, IsBeforeCall: true);

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0 ? number : null;

    private async Task<PaymentResult?> ReadExactAsync(Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadPaymentAsync(invoice, cancellationToken).ConfigureAwait(false)).Result is { State: PaymentState.Paid } exact ? exact : null;
        }
        catch (Exception unread) when (unread is WalletNoResponseException or OperationCanceledException)
        {
            // It is paid; only the fraction of its fee is not known.
            return null;
        }
    }

    private Uri Address(string path) => new(baseUrl + "/" + path);

    private Task<(int Status, string Body)> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(new GatewayRequest(HttpMethod.Get, Address(path)), QueryTimeout, cancellationToken);

    private Task<(int Status, string Body)> SendAsync(GatewayRequest request, TimeSpan limit, CancellationToken cancellationToken) => http.RequestAsync(
        request with { Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(":" + secret.Read())) } },
        limit,
        cancellationToken);
}

/// <summary>Options of phoenixd.</summary>
internal sealed record PhoenixdPayerOptions : NodePayerOptions
{
    /// <summary>The password; either it or <see cref="PasswordPath"/> is needed.</summary>
    public OperatorSecret? Password { get; init; }

    /// <summary>File of the password, or phoenix.conf, read for every request.</summary>
    public string? PasswordPath { get; init; }

    /// <summary>Amount reserved for the fee, millisatoshis; null for 0.4 % and 4 satoshis.</summary>
    public Msats? FeeAllowance { get; init; }
}
