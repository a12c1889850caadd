using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Session;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets the current state of invoices, most recently updated first. The hosted control planes do not list theirs.</summary>
/// <example>
/// <code>Get-L402Invoice -Mode Local -Status Open</code>
/// <para>Unpaid invoices.</para>
/// </example>
/// <example>
/// <code>Get-L402Settlement -Mode Local -First 1 | Get-L402Invoice -Mode Local</code>
/// <para>The invoice of a settlement.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "L402Invoice")]
[OutputType(typeof(Invoice))]
public sealed class GetL402InvoiceCommand : LedgerCmdlet
{
    /// <summary>Id of the invoice.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(InvoiceIdCompleter))]
    [ValidateNotNullOrEmpty]
    public string? InvoiceId { get; set; }

    /// <summary>State.</summary>
    [Parameter]
    public InvoiceStatus Status { get; set; }

    /// <summary>Payment hash, hex.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PaymentHash { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        using var controlPlane = OpenControlPlaneToRead();
        var found = await LedgerAccess.GetHistory(controlPlane, EffectiveMode).ListInvoicesAsync(Query, cancellationToken).ConfigureAwait(false);
        WriteObject(found, enumerateCollection: true);
        if (found.Count == 0 && InvoiceId is not null)
        {
            WriteError(ErrorRecords.Create("InvoiceNotFound", "No invoice '" + InvoiceId + "' matches the filters.", ErrorCategory.ObjectNotFound, InvoiceId, "List all of them with Get-L402Invoice."));
        }
    }

    private InvoiceQuery Query => new()
    {
        InvoiceId = InvoiceId,
        PaywallId = PaywallId,
        OwnerId = OwnerId,
        Status = IsBound(nameof(Status)) ? Status : null,
        PaymentHash = PaymentHash,
        SinceMs = TimeRange.SinceMs,
        UntilMs = TimeRange.UntilMs,
        First = First,
    };
}
