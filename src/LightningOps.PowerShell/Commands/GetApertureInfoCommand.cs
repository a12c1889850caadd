using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>Gets health and settings of an Aperture over its admin API: network, address, TLS, and the ways to pay it offers.</summary>
/// <example>
/// <code>Get-ApertureInfo admin:https://localhost:8081 -MacaroonPath admin.macaroon -TlsCertificatePath tls.cert</code>
/// <para>Whether an Aperture is up, and what it offers.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ApertureInfo")]
[OutputType(typeof(ApertureInfo))]
public sealed class GetApertureInfoCommand : ApertureCmdlet
{
    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) =>
        ForEachApertureAsync(async (_, aperture) => WriteObject(await aperture.ReadInfoAsync(cancellationToken).ConfigureAwait(false)));
}
