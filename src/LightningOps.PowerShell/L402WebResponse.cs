using System.Collections.Generic;
using LightningOps.Buyer;

namespace LightningOps.PowerShell;

/// <summary>The answer to a request that may have cost something; no token and no preimage is in it.</summary>
public sealed record L402WebResponse
{
    /// <summary>Address asked, without its query.</summary>
    public required string Uri { get; init; }

    /// <summary>HTTP status; a redirect is given as it is, none is followed.</summary>
    public required int StatusCode { get; init; }

    /// <summary>Body: text where the answer says so, bytes otherwise; null when it went to a file.</summary>
    public object? Content { get; init; }

    /// <summary>Headers of the answer; names in any case.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<string>> Headers { get; init; }

    /// <summary>Length of the body, bytes.</summary>
    public required long ContentBytes { get; init; }

    /// <summary>File the body went to; null for none.</summary>
    public string? OutFile { get; init; }

    /// <summary>What this request paid, millisatoshis, fees not counted; null when it paid nothing.</summary>
    public long? AmountMsats { get; init; }

    /// <summary>What routing cost beside that, millisatoshis; null when nothing was paid, or the wallet does not tell.</summary>
    public long? FeeMsats { get; init; }

    /// <summary>What was known of a credential before.</summary>
    public required L402CacheStatus CacheStatus { get; init; }

    /// <summary>The wallet's name of the payment the credential was bought with.</summary>
    public string? PaymentId { get; init; }

    /// <summary><c>preimage:</c> and 16 digits of the credential sent; null when none was.</summary>
    public string? ProofReference { get; init; }

    /// <summary>Payment hash of the credential sent.</summary>
    public string? PaymentHash { get; init; }

    /// <summary>Name of the credential sent in the store, as Get-L402Credential lists it.</summary>
    public string? PurchaseId { get; init; }

    /// <summary>Status, cache status and amount.</summary>
    public override string ToString() => StatusCode + " " + CacheStatus + (AmountMsats is { } amount ? ", paid " + amount + " msat" : string.Empty);
}
