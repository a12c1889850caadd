using System.IO;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Registry;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.Storage;
using LightningOps.Storage.Copying;

namespace LightningOps.PowerShell.Commands;

/// <summary>Where Copy-LightningOpsStore copies to.</summary>
public enum StoreCopyTarget
{
    /// <summary>From the local store to PostgreSQL.</summary>
    Postgres,

    /// <summary>From PostgreSQL to the local store.</summary>
    Local,
}

/// <summary>
/// Copies all records of the local store to PostgreSQL, or back: paywalls, deployments, events, invoices, settlements, switches, roles,
/// records of gateways, outbox, journal, and the gateways by name of this account. Each table is verified by count and hash. The target must be
/// empty; a copy that was interrupted goes on where it stopped. The source is only read. Commands and secrets of gateways stay in the file of the
/// account. Leases and bought credentials are not copied.
/// </summary>
/// <example>
/// <code>Copy-LightningOpsStore -To Postgres</code>
/// <para>Takes a team from the local store to PostgreSQL.</para>
/// </example>
[Cmdlet(VerbsCommon.Copy, "LightningOpsStore", SupportsShouldProcess = true)]
[OutputType(typeof(StoreCopyResult))]
public sealed class CopyLightningOpsStoreCommand : StoreCmdlet
{
    /// <summary>The target: Postgres copies from the local store, Local copies from PostgreSQL.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    public StoreCopyTarget To { get; set; }

    /// <inheritdoc/>
    protected override async Task EndProcessingAsync(CancellationToken cancellationToken)
    {
        var isUp = To == StoreCopyTarget.Postgres;
        using var file = OpenFile(isUp ? StoreAccess.ReadExisting : StoreAccess.Write);
        using var database = StoreEnd.ForPostgres(ControlPlaneFactory.CreatePostgresOptions(ControlPlaneSettings.From(EffectiveEnvironment, ControlPlaneMode.Postgres), EffectiveEnvironment));
        var (from, to) = isUp ? (file, database) : (database, file);
        if (ShouldProcess(to.Name, "Copy all records of " + from.Name))
        {
            var copy = await StoreCopy.RunAsync(from, to, table => WriteVerbose(table.Name + ": " + table.Records + " records, " + table.Copied + " copied"), cancellationToken).ConfigureAwait(false);
            var registry = GatewayRegistry.ForAccount(EffectiveEnvironment, ControlPlaneMode.Postgres);
            var gateways = isUp ? await registry.CopyToTeamAsync(cancellationToken).ConfigureAwait(false) : await registry.CopyFromTeamAsync(cancellationToken).ConfigureAwait(false);
            WriteObject(copy with { Tables = [.. copy.Tables, gateways] });
        }
    }

    private StoreEnd OpenFile(StoreAccess access) =>
        StoreEnd.ForFile(new LocalStoreOptions { Path = Path.GetFullPath(StorePaths.DefaultStorePath(EffectiveEnvironment)), Access = access });
}
