using System;
using System.IO;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Registry;
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
    /// <exception cref="ConfigException">The mode of the session or the environment does not exist.</exception>
    protected ControlPlaneMode SessionMode => ControlPlaneSettings.GetMode(CurrentContext.Environment());

    /// <summary>The mode whose registry contains the gateways; in Postgres mode it is the team's.</summary>
    private protected virtual ControlPlaneMode RegistryMode => SessionMode;

    /// <summary>Spelling of a mode in the environment.</summary>
    protected static string GetModeName(ControlPlaneMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>Mode and address of a control plane, for a question; only the mode if its settings are not usable yet.</summary>
    private protected string DescribeControlPlane(ControlPlaneMode mode)
    {
        try
        {
            return ControlPlaneFactory.Describe(ControlPlaneSettings.From(EffectiveEnvironment, mode), EffectiveEnvironment);
        }
        catch (LightningOpsException)
        {
            return GetModeName(mode);
        }
    }

    /// <summary>
    /// How a compile judges upstreams at loopback and private addresses. The paywalls of a hosted control plane
    /// belong to others.
    /// </summary>
    /// <param name="mode">The mode.</param>
    /// <param name="isDenied">Whether the caller refuses them.</param>
    private protected static PrivateUpstreams GetPrivateUpstreams(ControlPlaneMode mode, bool isDenied) =>
        isDenied ? PrivateUpstreams.Deny
        : mode is ControlPlaneMode.Api or ControlPlaneMode.Convex ? PrivateUpstreams.Warn
        : PrivateUpstreams.Inform;

    /// <summary>Whether a denial is kept on this machine while the control plane is not reachable.</summary>
    private protected virtual bool KeepsDenials => false;

    /// <summary>Opens the control plane of a mode; the caller disposes it.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="access">Access to a local store.</param>
    /// <exception cref="ConfigException">A required setting is missing or malformed.</exception>
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

        if (mode == ControlPlaneMode.Postgres)
        {
            WarnOfPassfile(settings.Postgres);
        }

        return ControlPlaneFactory.CreateWithPending(settings, EffectiveEnvironment, KeepsDenials, WriteWarning);
    }

    /// <summary>
    /// Ends the command if the local store is missing, or is an empty file that may be the remains of one, before a
    /// new one is created in which nothing is sold and nothing paused.
    /// </summary>
    /// <param name="mode">The mode; only Local has such a store.</param>
    /// <param name="cancellationToken">Retries and time limit.</param>
    /// <exception cref="StoreException">The store does not exist.</exception>
    private protected async Task RequireStoreAsync(ControlPlaneMode mode, CancellationToken cancellationToken)
    {
        if (mode == ControlPlaneMode.Local)
        {
            using var store = ControlPlaneFactory.Create(ControlPlaneSettings.From(EffectiveEnvironment, mode) with { StoreAccess = StoreAccess.ReadExisting });
            await store.GetSecurityStateAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Writes to the journal of a control plane; a failure is a warning.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="deed">The action.</param>
    /// <returns>The journal after the entry; null if it was not written.</returns>
    private protected Task<JournalHead?> JournalAsync(ControlPlaneMode mode, JournalDraft deed) => JournalAsync(mode, deed, WriteWarning);

    /// <summary>Writes to the journal of a control plane.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="deed">The action.</param>
    /// <param name="warn">Receives the reason of a failure.</param>
    /// <returns>The journal after the entry; null if it was not written.</returns>
    private protected async Task<JournalHead?> JournalAsync(ControlPlaneMode mode, JournalDraft deed, Action<string> warn)
    {
        try
        {
            using var journal = OperatorJournal.Open(ControlPlaneSettings.From(EffectiveEnvironment, mode), EffectiveEnvironment);
            return journal is null ? null : (await journal.TryAppendAsync(deed with { Command = deed.Command ?? MyInvocation.MyCommand.Name }, warn).ConfigureAwait(false))?.Head;
        }
        catch (ConfigException failure)
        {
            warn("Not in the journal: " + deed.Action + ". " + failure.Message + " " + failure.Remedy);
            return null;
        }
    }

    /// <summary>
    /// Records the change of a registration in the journal of the session's control plane. No store is created for it
    /// if none was chosen and none exists.
    /// </summary>
    private protected async Task JournalRegistrationAsync(RegisteredGateway gateway, string action, string? detail)
    {
        var environment = EffectiveEnvironment;
        var isChosen = environment.Find(EnvironmentVariables.ControlPlaneMode) is not null || IsStoreNamed;
        if (!isChosen && !File.Exists(StorePaths.DefaultStorePath(environment)))
        {
            WriteVerbose("Not in the journal: " + action + ". No control plane is chosen, and there is no store.");
            return;
        }

        await JournalAsync(SessionMode, new JournalDraft { Kind = JournalKind.Gateway, Action = action, Gateway = GetGatewayName(gateway.Place), Subject = gateway.Name, Detail = detail }).ConfigureAwait(false);
    }

    /// <summary>Runs an action and records its outcome in the journal.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="deed">The action.</param>
    /// <param name="work">Runs it.</param>
    private protected async Task<T> JournalAsync<T>(ControlPlaneMode mode, JournalDraft deed, Func<Task<T>> work)
    {
        try
        {
            var result = await work().ConfigureAwait(false);
            await JournalAsync(mode, deed).ConfigureAwait(false);
            return result;
        }
        catch (LightningOpsException failure)
        {
            await JournalAsync(mode, deed with { Result = JournalResult.Failed, Code = failure.Tag, Detail = Join(deed.Detail, failure.Message) }).ConfigureAwait(false);
            throw;
        }
        catch (OperationCanceledException)
        {
            await JournalAsync(mode, deed with { Result = JournalResult.NotKnown, Code = "cancelled" }).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Opens the journal of a control plane for reading; a specified store must exist. The caller disposes it.</summary>
    /// <param name="mode">The mode.</param>
    /// <exception cref="ConfigException">The control plane keeps no journal.</exception>
    private protected OperatorJournal OpenJournalToRead(ControlPlaneMode mode) =>
        OperatorJournal.Open(ControlPlaneSettings.From(EffectiveEnvironment, mode) with { StoreAccess = IsStoreNamed ? StoreAccess.ReadExisting : StoreAccess.Read }, EffectiveEnvironment)
        ?? throw new ConfigException("Mode", "the control plane " + GetModeName(mode) + " keeps no journal", "Use -Mode Local, Api, Convex or Postgres.");

    /// <summary>The name of a gateway in records: a registration is replaced by its kind and addresses, and the path of a file is made absolute.</summary>
    /// <exception cref="LightningOpsException">The registry cannot be used.</exception>
    private protected string GetGatewayName(string gateway)
    {
        var place = gateway.Contains(":") ? gateway : GatewayRegistry.ForAccount(EffectiveEnvironment, RegistryMode).Find(gateway)?.Place ?? gateway;
        try
        {
            return ResolveGateway(place).RecordName ?? place;
        }
        catch (ConfigException)
        {
            return place;
        }
    }

    /// <summary>A gateway as the caller wrote it; the path of a file is made absolute.</summary>
    /// <exception cref="ConfigException">The text is not a gateway.</exception>
    private protected GatewayReference ResolveGateway(string gateway) => ResolveGateway(GatewayReference.Parse(gateway));

    /// <summary>A gateway with the path of a file made absolute.</summary>
    /// <exception cref="ConfigException">The path is not in the file system.</exception>
    private protected GatewayReference ResolveGateway(GatewayReference reference) =>
        reference.Kind == GatewayKind.File ? reference with { Place = ResolveFile(reference.Place!) } : reference;

    private static string Join(string? detail, string message) => detail is null ? message : detail + ": " + message;

    /// <summary>The last entry of the journal, for a report; null if there is none or it cannot be read.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="cancellationToken">Stops it.</param>
    private protected async Task<JournalHead?> FindJournalHeadAsync(ControlPlaneMode mode, CancellationToken cancellationToken)
    {
        try
        {
            using var journal = OperatorJournal.Open(ControlPlaneSettings.From(EffectiveEnvironment, mode) with { StoreAccess = StoreAccess.Read }, EffectiveEnvironment);
            return journal is null ? null : await journal.FindHeadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            WriteVerbose("The journal cannot be read: " + failure.Message);
            return null;
        }
    }

    /// <summary>Whether the file of the local store was specified, so that it is not the default one.</summary>
    protected bool IsStoreNamed => EffectiveEnvironment.Find(EnvironmentVariables.Store) is not null;

    /// <summary>The effective settings, with the store given to the command.</summary>
    protected OperatorEnvironment EffectiveEnvironment => CurrentContext.Environment(StorePath is null ? null : ResolveFile(StorePath), Patience);
}
