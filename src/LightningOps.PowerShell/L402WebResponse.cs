using System.Collections.Generic;
using LightningOps.Buyer;
using LightningOps.L402;

namespace LightningOps.PowerShell;

/// <summary>The answer to a request that may have cost something; without token and preimage.</summary>
public sealed record L402WebResponse
{
    /// <summary>Requested address, without its query.</summary>
    public required string Uri { get; init; }

    /// <summary>HTTP status; redirects are returned, not followed.</summary>
    public required int StatusCode { get; init; }

    /// <summary>Body: text if the answer declares text, bytes otherwise; null if it was written to a file.</summary>
    public object? Content { get; init; }

    /// <summary>Headers of the answer; names are case-insensitive.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; }

    /// <summary>Length of the body, bytes.</summary>
    public required long ContentBytes { get; init; }

    /// <summary>File the body was written to, or null.</summary>
    public string? OutFile { get; init; }

    /// <summary>Amount paid for this request, in millisatoshis without fees; null if nothing was paid.</summary>
    public long? AmountMsats { get; init; }

    /// <summary>Routing fee in millisatoshis; null if nothing was paid or the wallet does not report it.</summary>
    public long? FeeMsats { get; init; }

    /// <summary>State of a stored credential before the request.</summary>
    public required L402CacheStatus CacheStatus { get; init; }

    /// <summary>The payment id of the wallet for the credential.</summary>
    public string? PaymentId { get; init; }

    /// <summary><c>preimage:</c> and 16 digits of the credential sent; null when none was.</summary>
    public string? ProofReference { get; init; }

    /// <summary>Payment hash of the credential sent.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Purchase id of the credential sent, as listed by Get-L402Credential.</summary>
    public string? PurchaseId { get; init; }

    /// <summary>The server's statement about the payment with the Payment scheme (Payment-Receipt); not a proof.</summary>
    public PaymentReceipt? Receipt { get; init; }

    /// <summary>Status, cache status and amount.</summary>
    public override string ToString() => StatusCode + " " + CacheStatus + (AmountMsats is { } amount ? ", paid " + amount + " msat" : string.Empty);
}
