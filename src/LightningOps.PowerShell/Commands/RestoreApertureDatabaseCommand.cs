using System.Linq;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Databases;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Puts an encrypted copy in the place of an Aperture's database, whole or not at all. Aperture must be stopped: a database that a
/// process has open is not replaced, and where that is not known the question says so. It asks, and says which tokens would be locked out and which would open again. A copy that the Aperture in use would refuse is not restored without
/// -ApertureVersion.
/// </summary>
/// <example>
/// <code>Restore-ApertureDatabase /etc/aperture/aperture.yaml ./aperture.copy -KeyPath ~/aperture.key</code>
/// <para>Restores the database that the file names.</para>
/// </example>
[Cmdlet(VerbsData.Restore, "ApertureDatabase", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ApertureDatabaseBackup))]
public sealed class RestoreApertureDatabaseCommand : ApertureDatabaseCmdlet
{
    /// <summary>The Aperture that will open the database: v0.5.0 or main. By default the one that opened the database it replaces.</summary>
    [Parameter]
    [ValidateSet("v0.5.0", "main")]
    public string? ApertureVersion { get; set; }

    /// <summary>Do not ask.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessRecordAsync(CancellationToken cancellationToken) => ForInputAsync(Path, async () =>
    {
        var database = OpenDatabase();
        var key = RequireKey();
        var file = ResolveInputFile(Path);
        var backup = ApertureDatabase.ReadBackup(file, key);
        var test = database.Exists ? await database.TestAsync(file, key, cancellationToken).ConfigureAwait(false) : null;
        RequireOpens(backup, test);
        var unknown = await database.RequireStoppedAsync(cancellationToken).ConfigureAwait(false) is { } reason
            ? "It is not known whether an Aperture uses " + database.Place + ": " + reason + ". One that runs goes on with the replaced database, and what it sells is lost."
            : null;
        var deed = "Replace " + database.Place + " with the copy of " + backup.CreatedAt.ToString("u") + ": " + (test?.Outcome ?? "there is no database now") + System.Environment.NewLine
            + (database.Place == ResolveFile(Database)
                ? "The gateway of the database and its network are not known: the database was named, and not its aperture.yaml."
                : "At " + GatewayPlace.Describe("file:" + ResolveFile(Database), null, ListRegistered()) + ".")
            + (unknown is null ? string.Empty : System.Environment.NewLine + unknown);
        if (unknown is not null && Force && !IsWhatIf && !IsBound("Confirm"))
        {
            WriteWarning(unknown);
        }

        if (ConfirmAction(deed, "Restore database", Force))
        {
            await database.RestoreAsync(file, key, cancellationToken).ConfigureAwait(false);
            if (Force && test is { IsHarmless: false })
            {
                WriteWarning("Restored " + database.Place + ". Seen from the replaced database: " + test.Outcome + ".");
            }

            WriteObject(backup with { Outcome = test?.Outcome, LockedOut = test?.LockedOut, LiveAgain = test?.LiveAgain });
        }
    });

    /// <summary>The database, even if the SQLite file is lost.</summary>
    private ApertureDatabase OpenDatabase()
    {
        var file = ResolveFile(Database);
        return System.IO.File.Exists(file) ? ApertureDatabase.Open(file) : ApertureDatabase.ForMissing(file);
    }

    private void RequireOpens(ApertureDatabaseBackup backup, ApertureDatabaseTest? test)
    {
        if (ApertureVersion is not null ? !backup.OpensWith.Contains(ApertureVersion) : test is { IsTooNew: true })
        {
            throw ApertureDatabase.CreateTooNew(backup, ApertureVersion ?? "the Aperture in use");
        }
    }
}
