using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Payments;

namespace LightningOps.Buyer;

/// <summary>Gets the price of a request from a server without paying: it has no wallet and stores nothing.</summary>
public sealed class ChallengeProbe : IDisposable
{
    private readonly CredentialStore store;
    private readonly L402Client client;
    private readonly TimeProvider time;

    /// <summary>A probe; nothing is sent yet.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="handler">Sends the requests and must not follow redirects; null makes one. Not disposed here.</param>
    /// <param name="time">Clock of limits and expiries; null for the system's clock.</param>
    internal ChallengeProbe(L402ClientOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        store = CredentialStore.InMemory(this.time);
        client = new L402Client(options, new AnyWallet(), store, handler, this.time);
    }

    /// <summary>A probe; nothing is sent yet.</summary>
    /// <param name="options">The limits.</param>
    public static ChallengeProbe Create(L402ClientOptions options) => new(options);

    /// <summary>The price of a request. The body of the answer is not read.</summary>
    /// <param name="request">The request. If no payment is required, it has been carried out.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="L402NoChallengeException">The answer is not 402.</exception>
    /// <exception cref="L402PaymentDeniedException">Requests to that host are not allowed.</exception>
    /// <exception cref="L402TransportException">The server did not answer.</exception>
    /// <exception cref="L402Exception">The payment demand cannot be read.</exception>
    /// <exception cref="L402OtherDemandException">Payment is required, but not with L402.</exception>
    /// <exception cref="ConfigException">The request cannot be sent.</exception>
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
            Description = quote.Invoice?.Description is { } description ? PlainText.From(description) : null,
            PaymentHash = quote.Invoice?.PaymentHash,
            ExpiresAt = quote.Invoice?.ExpiresAt,
            IsExpired = quote.Invoice?.IsExpiredAt(time.GetUtcNow()),
            Issuer = challenge.Issuer is { } issuer ? PlainText.From(issuer) : null,
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
        catch (L402TransportException failure) when (failure.Reason != "connection_failed:tls_refused")
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

    /// <summary>A placeholder payer for price checks; never pays.</summary>
    private sealed class AnyWallet : IInvoicePayer
    {
        public string Name => "none";

        public Bolt11Network? Network => null;

        public bool RequiresBolt11 => true;

        public bool CanLookUp => true;

        public Msats FeeLimitFor(Msats amount, Msats left) => 0;

        public Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken) => Refuse();

        public Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken) => Refuse();

        public void Dispose()
        {
        }

        private static Task<PaymentResult> Refuse() => Task.FromResult(PaymentResult.Failed("no_wallet", "a probe pays nothing"));
    }
}

/// <summary>The price of a request, and whether it would be paid. Nothing was paid.</summary>
public sealed record L402ChallengeReport
{
    /// <summary>Requested address, without its query.</summary>
    public required string Uri { get; init; }

    /// <summary>Always 402.</summary>
    public int StatusCode { get; init; } = 402;

    /// <summary>The scheme name used by the server.</summary>
    public required L402Scheme Scheme { get; init; }

    /// <summary>Price in millisatoshis; null if unknown.</summary>
    public long? AmountMsats { get; init; }

    /// <summary>Price in satoshis; null if unknown.</summary>
    public decimal? AmountSats => AmountMsats is { } amount ? (decimal)amount / Msats.PerSatoshi : null;

    /// <summary>Network of the invoice; null if it is not BOLT 11.</summary>
    public Bolt11Network? Network { get; init; }

    /// <summary>Description of the invoice as one line; untrusted.</summary>
    public string? Description { get; init; }

    /// <summary>Payment hash of the invoice.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Expiry of the invoice.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Whether the invoice has expired.</summary>
    public bool? IsExpired { get; init; }

    /// <summary>The issuer of the challenge, if the server states it.</summary>
    public string? Issuer { get; init; }

    /// <summary>Whether the token belongs to this invoice; null if the token does not state it or the invoice cannot be read.</summary>
    public bool? IsTokenOfInvoice { get; init; }

    /// <summary>Spending limit in millisatoshis; null if none is set.</summary>
    public long? MaxSpendMsats { get; init; }

    /// <summary>Whether the spend policy allows the payment; null without a spending limit.</summary>
    public bool? IsPayable { get; init; }

    /// <summary>Reason code if the payment is denied, one of <see cref="DenyReasonCodes" />.</summary>
    public string? DenyReasonCode { get; init; }

    /// <summary>Reason for people if the payment is denied.</summary>
    public string? DenyReason { get; init; }

    /// <summary>Other payment demands of the answer besides L402; none of them is paid.</summary>
    public IReadOnlyList<PaymentDemand> OtherDemands { get; init; } = Array.Empty<PaymentDemand>();

    /// <summary>The invoice as received.</summary>
    public required string Invoice { get; init; }

    /// <summary>The invoice, decoded; null when it is not BOLT 11.</summary>
    [JsonIgnore]
    public Bolt11Invoice? DecodedInvoice { get; init; }

    /// <summary>The challenge, with its token.</summary>
    internal L402Challenge? Challenge { get; init; }

    /// <summary>
    /// The challenge as a WWW-Authenticate value. Its token is worth money once paid. It is a method so that
    /// displaying, converting or exporting the properties does not reveal it.
    /// </summary>
    public string ToHeaderValue() => Challenge?.ToHeaderValue() ?? string.Empty;

    /// <summary>Address and amount; neither invoice nor token.</summary>
    public override string ToString() => Uri + " for " + (AmountMsats is { } amount ? amount + " msat" : "an unknown amount");
}
