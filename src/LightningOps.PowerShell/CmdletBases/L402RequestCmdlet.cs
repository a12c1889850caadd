using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that sends requests to servers that may require payment.</summary>
public abstract class L402RequestCmdlet : LightningOpsCmdlet
{
    /// <summary>Addresses to request, http or https.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url")]
    [ValidateNotNullOrEmpty]
    public Uri[] Uri { get; set; } = [];

    /// <summary>HTTP method; POST when there is a body, else GET.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HttpMethodCompleter))]
    [ValidatePattern("^[A-Za-z-]{1,32}$")]
    public string? Method { get; set; }

    /// <summary>
    /// Body of the request: text, bytes, a file or stream, a hashtable of form fields, XML; with -ContentType application/json
    /// also hashtables, lists and custom objects.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    public object? Body { get; set; }

    /// <summary>Media type of the body. Defaults to a form for a hashtable, application/xml for XML, application/octet-stream for files and streams, and application/json otherwise.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ContentType { get; set; }

    /// <summary>Additional headers of the request.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Headers { get; set; } = new Hashtable();

    /// <summary>Host header to send, for a gateway reached at a different address than the host it serves.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HostNameCompleter))]
    public string? HostHeader { get; set; }

    /// <summary>Spending limit for the request including fees, in millisatoshis. It can lower OA_LIGHTNING_OPS_MAX_SPEND_MSATS, the default, but not raise it.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long MaxSpendMsats { get; set; }

    /// <summary>Time limit in seconds for the whole call including payment, until the answer begins; 100 by default. If specified, the limit includes receiving the body.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 100;

    /// <summary>Scheme to pay with: L402, Payment (a charge, paid with lightning), or Auto for L402 first. A credential of Payment is good for one request.</summary>
    [Parameter]
    public PaymentSchemeChoice Scheme { get; set; }

    /// <summary>File with one or more certificates to accept from the server, and no others; defaults to the trust store of the system.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SellerCertificatePath { get; set; }

    /// <summary>SHA-256 fingerprint of the certificate to accept from the server, in hex with or without colons.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SellerCertificateFingerprint { get; set; }

    /// <summary>Allow plain http to another machine.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <summary>The options of a client with the certificates to accept from servers.</summary>
    private protected L402ClientOptions WithCertificates(L402ClientOptions options) => options with
    {
        SellerCertificatePath = SellerCertificatePath is null ? null : ResolveInputFile(SellerCertificatePath),
        SellerCertificateFingerprint = SellerCertificateFingerprint,
    };

    /// <summary>The request to an address, with the parameters.</summary>
    /// <param name="uri">The address.</param>
    /// <param name="limits">The session's limits, including the default cap.</param>
    private protected L402Request CreateRequest(Uri uri, SpendLimits limits) => new()
    {
        Uri = uri,
        Method = (Method ?? (Body is null ? "GET" : "POST")).ToUpperInvariant(),
        Headers = Headers.Keys.Cast<object>().Select(name => new KeyValuePair<string, string>(name.ToString()!, Headers[name]?.ToString() ?? string.Empty)).ToArray(),
        Content = Body is null ? null : RequestBody.From(Body, ContentType).Create,
        HostHeader = HostHeader,
        MaxSpend = IsBound(nameof(MaxSpendMsats)) ? new Msats(MaxSpendMsats) : limits.MaxSpend,
        AllowInsecure = AllowInsecure,
        Scheme = Scheme,
    };
}
