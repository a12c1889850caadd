using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Http;
using LightningOps.L402.Bolt11;
using LightningOps.Settings;

namespace LightningOps.Payments.Lnd;

/// <summary>
/// A wallet that is an LND node, over its REST API: <c>POST /v2/router/send</c>, and <c>/v2/router/track</c> for the
/// outcome of a payment. LND itself refuses to pay a payment hash that it has paid or is paying.
/// </summary>
internal sealed class LndPayer : IInvoicePayer, ICheckedPayer
{
    private const string WrongNetwork = "wrong_network";
    private readonly LndPayerOptions options;
    private readonly CertificatePin pin;
    private readonly WalletHttp http;
    private readonly LndApi api;
    private readonly string address;
    private LndNode? node;
    private volatile bool mayPay;

    /// <summary>Creates a payer; only the certificate is read yet.</summary>
    /// <exception cref="ConfigException">An option cannot be used.</exception>
    public LndPayer(LndPayerOptions options)
    {
        this.options = options;
        if (options.Macaroon is null && options.MacaroonPath is null)
        {
            throw new ConfigException("LndMacaroonPath", "LND needs a macaroon", "Specify -LndMacaroonPath, the file of a macaroon that is allowed to pay.");
        }

        var baseUrl = HttpAddress.CheckBase("Payer", options.BaseUrl, options.Http.AllowInsecure);
        pin = CertificatePin.Read(options.CertificateFingerprint, options.CertificatePath);
        http = new WalletHttp(options.Http, options.Http.Handler is null ? pin.CreateHandler() : null);
        address = WalletErrorText.GetAddress(baseUrl);
        api = new LndApi(http, baseUrl, new LndMacaroon(options.Macaroon, options.MacaroonPath));
    }

    /// <inheritdoc/>
    public string Name => "lnd";

    /// <summary>The node's network; null until it is known, which <see cref="PayAsync" /> ensures before it pays.</summary>
    public Bolt11Network? Network => Volatile.Read(ref node)?.Network;

    /// <inheritdoc/>
    public bool RequiresBolt11 => true;

    /// <inheritdoc/>
    public bool CanLookUp => true;

    /// <inheritdoc/>
    public Msats FeeLimitFor(Msats amount, Msats left) => Math.Max(0, Math.Min(LndRequest.FeeLimitFor(amount, options), left));

    /// <summary>Pays an invoice. One of another network than the node's is refused as <c>wrong_network</c>.</summary>
    /// <inheritdoc/>
    public async Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        if (PaymentChecks.Refusal(payment) is { } refusal)
        {
            return refusal;
        }

        if (!Bolt11Invoice.TryParse(payment.Invoice, out var invoice, out var error))
        {
            return PaymentResult.Failed(error.Code, error.Reason);
        }

        try
        {
            return await CheckPayableAsync(payment, invoice, cancellationToken).ConfigureAwait(false)
                ?? await SendAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigException e)
        {
            return PaymentChecks.Misconfigured(e);
        }
    }

    /// <inheritdoc/>
    public async Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        if (!Bolt11Invoice.TryParse(payment.Invoice, out var invoice, out var error))
        {
            return PaymentChecks.UnreadableInvoice(payment, error);
        }

        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        if (asked.Refusal is { LacksPermission: false } refusal)
        {
            return PaymentResult.Pending(refusal.Code, refusal.Reason);
        }

        if (FindChange(payment, asked) is { } change)
        {
            return PaymentResult.Pending(LndErrorCodes.NodeChanged, change);
        }

        var found = await TrackAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        var result = !found.IsAbsent(payment.EarlierPaymentId) ? found.ToResult()
            : payment.WasSeen ? PaymentResult.Pending("payment_forgotten", "LND no longer knows the payment: it was deleted there, or another node answers")
            : payment.StartedAt is not null && PayableUntil(invoice) is var end && options.Http.Time.GetUtcNow() < end ? PaymentResult.Pending("payment_not_registered", NotRegistered(end))
            : PaymentResult.Failed("payment_not_found", "LND has not started a payment of this invoice");
        return result with { Node = asked.Identity, IsNodeHidden = asked.Identity is null };
    }

    /// <inheritdoc/>
    public async Task<PayerReport> CheckAsync(CancellationToken cancellationToken)
    {
        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        if (asked.Refusal is { LacksPermission: false } refusal)
        {
            return new PayerReport { Payer = Name, IsReachable = refusal.IsFromLnd, Code = refusal.Code, Reason = refusal.Reason };
        }

        try
        {
            return await new LndCheck(api, options.QueryTimeout).RunAsync(asked, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException e)
        {
            var (code, reason) = DescribeSilence(e);
            return new PayerReport { Payer = Name, IsReachable = false, Code = code, Reason = reason };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // By the clock of the node, which may be slightly slow.
    private DateTimeOffset PayableUntil(Bolt11Invoice invoice) => invoice.ExpiresAt + options.ClockMargin;

    private static string NotRegistered(DateTimeOffset end) => string.Format(
        CultureInfo.InvariantCulture,
        "LND does not know the payment, which may still reach it; this answer is final from {0:yyyy-MM-ddTHH:mm:ssZ} on, when the invoice has expired",
        end.UtcDateTime);

    private static string? FindChange(InvoicePayment payment, LndNode asked) =>
        payment.Node is { } begunWith && asked.Identity is { } answering && answering != begunWith
            ? "node " + answering + " answers, but only node " + begunWith + ", which started the payment, knows it"
            : null;

    /// <summary>Identity of the node; a refusal if LND does not state it, or the server is not an LND.</summary>
    private async Task<LndNode> AskNodeAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await api.ReadNodeAsync(options.QueryTimeout, cancellationToken).ConfigureAwait(false);
            if (answer.Refusal is null)
            {
                Volatile.Write(ref node, answer);
            }

            return answer.Refusal is { } refusal ? answer with { Refusal = refusal with { Reason = WalletErrorText.WithAddress(refusal.Reason, address) } } : answer;
        }
        catch (WalletNoResponseException e)
        {
            var (code, reason) = DescribeSilence(e);
            return LndNode.Refused(new LndRefusal(code, reason, IsFromLnd: false));
        }
        catch (ConfigException e)
        {
            return LndNode.Refused(new LndRefusal("config_error", e.Message, IsFromLnd: false));
        }
    }

    private (string Code, string Reason) DescribeSilence(WalletNoResponseException silence)
    {
        if (silence.Code != "connection_failed:tls_refused" || pin.LastSeen is not { } seen)
        {
            return (silence.Code, "LND at " + silence.Address + " could not be reached");
        }

        return pin.IsPinned
            ? (LndErrorCodes.CertificateChanged, "the node at " + silence.Address + " presents a certificate other than the pinned one; its SHA-256 fingerprint is " + seen)
            : (LndErrorCodes.CertificateNotPinned, "the certificate of the node at " + silence.Address + " is neither trusted nor pinned; its SHA-256 fingerprint is " + seen);
    }

    /// <summary>Why the node cannot pay the invoice, if known before anything is sent; null when it may be tried.</summary>
    private async Task<PaymentResult?> CheckPayableAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        return asked.Refusal is { LacksPermission: false } refusal ? PaymentResult.Failed(refusal.Code, refusal.Reason + "; nothing was sent")
            : FindChange(payment, asked) is { } change ? PaymentResult.Failed(LndErrorCodes.NodeChanged, change + "; nothing was sent")
            : asked.Network is { } network && network != invoice.Network ? PaymentResult.Failed(WrongNetwork, "the invoice is of " + invoice.Network + ", the node of " + network)
            : await FindPayRefusalAsync(cancellationToken).ConfigureAwait(false) is { } missing ? PaymentResult.Failed(missing.Code, missing.Reason + "; nothing was sent")
            : null;
    }

    // Checked once, because the macaroon of a payer stays the same.
    private async Task<LndRefusal?> FindPayRefusalAsync(CancellationToken cancellationToken)
    {
        var refusal = mayPay ? null : await api.FindPayRefusalAsync(options.QueryTimeout, cancellationToken).ConfigureAwait(false);
        mayPay = refusal is null;
        return refusal;
    }

    private async Task<PaymentResult> SendAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        LndPayment sent;
        try
        {
            sent = await api.SendAsync(LndRequest.Serialize(payment, invoice, options), options.PaymentTimeout + options.AnswerMargin, payment.WhenSeen, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException e)
        {
            return e.ToResult();
        }

        if (sent.IsComplete)
        {
            var result = sent.ToResult();
            return result.Code == "no_route" && payment.FeeLimit is { } limit ? result with { Reason = "LND found no route that costs at most " + limit + " msat" } : result;
        }

        // LND may refuse because the payment was made or is under way, so its own record decides.
        var found = await TrackAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        if (!found.IsAbsent(payment.EarlierPaymentId))
        {
            // A call refused at the gate has moved nothing. A payment that was seen before keeps its state.
            return sent.Refusal is { IsBeforeCall: true } closed && found.Refusal is { IsBeforeCall: true } ? PaymentResult.Failed(closed.Code, closed.Reason)
                : found.Result is null && sent.Result is { IsSeen: true } seen ? seen
                : found.ToResult();
        }

        return sent.Refusal is { IsFromLnd: true } refusal && await IsSameNodeAsync(payment, cancellationToken).ConfigureAwait(false) ? PaymentResult.Failed(refusal.Code, refusal.Reason)
            : sent.Result is { IsSeen: true } begun ? begun
            : PaymentResult.Pending(sent.Refusal?.Code ?? "answer_ended_early", "LND does not know the payment yet");
    }

    // If the macaroon may not read the identity, the node counts as the same.
    private async Task<bool> IsSameNodeAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        var asked = await AskNodeAsync(cancellationToken).ConfigureAwait(false);
        return asked.Refusal is null ? FindChange(payment, asked) is null : asked.Refusal.LacksPermission;
    }

    private async Task<LndPayment> TrackAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        try
        {
            return await api.TrackAsync(invoice.Hash, options.QueryTimeout, payment.WhenSeen, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletNoResponseException e)
        {
            return LndPayment.Unknown(e.Code, "LND at " + e.Address + " does not report the state of the payment");
        }
        catch (ConfigException e)
        {
            // The payment may have been requested before the macaroon became unreadable.
            return LndPayment.Unknown("config_error", e.Message);
        }
    }
}

/// <summary>Options of an LND node over REST, including its routing fee limit.</summary>
internal sealed record LndPayerOptions
{
    /// <summary>Default time limit of LND for finding a route.</summary>
    public static readonly TimeSpan DefaultPaymentTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Base URL of the REST listener, for example <c>https://localhost:8080</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>A macaroon with permission to pay, in hex; either it or <see cref="MacaroonPath"/> is needed.</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of the macaroon (for example <c>admin.macaroon</c>, binary), read for every request.</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>File of the certificate to accept (<c>tls.cert</c>), PEM or DER; null to trust it in another way.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept, in hex with or without colons; without fingerprint and path, the trust store of the system applies.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>
    /// Maximum routing fee in millisatoshis, in addition to the amount. Null for LND's own default: as much as the
    /// amount up to 1,000 satoshis, 5 % above (lnwallet, DefaultRoutingFeeLimitForAmount).
    /// </summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>
    /// Additional time for which an invoice counts as payable, because the node's clock may be slow. Until then an
    /// unknown payment is not taken as failed, since it may still be on its way to LND.
    /// </summary>
    public TimeSpan ClockMargin { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long LND searches for a route.</summary>
    public TimeSpan PaymentTimeout { get; init; } = DefaultPaymentTimeout;

    /// <summary>Additional wait for its answer.</summary>
    public TimeSpan AnswerMargin { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a look-up waits for the outcome of a payment, and the time limit for the network of the node.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Clock and handler.</summary>
    public WalletHttpOptions Http { get; init; } = new();
}
