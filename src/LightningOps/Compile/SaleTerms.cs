using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>The terms of a rule besides price and quota, as rendered; a member that is not declared is null.</summary>
public sealed record SaleTerms
{
    /// <summary><c>l402</c>, <c>mpp</c> or <c>l402+mpp</c>; null to accept every enabled scheme.</summary>
    public string? AuthScheme { get; init; }

    /// <summary>Seconds until a sold credential expires; null for never.</summary>
    public long? CredentialLifetimeSeconds { get; init; }

    /// <summary>Free requests before payment, per network of a client.</summary>
    public long? Freebie { get; init; }

    /// <summary>Headers set on the upstream request, by name.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>File of the upstream's certificate where Aperture runs.</summary>
    public string? TlsCertificatePath { get; init; }

    /// <summary>Go RE2 expressions of paths that are free.</summary>
    public IReadOnlyList<string>? WhitelistRegexps { get; init; }

    /// <summary>Go RE2 expressions of paths for which no invoice is made.</summary>
    public IReadOnlyList<string>? SkipInvoiceRegexps { get; init; }

    /// <summary>Capabilities of a sold credential.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Constraints of a sold credential, by name.</summary>
    public IReadOnlyDictionary<string, string>? Constraints { get; init; }

    /// <summary>The price server.</summary>
    public DynamicPrice? DynamicPrice { get; init; }

    /// <summary>Requests at once beyond the quota a minute.</summary>
    public long? QuotaPerMinuteBurst { get; init; }

    /// <summary>Requests at once beyond the quota a day.</summary>
    public long? QuotaPerDayBurst { get; init; }
}
