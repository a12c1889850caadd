using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer.Spending;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the amounts spent in the last hour and day by all processes that use the store, including routing fees, and the
/// budgets. A payment that may still settle counts as spent.
/// </summary>
/// <example>
/// <code>Get-L402Spending</code>
/// <para>Spent, budgets, and how many payments are open.</para>
/// </example>
/// <example>
/// <code>(Get-L402Spending).Hosts | Sort-Object DayMsats -Descending</code>
/// <para>Where the money went today.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Spending")]
[OutputType(typeof(SpendingReport))]
public sealed class GetL402SpendingCommand : CredentialStoreCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        using var store = OpenStore();
        WriteObject(await store.ReportSpendingAsync(SpendLimits.From(CurrentContext.Environment()), cancellationToken).ConfigureAwait(false));
    }
}
