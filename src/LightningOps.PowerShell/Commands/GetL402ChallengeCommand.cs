using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Client;
using LightningOps.L402.Spending;
using LightningOps.Paywalls;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Asks a server what it wants for a request, and pays nothing: amount, invoice, expiry, and whether it would be paid.
/// Where nothing is asked for it, the request has been made, and the error NoChallengeError says so.
/// </summary>
/// <example>
/// <code>Get-L402Challenge https://l402.openagents.com/ep212/premium-signal -MaxSpendMsats 100000</code>
/// <para>The price, and whether it is within 100 satoshis.</para>
/// </example>
/// <example>
/// <code>Get-L402Challenge http://127.0.0.1:8081/api/weather/premium -HostHeader openagents.com | ConvertFrom-Bolt11</code>
/// <para>The invoice of a gateway reached at another address than it serves.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Challenge")]
[OutputType(typeof(L402ChallengeReport))]
public sealed class GetL402ChallengeCommand : LightningOpsCmdlet
{
    private const string JsonType = "application/json";

    /// <summary>Addresses to ask, http or https.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Url")]
    [ValidateNotNullOrEmpty]
    public Uri[] Uri { get; set; } = [];

    /// <summary>HTTP method; POST when there is a body, else GET.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(HttpMethodCompleter))]
    [ValidatePattern("^[A-Za-z-]{1,32}$")]
    public string? Method { get; set; }

    /// <summary>Body of the request: text, or bytes.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Body { get; set; }

    /// <summary>Type of the body; application/json by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ContentType { get; set; } = JsonType;

    /// <summary>Further headers of the request.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Headers { get; set; } = new Hashtable();

    /// <summary>Host header other than that of the address, for a gateway reached at another address than it serves.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HostHeader { get; set; }

    /// <summary>The most the request may cost, millisatoshis; without it OA_LIGHTNING_OPS_MAX_SPEND_MSATS, and where that is not set nothing is judged.</summary>
    [Parameter]
    [ValidateRange(1, long.MaxValue)]
    public long MaxSpendMsats { get; set; }

    /// <summary>Time limit of an answer, seconds; 100 by default.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 100;

    /// <summary>Allows plain http to another machine.</summary>
    [Parameter]
    public SwitchParameter AllowInsecure { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var limits = SpendLimits.From(Context.Environment());
        using var probe = ChallengeProbe.Create(new L402ClientOptions { Limits = limits, AnswerTimeout = TimeSpan.FromSeconds(TimeoutSec) });
        foreach (var uri in Uri)
        {
            await ForInputAsync(uri, async () =>
            {
                WriteVerbose("Asking " + uri.OriginalString.Split('?')[0] + " without a credential");
                WriteObject(await probe.AskAsync(RequestOf(uri, limits), cancellationToken).ConfigureAwait(false));
            }).ConfigureAwait(false);
        }
    }

    private L402Request RequestOf(Uri uri, SpendLimits limits) => new()
    {
        Uri = uri,
        Method = (Method ?? (Body is null ? "GET" : "POST")).ToUpperInvariant(),
        Headers = Headers.Keys.Cast<object>().Select(name => new KeyValuePair<string, string>(name.ToString()!, Headers[name]?.ToString() ?? string.Empty)).ToArray(),
        Content = Body is null ? null : Content,
        HostHeader = HostHeader,
        MaxSpend = IsBound(nameof(MaxSpendMsats)) ? new Msats(MaxSpendMsats) : limits.MaxSpend,
        AllowInsecure = AllowInsecure,
    };

    private HttpContent Content()
    {
        var body = Body is PSObject wrapped ? wrapped.BaseObject : Body;
        var content = new ByteArrayContent(body as byte[] ?? Encoding.UTF8.GetBytes(body!.ToString()!));
        content.Headers.ContentType = MediaTypeHeaderValue.TryParse(ContentType, out var type)
            ? type
            : throw new ConfigException(nameof(ContentType), "is no media type", "Give -ContentType as type/subtype.");
        return content;
    }
}
