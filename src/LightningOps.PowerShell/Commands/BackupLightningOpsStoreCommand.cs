using System.IO;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Copying;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Writes a backup of the local store or of PostgreSQL: a store file of one moment, readable only by this user and verified by count and hash.
/// It is opened with -Mode Local -StorePath, and restored with Copy-LightningOpsStore or by putting it in the place of the local store.
/// Leases and bought credentials are not in it.
/// </summary>
/// <example>
/// <code>Backup-LightningOpsStore -Path /srv/backup/store-$(Get-Date -Format yyyyMMdd).db -Mode Postgres</code>
/// <para>Backs up the store of the team.</para>
/// </example>
[Cmdlet(VerbsData.Backup, "LightningOpsStore", SupportsShouldProcess = true)]
[OutputType(typeof(StoreCopyResult))]
public sealed class BackupLightningOpsStoreCommand : ControlPlaneCmdlet
{
    private const string Unfinished = ".unfinished";

    /// <summary>File of the backup; it must not exist.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        var file = ResolveFile(Path);
        if (File.Exists(file))
        {
            throw new ConfigException(nameof(Path), file + " already exists; nothing was written", "Specify another file, or remove it first.");
        }

        using var source = OpenSource();
        if (!ShouldProcess(file, "Back up " + source.Name))
        {
            return;
        }

        // Only a complete backup takes the name; the rest of an interrupted one is replaced.
        Remove(file + Unfinished);
        StoreCopyResult result;
        using (var target = StoreEnd.ForFile(new LocalStoreOptions { Path = file + Unfinished }))
        {
            result = await StoreCopy.RunAsync(source, target, table => WriteVerbose(table.Name + ": " + table.Records + " records"), cancellationToken).ConfigureAwait(false);
        }

        File.Move(file + Unfinished, file);
        WriteObject(result with { To = file });
    }

    private StoreEnd OpenSource()
    {
        var settings = ControlPlaneSettings.From(EffectiveEnvironment, EffectiveMode);
        return EffectiveMode switch
        {
            ControlPlaneMode.Postgres => StoreEnd.ForPostgres(ControlPlaneFactory.CreatePostgresOptions(settings, EffectiveEnvironment)),
            ControlPlaneMode.Local => StoreEnd.ForFile(new LocalStoreOptions { Path = System.IO.Path.GetFullPath(settings.StorePath!), Access = StoreAccess.ReadExisting }),
            _ => throw new ConfigException(nameof(Mode), "the control plane " + GetModeName(EffectiveMode) + " has no store to back up", "Use -Mode Local or Postgres."),
        };
    }

    private static void Remove(string file)
    {
        foreach (var suffix in new[] { string.Empty, "-wal", "-shm" })
        {
            File.Delete(file + suffix);
        }
    }
}
