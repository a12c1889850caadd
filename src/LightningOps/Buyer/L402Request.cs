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
    // Created on first use: most requests need no purchase.
    private string? requestId;

    /// <summary>Destination: absolute, http or https.</summary>
    public required Uri Uri { get; init; }

    /// <summary>HTTP method.</summary>
    public string Method { get; init; } = "GET";

    /// <summary>Further headers. The client sets Authorization, and the Host header has its own property.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = Array.Empty<KeyValuePair<string, string>>();

    /// <summary>Creates a new body each time the request is sent; null for none.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>Host header other than that of <see cref="Uri"/>, for a gateway reached at another address than it serves.</summary>
    public string? HostHeader { get; init; }

    /// <summary>Scope of the credential at the host; null for the path.</summary>
    public string? Scope { get; init; }

    /// <summary>Spending limit in millisatoshis; the limit of the client also applies. Null for the limit of the client.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>Maximum amount of the invoice in millisatoshis; the rest of <see cref="MaxSpend" /> is for routing only. Null for no separate limit.</summary>
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

    /// <summary>Number of body bytes already present; only the rest is requested. Null for all. Not sent with a single-use credential.</summary>
    internal long? ResumeFrom { get; init; }

    /// <summary>The server's validator of the version of those bytes.</summary>
    internal string? ResumeValidator { get; init; }

    /// <summary>Whether the body must come uncompressed, so that its bytes can be counted.</summary>
    internal bool IsIdentityOnly { get; init; }

    /// <summary>Scheme to pay with where the server offers several.</summary>
    public PaymentSchemeChoice Scheme { get; init; }

    /// <summary>Format of the credential.</summary>
    public L402AuthorizationFormat AuthorizationFormat { get; init; }

    /// <summary>Id of the request at the wallet and in the store.</summary>
    public string RequestId
    {
        get => requestId ?? Interlocked.CompareExchange(ref requestId, "l402_" + Guid.NewGuid().ToString("N"), null) ?? requestId;
        init => requestId = value;
    }

    /// <summary>Method and address without its query.</summary>
    public override string ToString() => Method + " " + (Uri.IsAbsoluteUri ? Uri.GetLeftPart(UriPartial.Path) : Uri.OriginalString);
}

/// <summary>Payment scheme for a 402.</summary>
public enum PaymentSchemeChoice
{
    /// <summary>L402, otherwise <see cref="Payment" />.</summary>
    Auto,

    /// <summary>L402 (or LSAT) only.</summary>
    L402,

    /// <summary>The Payment scheme only: a charge, paid with lightning.</summary>
    Payment,
}
