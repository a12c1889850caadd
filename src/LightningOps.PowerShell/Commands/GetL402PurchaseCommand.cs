using System;
using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Lists purchases as plain values, the newest first: host, state, cost, wallet, node and credential. Failed and removed
/// purchases are included.
/// </summary>
/// <example>
/// <code>Get-L402Purchase | Group-Object Host | Select-Object Name, Count</code>
/// <para>Purchases by host.</para>
/// </example>
/// <example>
/// <code>Get-L402Purchase -Since (Get-Date).Date</code>
/// <para>Today's purchases.</para>
/// </example>
/// <example>
/// <code>Get-L402Purchase -State Rejected | Measure-Object CostMsats -Sum</code>
/// <para>What was paid for credentials that a server rejects.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Purchase")]
[OutputType(typeof(L402Purchase))]
public sealed class GetL402PurchaseCommand : CredentialStoreCmdlet
{
    /// <summary>Seller hosts, with wildcards; all by default.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(PurchaseHostCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = ["*"];

    /// <summary>States to list; all by default.</summary>
    [Parameter]
    public PurchaseState[]? State { get; set; }

    /// <summary>Ids of purchases; all by default.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PurchaseIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string[]? PurchaseId { get; set; }

    /// <summary>Begun at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Begun before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <summary>At most so many, the newest; all of them by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        var range = TimeRange;
        using var store = OpenStore();
        var hosts = new WildcardFilter(HostName);
        var all = await store.DescribeAsync(new PurchaseQuery(), cancellationToken).ConfigureAwait(false);
        var found = all
            .Where(purchase => hosts.IsMatch(purchase.For.Host) && (State?.Contains(purchase.State) ?? true) && (PurchaseId?.Contains(purchase.PurchaseId) ?? true))
            .Select(L402Purchase.From)
            .Where(purchase => range.Contains(purchase.CreatedAt))
            .Take(First);
        WriteObject(found.ToArray(), enumerateCollection: true);
    }
}
