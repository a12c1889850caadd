using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the transactions of an Aperture over its admin API, newest first: every challenge handed out, paid or pending. Aperture does
/// not list sessions, and it deletes the transaction of a revoked token. A warning says when it counts more
/// transactions than it lists.
/// </summary>
/// <example>
/// <code>Get-ApertureTransaction admin:https://localhost:8081 -MacaroonPath admin.macaroon -State Pending | Group-Object ServiceName</code>
/// <para>Challenges that nobody paid, by service.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApertureTransaction")]
[OutputType(typeof(ApertureTransaction))]
public sealed class GetApertureTransactionCommand : ApertureCmdlet
{
    /// <summary>Paid or pending transactions; both by default.</summary>
    [Parameter]
    public ApertureTransactionState State { get; set; }

    /// <summary>Transactions of one service.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ServiceNameCompleter))]
    public string? ServiceName { get; set; }

    /// <summary>Paid, or made where it is not paid, at this time or later.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Paid, or made where it is not paid, before this time.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <summary>At most so many, the newest; all of them by default.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachApertureAsync(async (_, aperture) =>
    {
        var query = new ApertureTransactionQuery
        {
            State = IsBound(nameof(State)) ? State : null,
            ServiceName = ServiceName,
            Since = TimeRange.Since,
            Until = TimeRange.Until,
            First = First,
        };
        WriteObject(WithWarning(await aperture.ListTransactionsAsync(query, cancellationToken).ConfigureAwait(false)), enumerateCollection: true);
    });
}
