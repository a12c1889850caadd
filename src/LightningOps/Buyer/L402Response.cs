using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Http;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;

namespace LightningOps.Buyer;

/// <summary>The answer to a request, with its cost. Its body has not been read yet; dispose the response when done.</summary>
public sealed class L402Response : IDisposable
{
    private readonly HttpResponseMessage message;
    private readonly Purchase? credential;
    private IReadOnlyDictionary<string, IReadOnlyList<string>>? headers;

    internal L402Response(HttpResponseMessage message, L402CacheStatus cacheStatus, Purchase? credential, Msats? amount)
    {
        this.message = message;
        this.credential = credential;
        CacheStatus = cacheStatus;
        Amount = amount;
    }

    /// <summary>Method and address of the request, without its query.</summary>
    internal string Request => message.RequestMessage is { RequestUri: { } address } request ? request.Method + " " + address.GetLeftPart(UriPartial.Path) : "the request";

    /// <summary>HTTP status. Redirects are returned, not followed.</summary>
    public int StatusCode => (int)message.StatusCode;

    /// <summary>Headers of the answer and of its body; names in any case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers => headers ??= ReadHeaders();

    /// <summary>Target of a redirect, safe to display, without the credential; null if there is none.</summary>
    public string? RedirectLocation => StatusCode is >= 300 and < 400 and not 304 && Headers.TryGetValue("Location", out var location) && location.Count > 0 ? SellerText.Quote(location[0], credential) : null;

    /// <summary>The server's statement about the payment (<c>Payment-Receipt</c>); not a proof. Null if it cannot be read.</summary>
    public PaymentReceipt? Receipt => Headers.TryGetValue(PaymentReceipt.HeaderName, out var receipt) && receipt.Count > 0 ? PaymentReceipt.Read(receipt[0]) : null;

    /// <summary>Announced length of the body in bytes.</summary>
    public long? ContentLength => message.Content?.Headers.ContentLength;

    /// <summary>Amount paid for this request, in millisatoshis without fees; null if nothing was paid.</summary>
    public Msats? Amount { get; }

    /// <summary>Routing fee in millisatoshis; null if nothing was paid or the wallet does not report it.</summary>
    public Msats? Fee => Amount is null ? null : credential?.Fee;

    /// <summary>State of a stored credential before the request.</summary>
    public L402CacheStatus CacheStatus { get; }

    /// <summary>The wallet's id of the payment for the credential; null if there is none.</summary>
    public string? PaymentId => credential?.PaymentId;

    /// <summary><c>preimage:</c> and 16 digits of the credential sent; null when none was.</summary>
    public string? ProofReference => credential?.ProofReference;

    /// <summary>Payment hash of the credential sent.</summary>
    public PaymentHash? PaymentHash => credential?.Hash;

    /// <summary>Id of the sent credential in the store.</summary>
    public string? PurchaseId => credential?.PurchaseId;

    /// <summary>What was paid, and what repeating the request does if the answer is of no use.</summary>
    public string RetryAdvice => credential is null ? "Nothing was paid." : !credential.IsSingleUse ? PaidAdvice.Kept(credential) : IsLost ? PaidAdvice.Lost(credential) : PaidAdvice.Used(credential);

    /// <summary>Whether the server compressed the body, also if it is decompressed here.</summary>
    internal bool IsEncoded => message.Content is DecodedContent || Encoding is not null;

    /// <summary>Content coding that cannot be decompressed; null if there is none.</summary>
    internal string? Encoding => message.Content?.Headers.ContentEncoding.FirstOrDefault(static coding => !coding.Equals("identity", StringComparison.OrdinalIgnoreCase)) is { } coding ? SellerText.Quote(coding, credential) : null;

    /// <summary>The sent credential; null when none was.</summary>
    internal Purchase? Credential => credential;

    /// <summary>Whether a single-use credential gave no result.</summary>
    internal bool IsLost { get; set; }

    /// <summary>Records that the body did not arrive; null if that loses nothing.</summary>
    internal Func<Task>? Lose { get; init; }

    /// <summary>Records that the whole body arrived; null if nothing depends on it.</summary>
    internal Func<Task>? Complete { get; init; }

    /// <summary>Invoice amount of the sent credential.</summary>
    internal Msats? Quoted => credential?.Quoted;

    /// <summary>The body, read from the connection on demand; empty if there is none. <see cref="ResponseBody"/> also records whether it arrived.</summary>
    public Task<Stream> OpenBodyAsync() => message.Content?.ReadAsStreamAsync() ?? Task.FromResult(Stream.Null);

    /// <summary>Records that the body did not arrive: a single-use credential is lost and not replaced without permission.</summary>
    internal async Task LoseAsync()
    {
        if (Lose is { } lose && !IsLost)
        {
            IsLost = true;
            await lose().ConfigureAwait(false);
        }
    }

    /// <summary>Records that the whole body arrived and is stored: a single-use credential is used up. Until then it is not known whether it was delivered.</summary>
    internal Task CompleteAsync() => Complete is { } complete && !IsLost ? complete() : Task.CompletedTask;

    /// <summary>Closes the connection, or returns it to the pool.</summary>
    public void Dispose() => message.Dispose();

    /// <summary>Status, cache status and amount.</summary>
    public override string ToString() => StatusCode + " " + CacheStatus + (Amount is { } amount ? ", paid " + amount + " msat" : string.Empty);

    private IReadOnlyDictionary<string, IReadOnlyList<string>> ReadHeaders()
    {
        var read = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        var all = message.Content is { } content ? message.Headers.Concat(content.Headers) : message.Headers;
        foreach (var header in all)
        {
            read[header.Key] = header.Value.ToArray();
        }

        return read;
    }
}

/// <summary>State of a stored credential before a request (docs/reference/l402.md#credential-cache).</summary>
public enum L402CacheStatus
{
    /// <summary>There was none, or it was not to be used.</summary>
    Miss,

    /// <summary>There was one, and it was accepted.</summary>
    Hit,

    /// <summary>There was one whose time to live had passed.</summary>
    Stale,

    /// <summary>There was one, and the server no longer accepted it.</summary>
    Invalid,
}

/// <summary>The price of a request. Nothing was paid.</summary>
public sealed record L402Quote
{
    /// <summary>HTTP status of the answer without a credential; 402 when payment is required.</summary>
    public required int StatusCode { get; init; }

    /// <summary>The scope of the request.</summary>
    public required CredentialScope For { get; init; }

    /// <summary>The challenge; null when the answer is not 402.</summary>
    public L402Challenge? Challenge { get; init; }

    /// <summary>Other payment demands besides L402.</summary>
    public IReadOnlyList<PaymentDemand> OtherDemands { get; init; } = Array.Empty<PaymentDemand>();

    /// <summary>Its invoice, decoded; null when it is not BOLT 11.</summary>
    public Bolt11Invoice? Invoice { get; init; }

    /// <summary>Price in millisatoshis; null if nothing is charged or the price is unknown.</summary>
    public Msats? Amount => Challenge?.Amount;

    /// <summary>Maximum routing cost in addition, in millisatoshis; zero when nothing would be paid, or routing costs nothing.</summary>
    public Msats FeeLimit { get; init; }

    /// <summary>Reason why it would not be paid; null if it would be paid.</summary>
    public SpendDenial? Denial { get; init; }

    /// <summary>State of a stored credential. <see cref="L402CacheStatus.Hit" /> means that the request costs nothing as long as it is accepted.</summary>
    public required L402CacheStatus CacheStatus { get; init; }

    /// <summary>Whether the server refused the stored credential when it was sent last.</summary>
    public bool IsCredentialRefused { get; init; }

    /// <summary>
    /// An earlier purchase of the same host and scope, or of the same service, whose outcome is not known; null if there is none.
    /// Before anything is bought the wallet is asked about it: if it was paid, its credential is used, and nothing is
    /// bought while its outcome is not known.
    /// </summary>
    public Purchase? Unfinished { get; init; }

    /// <summary>Status and amount; no invoice and no token.</summary>
    public override string ToString() => StatusCode + " " + For + (Amount is { } amount ? " for " + amount + " msat" : string.Empty) + (Denial is null ? string.Empty : ", " + Denial.Code);
}
