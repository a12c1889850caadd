using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Databases;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Opens an encrypted copy of an Aperture's database and compares it with the database: which tokens sold since would be locked out by a
/// restore, which revoked since would open again, which charges could be spent again, and whether the Aperture in use opens it.
/// </summary>
/// <example>
/// <code>Test-ApertureDatabase /etc/aperture/aperture.yaml ./aperture.copy -KeyPath ~/aperture.key</code>
/// <para>What a restore would change.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "ApertureDatabase")]
[OutputType(typeof(ApertureDatabaseTest))]
public sealed class TestApertureDatabaseCommand : ApertureDatabaseCmdlet
{
    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForInputAsync(Path, async () =>
    {
        var database = ApertureDatabase.Open(ResolveInputFile(Database));
        WriteObject(await database.TestAsync(ResolveInputFile(Path), RequireKey(), cancellationToken).ConfigureAwait(false));
    });
}
