using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using LightningOps.Buyer.Spending;
using LightningOps.L402.Challenges;

namespace LightningOps.Buyer;

/// <summary>A request that may require payment.</summary>
public sealed record L402Request
{
    // Made when it is first asked for: most requests are answered without a purchase.
    private string? requestId;

    /// <summary>Where it goes: absolute, http or https.</summary>
    public required Uri Uri { get; init; }

    /// <summary>HTTP method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Further headers. Authorization is the client's, and the Host header has a property of its own.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = Array.Empty<KeyValuePair<string, string>>();

    /// <summary>Creates a new body each time the request is sent; null for none.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>Host header other than that of <see cref="Uri"/>, for a gateway reached at another address than it serves.</summary>
    public string? HostHeader { get; init; }

    /// <summary>Scope of the credential at the host; null for the path.</summary>
    public string? Scope { get; init; }

    /// <summary>Spending limit in millisatoshis; the limit of the client also applies. Null for the limit of the client.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>The most the invoice may ask, millisatoshis: what <see cref="MaxSpend"/> allows beyond it is for routing alone. Null leaves it to that.</summary>
    public Msats? MaxPrice { get; init; }

    /// <summary>Hosts that purchases are allowed from, in addition to the list of the client; empty for all. Written as in <see cref="SpendLimits.AllowedHosts"/>.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = Array.Empty<string>();

    /// <summary>Hosts that no request is sent to, in addition to the list of the client.</summary>
    public IReadOnlyList<string> BlockedHosts { get; init; } = Array.Empty<string>();

    /// <summary>Maximum age of a credential; null for the option of the client.</summary>
    public TimeSpan? CacheTtl { get; init; }

    /// <summary>Buy a new credential even if there is one.</summary>
    public bool ForceRefresh { get; init; }

    /// <summary>
    /// Buys again if a credential is rejected before it expires, or if the service rejects the credential it sold;
    /// without it such a call fails and reports the loss.
    /// </summary>
    public bool AllowRebuy { get; init; }

    /// <summary>Allows plain http to another machine, where the credential can be read on the way.</summary>
    public bool AllowInsecure { get; init; }

    /// <summary>Allow paying an invoice without an amount, which may then cost up to the limit.</summary>
    public bool AllowAmountless { get; init; }

    /// <summary>Bytes of the body that are there already: only what follows is asked for. Null for all. Not sent with a credential that is good for one request.</summary>
    internal long? ResumeFrom { get; init; }

    /// <summary>What the server called the version that they are of.</summary>
    internal string? ResumeValidator { get; init; }

    /// <summary>Whether the body is to come as it is, so that its bytes can be counted.</summary>
    internal bool IsIdentityOnly { get; init; }

    /// <summary>Scheme to pay with where the server offers several.</summary>
    public PaymentSchemeChoice Scheme { get; init; }

    /// <summary>How the credential is written.</summary>
    public L402AuthorizationFormat AuthorizationFormat { get; init; }

    /// <summary>Name of the request at the wallet and in the store.</summary>
    public string RequestId
    {
        get => requestId ?? Interlocked.CompareExchange(ref requestId, "l402_" + Guid.NewGuid().ToString("N"), null) ?? requestId;
        init => requestId = value;
    }

    /// <summary>Method and address without its query.</summary>
    public override string ToString() => Method + " " + (Uri.IsAbsoluteUri ? Uri.GetLeftPart(UriPartial.Path) : Uri.OriginalString);
}

/// <summary>Scheme that a 402 may be paid with.</summary>
public enum PaymentSchemeChoice
{
    /// <summary>L402, else <see cref="Payment"/>.</summary>
    Auto,

    /// <summary>L402 (or LSAT) only.</summary>
    L402,

    /// <summary>The Payment scheme only: a charge, paid with lightning.</summary>
    Payment,
}
