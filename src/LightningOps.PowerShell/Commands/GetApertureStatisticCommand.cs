using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Gets the sales that an Aperture counts, over its admin API: revenue, transactions, and revenue of each service. They shrink when a
/// token is revoked, and sessions are not in them; the books are those of Get-L402Revenue.
/// </summary>
/// <example>
/// <code>(Get-ApertureStatistic admin:https://localhost:8081 -MacaroonPath admin.macaroon -Since (Get-Date).AddDays(-1)).Services</code>
/// <para>Revenue of each service since yesterday.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApertureStatistic")]
[OutputType(typeof(ApertureStatistic))]
public sealed class GetApertureStatisticCommand : ApertureCmdlet
{
    /// <summary>Settled at this time or later, to the second.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Since { get; set; }

    /// <summary>Settled until this time, to the second.</summary>
    [Parameter]
    [DateTransformation]
    public DateTimeOffset Until { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForEachApertureAsync(async (_, aperture) =>
        WriteObject(await aperture.ReadStatisticAsync(TimeRange.Since, TimeRange.Until, cancellationToken).ConfigureAwait(false)));
}
