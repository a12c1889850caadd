using System;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Smoke.FullFlow;

namespace LightningOps.Smoke.Ep212;

/// <summary>Makes the requests of an ep212 smoke through the regular client.</summary>
internal sealed class Ep212Purchases : IDisposable
{
    private const int PaymentRequired = 402;
    private const int Success = 200;
    private const long MaxResponseSize = 64 * 1024 * 1024;
    private static readonly TimeSpan CredentialAge = TimeSpan.FromMinutes(10);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Ep212Scene scene;
    private readonly L402Client client;

    public Ep212Purchases(Ep212Scene scene, SmokeRequest request)
    {
        this.scene = scene;
        var options = new L402ClientOptions { WalletPlace = scene.WalletPlace, Limits = scene.Limits with { AllowedHosts = scene.Routes.Hosts }, CacheTtl = CredentialAge, Progress = request.Steps, Observability = request.Observability };
        client = new L402Client(options, scene.Payer, scene.Store, scene.Handler, request.Time);
    }

    /// <summary>The price of a route.</summary>
    /// <exception cref="FlowCheckException">It requires no payment.</exception>
    public async Task<L402Quote> QuoteAsync(Ep212Route route, CancellationToken cancellationToken)
    {
        var quote = await client.QuoteAsync(CreateRequest(route), cancellationToken).ConfigureAwait(false);
        return quote.StatusCode == PaymentRequired && quote.Challenge is not null
            ? quote
            : throw new FlowCheckException("challenge_missing", FormattableString.Invariant($"{route.Url} answered {quote.StatusCode}, not 402."));
    }

    /// <summary>Buys and reads the answer. The wallet's payment and the answer are in the stage's event, also when the check fails.</summary>
    /// <exception cref="FlowCheckException">Nothing was paid now, the answer is not 200 or is too long.</exception>
    /// <exception cref="L402TransportException">The answer broke off.</exception>
    public async Task<Ep212Purchase> BuyAsync(Ep212Route route, FlowStage stage, CancellationToken cancellationToken)
    {
        var bought = await SendAsync(CreateRequest(route) with { ForceRefresh = true }, stage, cancellationToken).ConfigureAwait(false);
        if (bought.StatusCode != Success)
        {
            stage.Details[Ep212Details.ProofReference] = bought.ProofReference ?? "none";
            throw new FlowCheckException("unexpected_status", FormattableString.Invariant($"The paid request was answered with {bought.StatusCode}, not 200."));
        }

        return bought.Amount is not null ? bought
            : bought.ProofReference is null ? throw new FlowCheckException("not_paid", "The request was answered without a payment.")
            : throw new FlowCheckException("paid_earlier", "An earlier payment was settled instead of a new one. Run the smoke again.");
    }

    /// <summary>Repeats the request with the bought credential, and reads the answer. If credentials may be single-use, a refused one is bought again.</summary>
    /// <exception cref="FlowCheckException">The answer is too long.</exception>
    /// <exception cref="L402TransportException">The answer broke off.</exception>
    public Task<Ep212Purchase> BuyAgainAsync(Ep212Route route, FlowStage stage, CancellationToken cancellationToken) =>
        SendAsync(CreateRequest(route) with { RequestId = route.RequestId + ":again", AllowRebuy = scene.AllowsSinglePurchases }, stage, cancellationToken);

    /// <summary>Tries to buy above the cap.</summary>
    /// <returns>Why it was not bought.</returns>
    /// <exception cref="FlowCheckException">It is not above the cap, or was refused for another reason.</exception>
    public async Task<SpendDenial> ExpectRefusalAsync(Ep212Route route, L402Quote quote, CancellationToken cancellationToken)
    {
        // Checked first, so that a purchase which the policy would allow is not tried.
        if (quote.Denial?.Code != DenyReasonCodes.AmountOverCap)
        {
            throw new FlowCheckException("not_over_cap", FormattableString.Invariant($"{route.Url} costs {quote.Amount?.ToString() ?? "an unknown amount of"} msat: {quote.Denial?.ToString() ?? "that would be paid"}."));
        }

        try
        {
            using var response = await client.SendAsync(CreateRequest(route) with { ForceRefresh = true }, cancellationToken).ConfigureAwait(false);
            throw new FlowCheckException("not_blocked", FormattableString.Invariant($"{route.Url} answered {response.StatusCode} instead of being refused."));
        }
        catch (L402PaymentDeniedException denied) when (denied.Code == DenyReasonCodes.AmountOverCap)
        {
            return denied.Denial;
        }
    }

    public void Dispose() => client.Dispose();

    private L402Request CreateRequest(Ep212Route route) => new()
    {
        Uri = route.Address,
        Method = route.Method,
        HostHeader = route.HostHeader,
        Content = route.Body is { } body ? () => new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = Json } } : null,
        Scope = route.Scope,
        MaxSpend = scene.MaxSpend,
        RequestId = route.RequestId,
    };

    private async Task<Ep212Purchase> SendAsync(L402Request request, FlowStage stage, CancellationToken cancellationToken)
    {
        using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        stage.Details[Ep212Details.StatusCode] = response.StatusCode;
        if (response.Amount is { } amount)
        {
            if (response.PaymentId is not null)
            {
                stage.Details[Ep212Details.PaymentId] = response.PaymentId;
            }

            stage.Details[Ep212Details.AmountMsats] = amount.Value;
        }

        using var sha = SHA256.Create();
        var length = await DigestAsync(response, request, sha, stage, cancellationToken).ConfigureAwait(false);
        return new Ep212Purchase(response.StatusCode, response.CacheStatus, response.Amount, response.PaymentId, response.ProofReference, length, HexText.From(sha.Hash));
    }

    private static async Task<long> DigestAsync(L402Response response, L402Request request, SHA256 sha, FlowStage stage, CancellationToken cancellationToken)
    {
        var arrived = new Arrived();
        try
        {
            using var digest = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write);
            var length = await ResponseBody.ReadAsync(response, digest, MaxResponseSize, arrived, cancellationToken).ConfigureAwait(false);
            digest.FlushFinalBlock();
            return length ?? throw new FlowCheckException("answer_too_large", FormattableString.Invariant($"{request} was answered with more than {MaxResponseSize} bytes. {response.RetryAdvice}"));
        }
        catch (LightningOpsException)
        {
            stage.Details[Ep212Details.ResponseBytes] = arrived.Bytes;
            stage.Details[Ep212Details.ProofReference] = response.ProofReference ?? "none";
            throw;
        }
    }

    private sealed class Arrived : IProgress<long>
    {
        public long Bytes { get; private set; }

        public void Report(long value) => Bytes = value;
    }
}

/// <summary>Details of the events of a request.</summary>
internal static class Ep212Details
{
    public const string StatusCode = "statusCode";

    public const string PaymentId = "paymentId";

    /// <summary>Amount paid for the request.</summary>
    public const string AmountMsats = "amountMsats";

    /// <summary>Number of bytes that arrived of an answer that failed the check.</summary>
    public const string ResponseBytes = "responseBytes";

    /// <summary>The proof of a request that failed the check after its credential was sent; <c>none</c> without a credential.</summary>
    public const string ProofReference = "proofReference";
}

/// <summary>The complete answer to a request of an ep212 smoke.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="CacheStatus">State of a stored credential before the request.</param>
/// <param name="Amount">Amount paid for it; null for none.</param>
/// <param name="PaymentId">The payment id of the wallet.</param>
/// <param name="ProofReference">Identifies the proof without revealing it.</param>
/// <param name="Bytes">Length of the body.</param>
/// <param name="Sha256">SHA-256 of the body, lower-case hexadecimal digits.</param>
internal sealed record Ep212Purchase(int StatusCode, L402CacheStatus CacheStatus, Msats? Amount, string? PaymentId, string? ProofReference, long Bytes, string Sha256);

/// <summary>Counts how often a wallet is called to pay.</summary>
internal sealed class CountingPayer : IInvoicePayer
{
    private readonly IInvoicePayer payer;
    private int calls;

    public CountingPayer(IInvoicePayer payer) => this.payer = payer;

    /// <summary>Number of calls.</summary>
    public int Calls => Volatile.Read(ref calls);

    public string Name => payer.Name;

    public Bolt11Network? Network => payer.Network;

    public bool RequiresBolt11 => payer.RequiresBolt11;

    public bool CanLookUp => payer.CanLookUp;

    public Msats FeeLimitFor(Msats amount, Msats left) => payer.FeeLimitFor(amount, left);

    public Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        return payer.PayAsync(payment, cancellationToken);
    }

    public Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken) => payer.GetPaymentAsync(payment, cancellationToken);

    public void Dispose() => payer.Dispose();
}
