using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Databases;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Copies the database of an Aperture while it runs: SQLite through its backup interface, PostgreSQL with pg_dump where it is installed.
/// The copy is encrypted and readable by this account only. The database is only read, and no file is left beside it.
/// </summary>
/// <example>
/// <code>Backup-ApertureDatabase /etc/aperture/aperture.yaml ./aperture.copy -KeyPath ~/aperture.key</code>
/// <para>The database that the file names; the key is made with the first copy.</para>
/// </example>
[Cmdlet(VerbsData.Backup, "ApertureDatabase", SupportsShouldProcess = true)]
[OutputType(typeof(ApertureDatabaseBackup))]
public sealed class BackupApertureDatabaseCommand : ApertureDatabaseCmdlet
{
    /// <summary>Do not overwrite an existing file; it is an error.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForInputAsync(Database, async () =>
    {
        var database = ApertureDatabase.Open(ResolveInputFile(Database));
        var key = RequireKey();
        var file = ResolveFile(Path);
        RequireNoFile(file, NoClobber);
        if (ShouldProcess(file, "Copy " + database.Place))
        {
            WriteObject(await database.BackupAsync(file, key, cancellationToken).ConfigureAwait(false));
        }
    });
}
