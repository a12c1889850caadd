using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Credentials;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Lists what Invoke-L402WebRequest bought, the newest first: where it is good, what it cost and how it stands. Tokens and
/// preimages are not shown.
/// </summary>
/// <example>
/// <code>Get-L402Credential -HostName *.example.com -State Paid</code>
/// <para>The credentials to use at the hosts of a domain.</para>
/// </example>
/// <example>
/// <code>Get-L402Credential -State Rejected | Format-List</code>
/// <para>What was paid for and refused: the proof reference and the payment hash go into a refund claim.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Credential")]
[OutputType(typeof(Purchase))]
public sealed class GetL402CredentialCommand : CredentialStoreCmdlet
{
    /// <summary>Hosts that sold, with wildcards; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = ["*"];

    /// <summary>Scopes, with wildcards; all by default.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Scope { get; set; } = ["*"];

    /// <summary>Names of purchases.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PurchaseIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? PurchaseId { get; set; }

    /// <summary>States to list. Without it all but those that failed or were removed.</summary>
    [Parameter]
    public PurchaseState[]? State { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var store = OpenStore();
        var hosts = new WildcardFilter(HostName);
        var scopes = new WildcardFilter(Scope);
        foreach (var purchase in await store.ListAsync(new PurchaseQuery(), cancellationToken).ConfigureAwait(false))
        {
            if (hosts.Takes(purchase.For.Host) && scopes.Takes(purchase.For.Scope) && IsAsked(purchase))
            {
                WriteObject(purchase);
            }
        }
    }

    private bool IsAsked(Purchase purchase) =>
        (PurchaseId is null || PurchaseId.Contains(purchase.PurchaseId))
        && (State?.Contains(purchase.State) ?? (PurchaseId is not null || purchase.State is not (PurchaseState.Failed or PurchaseState.Removed)));
}
