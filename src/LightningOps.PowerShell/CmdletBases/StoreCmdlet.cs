using System.IO;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Settings;
using LightningOps.Storage;

namespace LightningOps.PowerShell.CmdletBases;

/// <summary>A cmdlet that opens control planes; derived classes select one.</summary>
public abstract class StoreCmdlet : LightningOpsCmdlet
{
    /// <summary>File of the local store. Defaults to the file of Connect-LightningOps, then OA_LIGHTNING_OPS_STORE, then a file in the data folder of the user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? StorePath { get; set; }

    /// <summary>The mode of the session, then of OA_LIGHTNING_OPS_CONTROL_PLANE_MODE, then Api.</summary>
    /// <exception cref="ConfigException">The session or the environment names no mode there is.</exception>
    protected ControlPlaneMode SessionMode => ControlPlaneSettings.GetMode(CurrentContext.Environment());

    /// <summary>Mode as the environment spells it.</summary>
    protected static string GetModeName(ControlPlaneMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>How a compile judges upstreams at loopback and private addresses: the paywalls of a hosted control plane are of others.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="isDenied">Whether the caller refuses them.</param>
    private protected static PrivateUpstreams GetPrivateUpstreams(ControlPlaneMode mode, bool isDenied) =>
        isDenied ? PrivateUpstreams.Deny
        : mode is ControlPlaneMode.Api or ControlPlaneMode.Convex ? PrivateUpstreams.Warn
        : PrivateUpstreams.Inform;

    /// <summary>Whether a denial that the control plane cannot be told is kept on this machine.</summary>
    private protected virtual bool KeepsDenials => false;

    /// <summary>Opens the control plane of a mode; the caller disposes it.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="access">What may be done with a local store.</param>
    /// <exception cref="ConfigException">A setting it needs is missing or malformed.</exception>
    protected IControlPlane OpenControlPlane(ControlPlaneMode mode, StoreAccess access = StoreAccess.Write)
    {
        WriteVerbose("Control plane: " + GetModeName(mode));
        var settings = ControlPlaneSettings.From(EffectiveEnvironment, mode) with { StoreAccess = access };
        if (mode == ControlPlaneMode.Local && settings.StorePath is { } used)
        {
            WriteVerbose("Local store: " + used);
        }

        if (mode == ControlPlaneMode.Local && access == StoreAccess.Write && settings.StorePath is { } path && new FileInfo(path) is { Exists: true, Length: 0 })
        {
            WriteWarning(path + " is an empty file. The next write creates a new store, in which nothing is paused. If it contained a store before, restore it from a backup.");
        }

        return ControlPlaneFactory.CreateWithPending(settings, EffectiveEnvironment, KeepsDenials, WriteWarning);
    }

    /// <summary>
    /// Ends the command where the local store is not there, or is an empty file that may be what is left of one: before
    /// anything makes a new one in its place, in which nothing is sold and nothing paused.
    /// </summary>
    /// <param name="mode">The mode; only Local has such a store.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="StoreException">There is none.</exception>
    private protected async Task RequireStoreAsync(ControlPlaneMode mode, CancellationToken cancellationToken)
    {
        if (mode == ControlPlaneMode.Local)
        {
            using var store = ControlPlaneFactory.Create(ControlPlaneSettings.From(EffectiveEnvironment, mode) with { StoreAccess = StoreAccess.ReadExisting });
            await store.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Whether somebody named the file of the local store: it is not the user's own.</summary>
    protected bool IsStoreNamed => EffectiveEnvironment.Find(EnvironmentVariables.Store) is not null;

    /// <summary>The settings in force, with the store the command names.</summary>
    protected OperatorEnvironment EffectiveEnvironment => CurrentContext.Environment(StorePath is null ? null : ResolveFile(StorePath));
}
