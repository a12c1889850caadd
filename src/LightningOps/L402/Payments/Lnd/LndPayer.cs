using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.L402.Payments.Http;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments.Lnd;

/// <summary>
/// A wallet that is an LND node, over its REST API: <c>POST /v2/router/send</c>, and <c>/v2/router/track</c> to look how
/// a payment ended. LND itself refuses to pay a payment hash it has paid or is paying.
/// </summary>
public sealed class LndPayer : IInvoicePayer
{
    private const string WrongNetwork = "wrong_network";
    private readonly LndPayerOptions options;
    private readonly WalletHttp http;
    private readonly LndApi api;
    private LndNode? node;

    /// <summary>Creates a payer; nothing is sent or read yet but the certificate.</summary>
    /// <exception cref="ConfigException">An option cannot be used.</exception>
    public LndPayer(LndPayerOptions options)
    {
        this.options = options;
        if (options.Macaroon is null && options.MacaroonPath is null)
        {
            throw new ConfigException("LndMacaroonPath", "LND needs a macaroon", "Give -LndMacaroonPath, the file of a macaroon that may pay.");
        }

        var baseUrl = BaseAddress.Check("Payer", options.BaseUrl, options.Http.AllowInsecure);
        http = new WalletHttp(options.Http, CertificatePin.HandlerFor(options.CertificateFingerprint, options.CertificatePath));
        api = new LndApi(http, baseUrl, new LndMacaroon(options.Macaroon, options.MacaroonPath));
    }

    /// <inheritdoc/>
    public string Name => "lnd";

    /// <summary>The node's network; null until it has been asked, which <see cref="PayAsync"/> does before it pays.</summary>
    public Bolt11Network? Network => Volatile.Read(ref node)?.Network;

    /// <inheritdoc/>
    public bool TakesOnlyBolt11 => true;

    /// <inheritdoc/>
    public Msats FeeLimitFor(Msats amount, Msats left) => Math.Max(0, Math.Min(LndRequest.FeeLimitFor(amount, options), left));

    /// <summary>Pays an invoice; one of another network than the node's is refused as <c>wrong_network</c>.</summary>
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
            return await UnfitAsync(invoice, cancellationToken).ConfigureAwait(false)
                ?? await SendAsync(payment, invoice, cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigException e)
        {
            return PaymentChecks.Misconfigured(e);
        }
    }

    /// <inheritdoc/>
    public async Task<PaymentResult> LookUpAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        if (!Bolt11Invoice.TryParse(payment.Invoice, out var invoice, out var error))
        {
            return PaymentResult.Failed(error.Code, error.Reason);
        }

        var found = await TrackAsync(invoice, cancellationToken).ConfigureAwait(false);
        return found.Refusal is not { IsNotFound: true } ? found.ToResult()
            : payment.BegunAt is { } begunAt && IsRecent(begunAt) ? PaymentResult.Pending("payment_not_registered", NotRegistered(begunAt))
            : PaymentResult.Failed("payment_not_found", "LND has not begun a payment of this invoice");
    }

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    // A clock that was set back makes it recent for longer, and never shorter.
    private bool IsRecent(DateTimeOffset begunAt) => options.Http.Time.GetUtcNow() - begunAt < options.RegistrationGrace;

    private string NotRegistered(DateTimeOffset begunAt) => string.Format(
        CultureInfo.InvariantCulture,
        "LND does not know the payment, which may still be on its way to it: it is believed from {0:yyyy-MM-ddTHH:mm:ssZ} on",
        (begunAt + options.RegistrationGrace).UtcDateTime);

    /// <summary>Why the node cannot pay the invoice, known before anything is sent; null when it may be tried.</summary>
    private async Task<PaymentResult?> UnfitAsync(Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        try
        {
            var answer = node ?? await api.ReadNodeAsync(options.LookUpTimeout, cancellationToken).ConfigureAwait(false);
            if (answer.Refusal is { MayDependOnCall: false } refusal)
            {
                return PaymentResult.Failed(refusal.Code, refusal.Reason);
            }

            Volatile.Write(ref node, answer.Refusal is null ? answer : null);
            return answer.Network is { } network && network != invoice.Network
                ? PaymentResult.Failed(WrongNetwork, "the invoice is of " + invoice.Network + ", the node of " + network)
                : null;
        }
        catch (WalletSilenceException e)
        {
            // The question moves no money.
            return PaymentResult.Failed(e.Code, "LND could not be reached; nothing was sent");
        }
    }

    private async Task<PaymentResult> SendAsync(InvoicePayment payment, Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        LndPayment sent;
        try
        {
            sent = await api.SendAsync(LndRequest.Of(payment, invoice, options), options.PaymentTimeout + options.AnswerMargin, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletSilenceException e)
        {
            return e.ToResult();
        }

        if (sent.IsEnded)
        {
            var result = sent.ToResult();
            return result.Code == "no_route" && payment.FeeLimit is { } limit ? result with { Reason = "LND found no route that costs at most " + limit + " msat" } : result;
        }

        if (sent.Refusal is { IsBeforeCall: true } unlooked)
        {
            return PaymentResult.Failed(unlooked.Code, unlooked.Reason);
        }

        // What LND refuses it may have refused because the payment is made or under way: its own record decides.
        var found = await TrackAsync(invoice, cancellationToken).ConfigureAwait(false);
        return found.Refusal is not { IsNotFound: true } ? found.ToResult()
            : sent.Refusal is { IsOfLnd: true } refusal ? PaymentResult.Failed(refusal.Code, refusal.Reason)
            : PaymentResult.Pending(sent.Refusal?.Code ?? "answer_ended_early", "LND does not know the payment yet");
    }

    private async Task<LndPayment> TrackAsync(Bolt11Invoice invoice, CancellationToken cancellationToken)
    {
        try
        {
            return await api.TrackAsync(invoice.PaymentHash, options.LookUpTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (WalletSilenceException e)
        {
            return LndPayment.Unknown(e.Code, "LND does not tell how the payment stands");
        }
        catch (ConfigException e)
        {
            // The payment may have been asked for before the macaroon could no longer be read.
            return LndPayment.Unknown("config_error", e.Message);
        }
    }
}
