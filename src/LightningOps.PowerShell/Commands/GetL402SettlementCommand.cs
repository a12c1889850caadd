using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets recorded settlements, most recently recorded first. The hosted control planes do not list theirs.</summary>
/// <example>
/// <code>Get-L402Settlement -Mode Local -Since (Get-Date).Date</code>
/// <para>What was settled today.</para>
/// </example>
/// <example>
/// <code>Get-L402Settlement -Mode Local -PaywallId pw_weather | Measure-Object -Property AmountSats -Sum</code>
/// <para>What a paywall earned.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Settlement")]
[OutputType(typeof(StoredSettlement))]
public sealed class GetL402SettlementCommand : LedgerCmdlet
{
    /// <summary>Id of the settlement.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SettlementIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? SettlementId { get; set; }

    /// <summary>Invoice that was settled.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(InvoiceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? InvoiceId { get; set; }

    /// <summary>Payment hash in hex, which links a settlement to a purchase.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? PaymentHash { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        var found = await LedgerAccess.GetHistory(controlPlane, EffectiveMode).ListSettlementsAsync(Query, cancellationToken).ConfigureAwait(false);
        WriteObject(found, enumerateCollection: true);
        if (found.Count == 0 && SettlementId is not null)
        {
            WriteError(ErrorRecords.Create("SettlementNotFound", "No settlement '" + SettlementId + "' matches the filters.", ErrorCategory.ObjectNotFound, SettlementId, "List all of them with Get-L402Settlement."));
        }
    }

    private SettlementQuery Query => new()
    {
        SettlementId = SettlementId,
        PaywallId = PaywallId,
        OwnerId = OwnerId,
        InvoiceId = InvoiceId,
        PaymentHash = PaymentHash,
        SinceMs = TimeRange.SinceMs,
        UntilMs = TimeRange.UntilMs,
        First = First,
    };
}
