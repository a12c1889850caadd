using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.Json;
using LightningOps.L402.Bolt11;
using LightningOps.Settings;

namespace LightningOps.Payments.WalletExecutor;

/// <summary>A wallet behind HTTP: <c>POST {base}/pay-bolt11</c> (docs/reference/l402.md#payers). Each payment is sent once.</summary>
/// <remarks>
///  The executor has no look-up and does not remember requests: a repeated call prepares and sends again. Only the
/// Lightning network prevents a second payment, because a payment hash settles once and a node refuses to send for
/// one that it has paid or is paying. A look-up therefore repeats the call for the same payment under the same
/// request. An executor that does remember answers with the payment. Another pays an unpaid invoice, or its node
/// refuses, which says nothing about the first attempt. So only an answer with a preimage ends a look-up.
/// </remarks>
internal sealed class WalletExecutorPayer : IInvoicePayer, ICheckedPayer
{
    /// <summary>Its name as a payer.</summary>
    internal const string PayerName = "wallet-executor";

    private static readonly JsonWriterOptions RequestJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] EmptyBody = JsonBytes.WriteObject(static _ => { }, RequestJson);
    private readonly WalletExecutorPayerOptions options;
    private readonly WalletHttp http;
    private readonly Uri address;
    private readonly ConcurrentDictionary<string, PaymentResult> paid = new(StringComparer.Ordinal);

    /// <summary>Creates a payer; nothing is sent yet.</summary>
    /// <exception cref="ConfigException">The URL cannot be used.</exception>
    public WalletExecutorPayer(WalletExecutorPayerOptions options)
    {
        this.options = options;
        address = new Uri(HttpAddress.CheckBase(EnvironmentVariables.WalletExecutorBaseUrl, options.BaseUrl, options.Http.AllowInsecure) + "/pay-bolt11");
        http = new WalletHttp(options.Http);
    }

    /// <inheritdoc/>
    public string Name => PayerName;

    /// <inheritdoc/>
    public Bolt11Network? Network => null;

    /// <inheritdoc/>
    public bool RequiresBolt11 => true;

    /// <inheritdoc/>
    public bool CanLookUp => false;

    /// <summary>The reserved routing fee. The executor accepts no limit and does not report the fee paid.</summary>
    /// <inheritdoc/>
    public Msats FeeLimitFor(Msats amount, Msats left) => options.FeeAllowance;

    /// <inheritdoc/>
    public async Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken) =>
        paid.TryGetValue(payment.Invoice, out var earlier) ? earlier
        : PaymentChecks.Refusal(payment) is { } refusal ? refusal
        : await SendPaymentAsync(payment, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        var result = await PayAsync(payment, cancellationToken).ConfigureAwait(false);

        // A refused or failed second attempt says nothing about the first, which may have been paid. An executor need not
        // recognize it, before or after the invoice expires.
        return result.State == PaymentState.Failed
            ? PaymentResult.Pending(result.Code!, "the wallet executor does not report the outcome of the payment: " + result.Reason)
            : result;
    }

    /// <summary>
    /// Checks address and token with an empty body, which is no payment and is refused. The protocol has no call for
    /// balance, network or permissions.
    /// </summary>
    /// <inheritdoc/>
    public async Task<PayerReport> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var request = new GatewayRequest(HttpMethod.Post, address) { Json = EmptyBody, Headers = CreateHeaders("check", GetToken(options.AuthToken)) };
            var (status, body) = await http.RequestAsync(request, options.Timeout, cancellationToken).ConfigureAwait(false);
            var report = new PayerReport { Payer = Name, IsReachable = true };
            return ExecutorAnswer.FindObstacle(status, body) is { } obstacle
                ? report with { Code = obstacle.Code, Reason = WalletErrorText.WithAddress(obstacle.Reason, WalletErrorText.GetAddress(options.BaseUrl)) }
                : report;
        }
        catch (WalletNoResponseException e)
        {
            return new PayerReport { Payer = Name, IsReachable = false, Code = e.Code, Reason = "the wallet executor at " + e.Address + " could not be reached" };
        }
        catch (ConfigException e)
        {
            var refusal = PaymentChecks.Misconfigured(e);
            return new PayerReport { Payer = Name, Code = refusal.Code, Reason = refusal.Reason };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private async Task<PaymentResult> SendPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        PaymentResult result;
        try
        {
            var token = GetToken(options.AuthToken);
            var (status, body) = await http.RequestAsync(CreateRequest(payment, token), options.Timeout, cancellationToken).ConfigureAwait(false);
            result = ExecutorAnswer.Read(status, body, token is null ? [] : [token]);
            if (result is { Code: { } code, Reason: { } reason } && (code == "invalid_answer" || code.StartsWith("wallet_executor_http_", StringComparison.Ordinal)))
            {
                result = result with { Reason = WalletErrorText.WithAddress(reason, WalletErrorText.GetAddress(options.BaseUrl)) };
            }
        }
        catch (WalletNoResponseException e)
        {
            result = e.ToResult();
        }
        catch (ConfigException e)
        {
            result = PaymentChecks.Misconfigured(e);
        }

        // A wrong preimage proves nothing; the wallet is asked again.
        if (result.State == PaymentState.Paid && (payment.PaymentHash is not { } hash || result.Preimage!.MatchesPaymentHash(hash)))
        {
            paid[payment.Invoice] = result;
        }

        return result;
    }

    private static string? GetToken(OperatorSecret? secret)
    {
        var token = secret?.Reveal().Trim();
        return token is null || IsVisible(token) ? token : throw new ConfigException(EnvironmentVariables.WalletExecutorAuthToken, "contains characters that are not allowed in a header");
    }

    private GatewayRequest CreateRequest(InvoicePayment payment, string? token) =>
        new(HttpMethod.Post, address) { Json = CreateBody(payment), Headers = CreateHeaders(payment.RequestId, token) };

    private static Dictionary<string, string> CreateHeaders(string requestId, string? token)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["x-request-id"] = ToHeaderValue(requestId) };
        if (token is not null)
        {
            headers["authorization"] = "Bearer " + token;
        }

        return headers;
    }

    // Characters that are not valid in a header would fail on sending, and look like a payment that may have been
    // made.
    private static string ToHeaderValue(string requestId) => requestId.Length > 0 && IsVisible(requestId) ? requestId : Uri.EscapeDataString(requestId);

    private static bool IsVisible(string text)
    {
        foreach (var sign in text)
        {
            if (sign is <= ' ' or > '~')
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] CreateBody(InvoicePayment payment)
    {
        return JsonBytes.WriteObject(
            json =>
            {
                json.WriteString("requestId", payment.RequestId);
                json.WriteStartObject("payment");
                json.WriteString("invoice", payment.Invoice);
                json.WriteNumber("maxAmountMsats", payment.MaxAmount.Value);
                json.WriteString("host", payment.Host);
                json.WriteEndObject();
            },
            RequestJson);
    }
}

/// <summary>Options of a wallet executor (docs/reference/l402.md#payers).</summary>
internal sealed record WalletExecutorPayerOptions
{
    /// <summary>Time limit of a payment when none is set: 60 seconds.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromMilliseconds(60_000);

    /// <summary>Base URL, without <c>/pay-bolt11</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Bearer token; null for an executor without one.</summary>
    public OperatorSecret? AuthToken { get; init; }

    /// <summary>Time limit for an answer.</summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>
    /// Amount counted for routing per payment, millisatoshis. The executor accepts no limit and does not report the
    /// fee paid.
    /// </summary>
    public Msats FeeAllowance { get; init; }

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
