using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.L402.Credentials;
using LightningOps.Paywalls;

namespace LightningOps.L402.Client;

/// <summary>The answer to a request, with what it cost. Its body has not been read yet: dispose the response when done with it.</summary>
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

    /// <summary>HTTP status. A redirect is given as it is: none is followed.</summary>
    public int StatusCode => (int)message.StatusCode;

    /// <summary>Headers of the answer and of its body; names in any case.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Headers => headers ??= ReadHeaders();

    /// <summary>Where a redirect points to, fit to be shown; null when it is none, or points nowhere.</summary>
    public string? RedirectLocation => StatusCode is >= 300 and < 400 && Headers.TryGetValue("Location", out var location) && location.Count > 0 ? PlainText.Of(location[0]) : null;

    /// <summary>Length of the body where it is announced, bytes.</summary>
    public long? ContentLength => message.Content?.Headers.ContentLength;

    /// <summary>What this request paid, millisatoshis, fees not counted; null when it paid nothing.</summary>
    public Msats? Amount { get; }

    /// <summary>What routing cost beside that, millisatoshis; null when nothing was paid, or the wallet does not tell.</summary>
    public Msats? Fee => Amount is null ? null : credential?.Fee;

    /// <summary>What was known of a credential before.</summary>
    public L402CacheStatus CacheStatus { get; }

    /// <summary>The wallet's name of the payment the credential was bought with; null where there is none.</summary>
    public string? PaymentId => credential?.PaymentId;

    /// <summary><c>preimage:</c> and 16 digits of the credential sent; null when none was.</summary>
    public string? ProofReference => credential?.ProofReference;

    /// <summary>Payment hash of the credential sent.</summary>
    public PaymentHash? PaymentHash => credential?.PaymentHash;

    /// <summary>Name of the credential sent in the store.</summary>
    public string? PurchaseId => credential?.PurchaseId;

    /// <summary>What the invoice of the credential sent asked.</summary>
    internal Msats? Quoted => credential?.Quoted;

    /// <summary>The body, read from the connection as it is asked for; empty where there is none.</summary>
    public Task<Stream> OpenBodyAsync() => message.Content?.ReadAsStreamAsync() ?? Task.FromResult(Stream.Null);

    /// <summary>Closes the connection, or gives it back.</summary>
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
