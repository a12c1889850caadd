using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Session;
using LightningOps.Settlements.Books;

namespace LightningOps.PowerShell.Commands;

/// <summary>Adds up the books: settled, open and expired sales. The hosted control planes do not list their books.</summary>
/// <example>
/// <code>Get-L402Revenue -Mode Local -GroupBy Day, Owner -Since 2026-11-01 | Export-Csv revenue.csv</code>
/// <para>What each owner earned each day, as a table.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Revenue")]
[OutputType(typeof(RevenueRow))]
public sealed class GetL402RevenueCommand : HistoryCmdlet
{
    /// <summary>Groups the books by Paywall, Owner, Service or Day; with several, each combination is one row. Without it, one row has everything.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public RevenueGroup[] GroupBy { get; set; } = [];

    /// <summary>Paywall that sold.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(PaywallIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? PaywallId { get; set; }

    /// <summary>Owner of the paywall.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(OwnerIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? OwnerId { get; set; }

    /// <summary>File of the purchases of -Payer: what your own checks paid is counted as Own and is no revenue. Defaults to OA_LIGHTNING_OPS_CREDENTIAL_STORE, then a file in the data folder of the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? CredentialStorePath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        var books = LedgerAccess.GetHistory(controlPlane, EffectiveMode);
        var settlements = await books
            .ListSettlementsAsync(new SettlementQuery { PaywallId = PaywallId, OwnerId = OwnerId, First = int.MaxValue }, cancellationToken)
            .ConfigureAwait(false);
        var invoices = await books
            .ListInvoicesAsync(new InvoiceQuery { PaywallId = PaywallId, OwnerId = OwnerId, First = int.MaxValue }, cancellationToken)
            .ConfigureAwait(false);
        using var purchases = CredentialStores.Open(CredentialStorePath is null ? null : ResolveFile(CredentialStorePath), EffectiveEnvironment, isLooking: true);
        var own = await OwnPurchases.ListAsync(purchases, cancellationToken).ConfigureAwait(false);
        WriteObject(
            RevenueReport.Create(
                settlements,
                invoices,
                GroupBy,
                TimeRange.SinceMs,
                TimeRange.UntilMs,
                own),
            enumerateCollection: true);
    }
}
