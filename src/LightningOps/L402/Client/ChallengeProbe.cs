using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Credentials;
using LightningOps.L402.Payments;
using LightningOps.L402.Spending;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>Asks a server what it wants for a request, and pays nothing: there is no wallet in here, and nothing is kept.</summary>
public sealed class ChallengeProbe : IDisposable
{
    private readonly CredentialStore store;
    private readonly L402Client client;
    private readonly TimeProvider time;

    /// <summary>A probe; nothing is sent yet.</summary>
    /// <param name="options">Limits to judge by.</param>
    /// <param name="handler">Sends the requests and must not follow redirects; null makes one. Not disposed here.</param>
    /// <param name="time">Clock of limits and expiries; null for the system's.</param>
    internal ChallengeProbe(L402ClientOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        store = CredentialStore.InMemory(this.time);
        client = new L402Client(options, new AnyWallet(), store, handler, this.time);
    }

    /// <summary>A probe; nothing is sent yet.</summary>
    /// <param name="options">Limits to judge by.</param>
    public static ChallengeProbe Create(L402ClientOptions options) => new(options);

    /// <summary>What is asked. The body of the answer is not read.</summary>
    /// <param name="request">The request; where nothing is asked for it, it has then been made.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="L402NoChallengeException">The answer is not 402.</exception>
    /// <exception cref="L402PaymentDeniedException">Nothing may be sent to that host.</exception>
    /// <exception cref="L402TransportException">The server did not answer.</exception>
    /// <exception cref="L402Exception">It asks for payment in a way that cannot be read.</exception>
    /// <exception cref="L402OtherDemandException">It asks for payment in another way than L402.</exception>
    /// <exception cref="ConfigException">The request cannot be sent as it is.</exception>
    public async Task<L402ChallengeReport> AskAsync(L402Request request, CancellationToken cancellationToken = default)
    {
        var quote = await QuoteAsync(request, cancellationToken).ConfigureAwait(false);
        if (quote.Challenge is not { } challenge)
        {
            throw new L402NoChallengeException(request.ToString(), quote.StatusCode);
        }

        var isUncapped = quote.Denial?.Code == DenyReasonCodes.CapMissing;
        return new L402ChallengeReport
        {
            Uri = request.Uri.GetLeftPart(UriPartial.Path),
            Scheme = challenge.Scheme,
            AmountMsats = challenge.Amount,
            Network = quote.Invoice?.Network,
            Description = quote.Invoice?.Description is { } description ? PlainText.Of(description) : null,
            PaymentHash = quote.Invoice?.PaymentHash,
            ExpiresAt = quote.Invoice?.ExpiresAt,
            IsExpired = quote.Invoice?.IsExpiredAt(time.GetUtcNow()),
            Issuer = challenge.Issuer is { } issuer ? PlainText.Of(issuer) : null,
            IsTokenOfInvoice = new PaymentOffer(challenge).IsTokenOfInvoice,
            MaxSpendMsats = request.MaxSpend,
            IsPayable = isUncapped ? null : quote.Denial is null,
            DenyReasonCode = isUncapped ? null : quote.Denial?.Code,
            DenyReason = isUncapped ? null : quote.Denial?.Reason,
            OtherDemands = quote.OtherDemands,
            Invoice = challenge.Invoice,
            DecodedInvoice = quote.Invoice,
            Challenge = challenge,
        };
    }

    private async Task<L402Quote> QuoteAsync(L402Request request, CancellationToken cancellationToken)
    {
        try
        {
            return await client.QuoteAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (L402TransportException failure)
        {
            throw failure.WithoutPurchase();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        client.Dispose();
        store.Dispose();
    }

    /// <summary>Stands for the wallet of another time: it takes what a real one would, and pays nothing.</summary>
    private sealed class AnyWallet : IInvoicePayer
    {
        public string Name => "none";

        public Bolt11Network? Network => null;

        public bool TakesOnlyBolt11 => true;

        public bool CanLookUp => true;

        public Msats FeeLimitFor(Msats amount, Msats left) => 0;

        public Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken) => Refuse();

        public Task<PaymentResult> LookUpAsync(InvoicePayment payment, CancellationToken cancellationToken) => Refuse();

        public void Dispose()
        {
            // Nothing is held.
        }

        private static Task<PaymentResult> Refuse() => Task.FromResult(PaymentResult.Failed("no_wallet", "a probe pays nothing"));
    }
}
