using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Files;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Routing;
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// An Aperture with a file. The services of its aperture.yaml are replaced atomically, the rest of the file is kept,
/// and a command makes Aperture reload it.
/// </summary>
internal sealed class ApertureFileGateway : IGateway, ILiveEvidence, IListenerAddresses, IRouteProbes, IRestarted, IServiceReopening, IServiceDetails, IApertureApi, IApertureGrowth, IChangeDurability, IRecordedEvidence, IAdminApiFlag
{
    private const string Reading = "read";

    /// <summary>Maximum time for the listener to go down after the reload command, and to answer before it.</summary>
    private static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(2);

    private readonly ApertureFileGatewayOptions options;
    private readonly GatewayHttp http;
    private readonly SaleProbes sales;
    private readonly IConfigReload? reload;
    private readonly StartWait start;
    private readonly LiveFiles files = new();
    private FileMerge? planned;
    private RestoredFile? restored;
    private LiveFile? lastWritten;
    private readonly RowReader reader;
    private readonly RowRollout rows;
    private Load? settling;
    private string? closedWithoutRecord;
    private LiveEvidence evidence;
    private LoadDoubt? doubt;
    private IReadOnlyList<GatewayService>? leftOthers;
    private IReadOnlyList<string> backAfterRestart = [];
    private IReadOnlyList<GatewayService> unkept = [];
    private readonly List<string> unwritten = [];

    /// <summary>Creates a gateway; nothing is read yet.</summary>
    /// <exception cref="ConfigException">A URL cannot be used.</exception>
    public ApertureFileGateway(ApertureFileGatewayOptions options)
    {
        this.options = options with { Path = Path.GetFullPath(options.Path) };
        http = new GatewayHttp(Name, options.Http, Array.Empty<string>, CertificatePin.Read(options.CertificateFingerprint, options.CertificatePath));
        sales = new SaleProbes(options.Probes, http, options.Http.AllowInsecure);
        reader = new RowReader(Name, options.Http, options.ListenAddress, options.DatabaseRole);
        rows = new RowRollout(reader);
        start = new StartWait(options.HealthTimeout, options.Http.Time);
        reload = options.Reload ?? (options.ReloadCommand is { Count: > 0 } arguments ? new ReloadCommand(arguments, options.ReloadTimeout, options.Http.Time) : null);
    }

    /// <inheritdoc/>
    public string Name => "file:" + options.Path;

    /// <summary>The file, without a symbolic link in its path: records and versions are beside it, by whatever name it is specified.</summary>
    private string FilePath => UnixFile.ResolvePath(options.Path);

    private KeptVersions Versions => new(FilePath, options.KeptVersions);

    LiveEvidence ILiveEvidence.Evidence => evidence;

    LoadDoubt? ILiveEvidence.Doubt => doubt;

    TimeSpan IRestarted.RestartLimit => reload is null or { ConfirmsLoad: true } ? TimeSpan.Zero : options.ReloadTimeout + start.Limit;

    bool IRestarted.HangsUp => HangsUp;

    private bool HangsUp => options is { Reload: null, AllowHangup: false } && HangupCommand.IsOne(options.ReloadCommand);

    bool IRestarted.Restarts => reload is { ConfirmsLoad: false };

    string? IRestarted.FindAccessLog()
    {
        try
        {
            return LiveFile.Read(FilePath).BaseFolder is { } folder && Path.Combine(folder, "aperture.log") is var log && Path.IsPathRooted(log) && File.Exists(log) ? log : null;
        }
        catch (Exception failure) when (failure is LightningOpsException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    TimeSpan? IRestarted.LastStart => reload is null or { ConfirmsLoad: true } ? null : LoadedRecord.FindAny(FilePath)?.LastStart;

    Action<TimeSpan>? IRestarted.StartWaiting
    {
        set => start.Waiting = value;
    }

    CancellationToken IRestarted.Terminated
    {
        set => start.Terminated = value;
    }

    ChangeDurability? IChangeDurability.Durability => null;

    IReadOnlyList<string> IChangeDurability.Unsaved => [];

    IReadOnlyList<string> IChangeDurability.BackAfterRestart => backAfterRestart;

    IReadOnlyList<string> IChangeDurability.LeftClosed => leftOthers?.Select(static other => other.Name).ToArray() ?? [];

    IReadOnlyList<GatewayService> IChangeDurability.Unkept => unkept;

    IReadOnlyList<string> IChangeDurability.Unwritten => unwritten.ToArray();

    void IRecordedEvidence.ForgetEvidence()
    {
        settling = null;
        evidence = LiveEvidence.NotKnown;
        try
        {
            LoadedRecord.FindAny(FilePath)?.NotSeen().Write(FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be written was not written as seen either.
        }
    }

    ApertureGrowth IApertureGrowth.ReadGrowth() => ApertureGrowthReader.Read(files.Read(FilePath), LoadedRecord.FindAny(FilePath), options.DatabaseRole);

    /// <summary>Lists the sales of the process that serves the file; null if the admin API of the file is off or not known.</summary>
    internal IGatewayTransactions? Transactions => options.Transactions ?? (((IAdminApiFlag)this).HasAdminApi == true ? new AdminTransactions(this) : null);

    /// <inheritdoc/>
    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) =>
        Guarded(Reading, () => ReadStateAsync(files.Read(FilePath), cancellationToken));

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var snapshot = GetSnapshot(state, "plan");
        var desired = DesiredServices.From(rollout.Rules, withExtras: true);
        var isOurs = IsOurs(state.Origins, desired);
        var merge = new FileMerge(snapshot.File, rollout, state.Origins, files, IsRendered(snapshot.Record));
        merge = planned = planned is { } known && known.IsLike(merge) ? known : merge;
        IReadOnlyList<ServiceChange> changes = [.. merge.GetChanges(made => snapshot.Rows.GetEffective(made, isOurs))];
        changes = [.. changes, .. GetChangesOfRows(snapshot, rollout, isOurs, changes)];
        var replaced = HasRows(snapshot.File) ? merge.FindReplacedTexts(made => snapshot.Rows.GetEffective(made, isOurs)) : [];
        var restarts = !(IsLoaded(snapshot) && changes.Count == 0 && merge.KeepsFile);
        Diagnostic[] refusals = [.. restarts ? DiagnoseReload(rollout) : [], .. DynamicPrices.FindLoss(snapshot.File.Services, desired, rollout) is { } lost ? [lost] : Array.Empty<Diagnostic>(), .. FileRefusals.GetRefusals(merge, rollout, restarts), .. HasRows(snapshot.File) ? snapshot.Rows.GetDiagnostics(desired, isOurs, rollout.AllowMissingFeatures) : [], .. LiveRows.DiagnoseReplaced(replaced)];
        return new RolloutPlan
        {
            Gateway = Name,
            CurrentConfigHash = IsLoaded(snapshot) ? GetHash(snapshot.File, snapshot.Record) : null,
            ConfigHash = rollout.ConfigHash,
            Changes = changes,
            Examples = FindExamples(snapshot, merge),
            ReplacedTexts = replaced,
            IsSpellingOnly = changes.Count == 0 && snapshot.Record is null && merge.HasOtherSpelling,
            KeepsFile = changes.Count == 0 && merge.KeepsFile,
            LeftAlone = rollout.Prune || rollout.CloseOthers || state.FindLeftAlone(rollout.Rules.Select(rule => rule.ServiceName)) is not { Count: > 0 } leftAlone ? null : leftAlone,
            Diagnostics = LoadedRecord.FindStop(FilePath)?.Refuse(options.Store, changes, rollout) is { } stopped ? [stopped, .. refusals] : FindPreference(snapshot, desired, isOurs, rollout, changes, refusals) is { } preference ? [.. refusals, preference] : refusals,
        };
    }

    private Diagnostic? FindPreference(Snapshot snapshot, IReadOnlyList<GatewayService> desired, Func<string, bool> isOurs, GatewayRollout rollout, IReadOnlyList<ServiceChange> changes, IReadOnlyList<Diagnostic> refusals) =>
        changes.Count > 0 && HasRows(snapshot.File) && reader.Address is { } address && refusals.All(static found => found.Severity != DiagnosticSeverity.Error)
            ? AdminPreference.Find(snapshot.File, snapshot.Rows, desired, isOurs, rollout, address)
            : null;

    // Rows of a database have a different order after each start, so the service of a request is not known.
    private RequestExamples? FindExamples(Snapshot snapshot, FileMerge merge)
    {
        try
        {
            return HasRows(snapshot.File) && snapshot.Rows.Stored is not { Count: 0 } ? null : new RequestExamples(snapshot.File.Services, merge.Result.Services);
        }
        catch (Exception unwritable) when (unwritable is ApertureConfigFormatException or ArgumentException)
        {
            // The plan is refused because of it.
            return null;
        }
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken) => Guarded("apply", async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        restored = null;
        lastWritten = null;
        RequireReload("apply", mayHangUp: rollout.IsPaused);

        closedWithoutRecord = null;
        var before = files.Read(FilePath);
        var earlier = LoadedRecord.Find(FilePath, before.ContentHash);
        var recorded = LoadedRecord.FindAny(FilePath);
        var origins = LoadedRecord.GetOrigins(FilePath, before, options.Store);
        var merge = new FileMerge(before, rollout, origins, files, IsRendered(earlier));
        merge = planned is { } known && known.IsLike(merge) ? known : merge;
        if (merge.GetConflicts().FirstOrDefault(static conflict => conflict.Severity == DiagnosticSeverity.Error) is { } conflict)
        {
            throw new GatewayException(Name, "apply", conflict.Code, conflict.Message);
        }

        var after = merge.Result;
        var desired = DesiredServices.From(rollout.Rules, withExtras: true);
        var isOurs = IsOurs(origins, desired);
        await RequireChangeableRowsAsync(before, desired, isOurs, rollout, cancellationToken).ConfigureAwait(false);
        var others = await BeginOthersAsync(after, recorded, isOurs, rollout, cancellationToken).ConfigureAwait(false);
        var record = new LoadedRecord(rollout.DeploymentId, rollout.ConfigHash)
        {
            Others = others,
            ShownBy = ShownBy(before, earlier, after),
            ListShows = ListShows(before, earlier, after),
            Owners = LoadedRecord.GetOwners(recorded, after, ServiceOrigins.GetOwners(rollout.Rules)),
            Made = LoadedRecord.GetMakers(recorded, after, rollout.Rules.Select(rule => rule.ServiceName), options.Store),
            AllServices = after.ConfigHash is { } all && all != rollout.ConfigHash ? all : null,
            Stop = GatewayStop.From(rollout, options.Store),
            StartMs = recorded?.StartMs,
            StartsMs = recorded?.StartsMs,
            RolledOut = RolledOutRules.TryWrite(FilePath, after, rollout, recorded?.RolledOut) ? rollout.ConfigHash : null,
        };
        if (!before.Has(after.Bytes))
        {
            options.Step?.Invoke("keep");
            Versions.Save(before.Bytes, earlier?.DeploymentId, before.ConfigHash);
            options.Step?.Invoke("write");
        }

        Write(after, record);
        options.Step?.Invoke("reload");
        var seen = await ReloadOrRestoreAsync(before, earlier ?? recorded, after, cancellationToken).ConfigureAwait(false);
        options.Step?.Invoke("record");
        await SettleAsync(new Load(record, after, seen) { Written = desired, IsOurs = isOurs }, cancellationToken).ConfigureAwait(false);
        if (rollout.CloseOthers && HasRows(after))
        {
            await rows.CloseAsync(after, service => !service.IsClosed && !isOurs(service.Name), cancellationToken).ConfigureAwait(false);
        }
        else if (!rollout.IsPaused)
        {
            await EndOthersAsync(after, seen, cancellationToken).ConfigureAwait(false);
        }

        options.Step?.Invoke("prune");
        Versions.Prune();
        return new GatewayDeployment { DeploymentId = rollout.DeploymentId, ConfigHash = rollout.ConfigHash };
    });

    /// <inheritdoc/>
    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) => Guarded("roll back", async () =>
    {
        var snapshot = GetSnapshot(state, "roll back");
        if (await LoadAgainAsync(snapshot, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw ReloadFailed("roll back", failure);
        }

        return state.Active;
    });

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing)
    {
        var snapshot = GetSnapshot(state, "plan");
        return FileClosing.Plan(Name, snapshot.File, snapshot.Rows, IsLoaded(snapshot), closing.For(state.Origins), state.Origins);
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) => Guarded("close", async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        restored = null;
        leftOthers = null;
        backAfterRestart = [];
        unkept = [];
        unwritten.Clear();
        var before = files.Read(FilePath);
        var state = await ReadStateAsync(before, cancellationToken).ConfigureAwait(false);
        if (PlanClosing(state, closing) is null)
        {
            return state.Active;
        }

        var known = closing.For(state.Origins);
        try
        {
            return await CloseFileAsync(before, known, state, cancellationToken).ConfigureAwait(false);
        }
        catch (ApertureConfigFormatException e) when (HasRows(before))
        {
            throw new GatewayException(Name, "close", "file_not_spliceable:" + e.Message + ". They were closed through its admin API where that was possible, and the next start of Aperture may open them again", e.Remedy, e);
        }
        finally
        {
            // Regardless of the file, services in Aperture's list are closed there.
            await CloseRowsAsync(before, known, cancellationToken).ConfigureAwait(false);
        }
    });

    bool IServiceReopening.CarriesFeatures => true;

    Diagnostic? IServiceReopening.FindRefusal(GatewayState state) => FileRefusals.FindStop(GetSnapshot(state, "plan").File);

    Task<GatewayDeployment?> IServiceReopening.ReopenAsync(GatewayReopening reopening, CancellationToken cancellationToken) => Guarded("reopen", async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        RequireReload("reopen", mayHangUp: false);
        restored = null;
        lastWritten = null;
        closedWithoutRecord = null;
        var before = LiveFile.Read(FilePath);
        var earlier = LoadedRecord.Find(FilePath, before.ContentHash);
        var recorded = LoadedRecord.FindAny(FilePath);
        var after = FileReopening.Reopen(before, reopening);
        if (!before.Has(after.Bytes))
        {
            Versions.Save(before.Bytes, earlier?.DeploymentId, before.ConfigHash);
        }

        var others = reopening.IncludesOthers ? await RestoreOthersAsync(after, recorded?.Others, cancellationToken).ConfigureAwait(false) : recorded?.Others;
        var record = new LoadedRecord(reopening.DeploymentId, after.ConfigHash!)
        {
            Others = others,
            IsOfClose = recorded?.IsOfClose ?? true,
            StartMs = recorded?.StartMs,
            StartsMs = recorded?.StartsMs,
            Owners = recorded?.Owners,
            Made = recorded?.Made,
            RolledOut = RolledOutRules.TryWrite(FilePath, after, reopening, recorded?.RolledOut) ? after.ConfigHash : recorded?.RolledOut,
            Stop = reopening.IncludesOthers ? null : recorded?.Stop,
            ShownBy = ShownBy(before, earlier, after),
            ListShows = ListShows(before, earlier, after),
        };
        Write(after, record);
        var seen = await ReloadOrRestoreAsync(before, earlier ?? recorded, after, cancellationToken).ConfigureAwait(false);
        var names = new HashSet<string>(reopening.Rules.Select(rule => rule.ServiceName), StringComparer.Ordinal);
        await SettleAsync(new Load(record, after, seen) { Written = after.Services.Where(service => names.Contains(service.Name)).ToArray() }, cancellationToken).ConfigureAwait(false);
        if (reopening.IncludesOthers)
        {
            await EndOthersAsync(after, seen, cancellationToken).ConfigureAwait(false);
        }

        Versions.Prune();
        return GetActive(after, record);
    });

    bool IRouteProbes.CanAsk => sales.CanAsk;

    Task<ProbeResult> IRouteProbes.AskClosedAsync(string host, string path, CancellationToken cancellationToken) => sales.AskClosedAsync(host, path, cancellationToken);

    Task<ProbeResult> IRouteProbes.AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken) => ProbeChallengeAsync(route, cancellationToken);

    Task<ProbeResult> IRouteProbes.BuyAsync(ProbeRoute route, ProbeResult price, CancellationToken cancellationToken) => ProbeProxyAsync(route, price, cancellationToken);

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken)
    {
        var result = options.HealthUrl is { } url
            ? await ProbeHealthUrlAsync(new GatewayRequest(HttpMethod.Get, HttpAddress.Check("HealthUrl", url, options.Http.AllowInsecure)), cancellationToken).ConfigureAwait(false)
            : await ProbeListenerAsync(cancellationToken).ConfigureAwait(false);
        start.End();
        if (result.Outcome == ProbeOutcome.Failed)
        {
            evidence = LiveEvidence.NotKnown;
        }

        if (result.Outcome == ProbeOutcome.Passed)
        {
            await ConfirmLoadAsync(cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken)
    {
        var result = await sales.ChallengeAsync(route, cancellationToken).ConfigureAwait(false);
        if (result.Outcome == ProbeOutcome.Passed && Pending() is { ShownBy: { } service } record && service == route!.Rule.ServiceName)
        {
            Confirm(record, LiveEvidence.Answer);
        }

        return result;
    }

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        sales.ProxyAsync(route, challenge, cancellationToken);

    ServiceDetail IServiceDetails.GetDetail(GatewayState state, GatewayService service)
    {
        var snapshot = GetSnapshot(state, Reading);
        return snapshot.Rows.GetDetail(snapshot.File.Services, service);
    }

    (IReadOnlyList<GatewayService> Services, LiveEvidence Evidence) IServiceDetails.GetServed(GatewayState state)
    {
        var snapshot = GetSnapshot(state, Reading);
        return snapshot.Rows.Listed is { } listed ? (listed, LiveEvidence.List) : (snapshot.Rows.GetInFront(state.Services ?? []), state.Evidence);
    }

    bool? IServiceDetails.GetOffersPayment(GatewayState state) => GetSnapshot(state, Reading).File.OffersPayment;

    AdminApi IApertureApi.GetApi(string operation)
    {
        try
        {
            var (api, trouble) = reader.Open(LiveFile.Read(FilePath));
            return api ?? throw new GatewayException(Name, operation, "no_admin_api:" + trouble, "Set admin.enabled and admin.macaroonpath in the aperture.yaml, or name the admin API: -Gateway admin:https://host:port.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            throw new GatewayException(Name, operation, "file_not_accessible:" + e.Message, "Check that this account may read the file.", e);
        }
    }

    bool? IAdminApiFlag.HasAdminApi
    {
        get
        {
            try
            {
                return files.Read(FilePath).HasAdminApi;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
            {
                return null;
            }
        }
    }

    IReadOnlyList<string> IListenerAddresses.GetListeners()
    {
        try
        {
            return (options.ListenAddress ?? files.Read(FilePath).ListenAddress) is { } address
                ? [.. ListenerAddresses.From(options.Probes.BaseUrl, options.HealthUrl).Prepend(address).Distinct(StringComparer.OrdinalIgnoreCase)]
                : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        reader.Dispose();
    }

    private async Task<GatewayDeployment?> CloseFileAsync(LiveFile before, GatewayClosing closing, GatewayState state, CancellationToken cancellationToken)
    {
        var after = FileClosing.Close(before, closing, state.Origins);
        if (!before.Has(after.Bytes))
        {
            options.Step?.Invoke("keep");
            if (Versions.TryKeep(before.Bytes, state.Active?.DeploymentId, before.ConfigHash) is { } lost)
            {
                unwritten.Add("the version of the file before the close: " + lost);
            }

            options.Step?.Invoke("write");
        }

        var rowsBefore = GetSnapshot(state, "close").Rows;
        var record = StoppedBy(closing, after, rowsBefore, state.Origins);
        var isRecorded = TryRecordClose(record);
        if (WriteClosed(before, after, closing) is { } bare)
        {
            after = bare;
            record = StoppedBy(closing, after, rowsBefore, state.Origins);
            isRecorded = TryRecordClose(record);
        }

        lastWritten = after;
        if (!isRecorded)
        {
            unwritten.Add("the record of the close: it does not say which store stopped the gateway, so a roll-out of another store may reopen it");
        }

        unkept = [.. FileClosing.FindUnkept(before, after, closing, state.Origins), .. isRecorded ? [] : FindOtherRows(closing, rowsBefore, state.Origins, before)];

        // A failed command restores nothing: the file Aperture reads next must be closed.
        options.Step?.Invoke("reload");
        var (failure, seen) = await LoadAsync(after, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            throw ReloadFailed("close", failure);
        }

        RequireWritten(after);
        options.Step?.Invoke("record");
        try
        {
            await SettleAsync(new Load(record, after, seen), cancellationToken).ConfigureAwait(false);
            Versions.Prune();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is closed and loaded. Without a record the next command closes it again.
            closedWithoutRecord = after.ContentHash;
        }

        return GetActive(after, record);
    }

    /// <summary>
    /// Changes of services of others in the admin API's list: those that a pause with -All closes, and those that its
    /// end restores.
    /// </summary>
    private IEnumerable<ServiceChange> GetChangesOfRows(Snapshot snapshot, GatewayRollout rollout, Func<string, bool> isOurs, IReadOnlyList<ServiceChange> changes)
    {
        if (snapshot.Rows.Listed is not { } listed || (rollout.IsPaused && !rollout.CloseOthers))
        {
            return [];
        }

        var named = new HashSet<string>(changes.Select(static change => change.Name), StringComparer.Ordinal);
        var others = (rollout.CloseOthers ? [] : snapshot.Recorded?.Others ?? []).ToDictionary(static service => service.Name, StringComparer.Ordinal);
        return listed
            .Where(service => !named.Contains(service.Name) && (rollout.CloseOthers ? !service.IsClosed && !isOurs(service.Name) : service.IsClosed && others.ContainsKey(service.Name)))
            .SelectMany(service => RolloutPlanner.Compare([service], [rollout.CloseOthers ? service.Closed() : others[service.Name]]));
    }

    /// <summary>The record of others before a roll-out: the former state of services to close, or those not restored yet.</summary>
    private async Task<IReadOnlyList<GatewayService>?> BeginOthersAsync(LiveFile after, LoadedRecord? recorded, Func<string, bool> isOurs, GatewayRollout rollout, CancellationToken cancellationToken)
    {
        leftOthers = null;
        backAfterRestart = [];
        if (!rollout.IsPaused)
        {
            return await RestoreOthersAsync(after, recorded?.Others, cancellationToken).ConfigureAwait(false);
        }

        var listed = rollout.CloseOthers && HasRows(after) ? (await reader.ReadAsync(after, cancellationToken).ConfigureAwait(false)).Listed : null;
        return listed is null ? recorded?.Others : AdminOthers.Keep(recorded?.Others ?? [], listed.Where(service => !service.IsClosed && !isOurs(service.Name)));
    }

    /// <summary>
    /// Restores, through the admin API, services of others that a global pause closed. Done before the file is loaded
    /// again, so that a deleted row is served as the file says.
    /// </summary>
    /// <returns>Services that are still closed; null for none.</returns>
    private async Task<IReadOnlyList<GatewayService>?> RestoreOthersAsync(LiveFile after, IReadOnlyList<GatewayService>? others, CancellationToken cancellationToken)
    {
        leftOthers = null;
        backAfterRestart = [];
        if (others is not { Count: > 0 } || !HasRows(after))
        {
            return others is { Count: > 0 } ? leftOthers = others : null;
        }

        var (left, deleted) = await rows.RestoreOthersAsync(after, others, cancellationToken).ConfigureAwait(false);
        backAfterRestart = deleted;
        leftOthers = left;
        return left.Count == 0 ? null : left;
    }

    /// <summary>Restores services that could not be restored before the file was loaded, and records those that stay closed.</summary>
    private async Task EndOthersAsync(LiveFile after, LiveEvidence seen, CancellationToken cancellationToken)
    {
        if (seen != LiveEvidence.NotKnown)
        {
            // The file was read again since then.
            backAfterRestart = [];
        }

        if (leftOthers is not { Count: > 0 } others || !HasRows(after))
        {
            return;
        }

        var earlier = backAfterRestart;
        await RestoreOthersAsync(after, others, cancellationToken).ConfigureAwait(false);
        backAfterRestart = [.. earlier, .. backAfterRestart];
        if (LoadedRecord.FindAny(FilePath) is { } record)
        {
            WithOthers(record).Write(FilePath);
        }
    }

    /// <summary>A record with the services of others that are still closed, if they have changed since it was made.</summary>
    private LoadedRecord WithOthers(LoadedRecord record) => leftOthers is null ? record : record with { Others = leftOthers.Count == 0 ? null : leftOthers };

    private async Task CloseRowsAsync(LiveFile before, GatewayClosing closing, CancellationToken cancellationToken)
    {
        if (HasRows(before) && !cancellationToken.IsCancellationRequested)
        {
            await rows.CloseAsync(before, closing.Closes, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<GatewayState> ReadStateAsync(LiveFile file, CancellationToken cancellationToken)
    {
        var live = HasRows(file) ? await reader.ReadAsync(file, cancellationToken).ConfigureAwait(false) : LiveRows.None;
        var record = LoadedRecord.Find(FilePath, file.ContentHash);
        var state = CreateState(file, record, live);
        if (evidence != LiveEvidence.NotKnown && live.Listed is null && await IsDownAsync(file, cancellationToken).ConfigureAwait(false))
        {
            // The process that was seen to load it has ended.
            evidence = LiveEvidence.NotKnown;
            return state with { Evidence = evidence, Snapshot = new Snapshot(file, record, record ?? LoadedRecord.FindAny(FilePath), live) { IsOther = true } };
        }

        if (!HasRows(file))
        {
            return state;
        }

        var owners = LoadedRecord.FindAny(FilePath)?.Owners;
        var ours = owners is null ? file.Services : file.Services.Where(service => owners.ContainsKey(service.Name)).ToArray();
        var shows = live.Shows(ours);
        var isKnown = evidence != LiveEvidence.NotKnown || (live.Listed is not null && record is { ListShows: true });
        if (shows && isKnown)
        {
            evidence = live.Listed is not null ? LiveEvidence.List : evidence;
            return state with { Evidence = evidence, Services = live.Listed ?? file.Services };
        }

        var effective = live.GetEffective(file.Services, IsOurs(state.Origins, file.Services));
        if (live.Listed is not null && (effective.Count != file.Services.Count || live.FindOverriding(ours).Count > 0))
        {
            // The gateway lists a configuration other than the written one, which is therefore known to be live.
            evidence = LiveEvidence.List;
            return state with { Evidence = evidence, Services = live.Listed, Written = state.Active?.ConfigHash, Active = new GatewayDeployment { ConfigHash = ClosedServices.ComputeHash(live.Listed) }, Snapshot = new Snapshot(file, record, record ?? LoadedRecord.FindAny(FilePath), live) { IsOther = true } };
        }

        evidence = LiveEvidence.NotKnown;
        return state with { Evidence = evidence, Services = effective, Snapshot = new Snapshot(file, record, record ?? LoadedRecord.FindAny(FilePath), live) { IsOther = true } };
    }

    /// <summary>Whether nothing listens at the address in the file. A server in this process reports that itself.</summary>
    private async Task<bool> IsDownAsync(LiveFile file, CancellationToken cancellationToken) =>
        reload is not { ConfirmsLoad: true }
        && (options.ListenAddress ?? file.ListenAddress) is { } address
        && (await new ListenerProbe(options.Http with { Tries = 1 }).ProbeAsync(address, cancellationToken).ConfigureAwait(false)).Outcome == ProbeOutcome.Failed;

    /// <summary>Whether rows of a database may precede the file. A server in this process has none.</summary>
    private bool HasRows(LiveFile file) => file.HasAdminApi && reload is not { ConfirmsLoad: true };

    /// <summary>Whether a service belongs to this store, by its name: it is one of these, or recorded as made here or rolled out.</summary>
    private Func<string, bool> IsOurs(ServiceOrigins origins, IReadOnlyList<GatewayService> services)
    {
        var names = new HashSet<string>(services.Select(service => service.Name), StringComparer.Ordinal);
        names.UnionWith(LoadedRecord.FindAny(FilePath)?.Owners?.Keys ?? []);
        return name => names.Contains(name) || origins.IsMadeHere(name);
    }

    private async Task RequireChangeableRowsAsync(LiveFile file, IReadOnlyList<GatewayService> desired, Func<string, bool> isOurs, GatewayRollout rollout, CancellationToken cancellationToken)
    {
        if (HasRows(file)
            && (await reader.ReadAsync(file, cancellationToken).ConfigureAwait(false)).GetDiagnostics(desired, isOurs, rollout.AllowMissingFeatures).FirstOrDefault(found => found.Severity == DiagnosticSeverity.Error) is { } refusal)
        {
            throw new GatewayException(Name, "apply", refusal.Code, refusal.Message);
        }
    }

    /// <summary>Whether the admin API's list shows the load, that is, lists all changed members.</summary>
    private static bool ListShows(LiveFile before, LoadedRecord? earlier, LiveFile after) =>
        after.HasAdminApi && earlier is { Evidence: not LiveEvidence.NotKnown } or { ListShows: true } && !before.Services.Concat(after.Services).Any(LiveRows.HasFeatures);

    private GatewayState CreateState(LiveFile file, LoadedRecord? record, LiveRows live)
    {
        evidence = record is not null && closedWithoutRecord != file.ContentHash ? record.Evidence : closedWithoutRecord is not null && closedWithoutRecord == file.ContentHash ? LiveEvidence.Restart : LiveEvidence.NotKnown;
        return new GatewayState
        {
            Active = GetActive(file, record),
            Services = file.Services,
            Evidence = evidence,
            HashFile = () => ConfigHash.Compute(file.Bytes),
            Snapshot = new Snapshot(file, record, record ?? LoadedRecord.FindAny(FilePath), live),
            Origins = LoadedRecord.GetOrigins(FilePath, file, options.Store),
            CanRestore = true,
        };
    }

    private static GatewayDeployment? GetActive(LiveFile file, LoadedRecord? record) =>
        file.ConfigHash is { } hash && (file.Services.Count > 0 || record is not null)
            ? new GatewayDeployment { DeploymentId = record?.DeploymentId, ConfigHash = GetHash(file, record) ?? hash }
            : null;

    /// <summary>Hash of the file's deployment; of its services if that is not recorded.</summary>
    private static string? GetHash(LiveFile file, LoadedRecord? record) => record is null ? file.ConfigHash : new ConfigHash(record.ConfigHash);

    /// <summary>Whether the services of the file are an exact rendering of ours. A record applies to the hash of one.</summary>
    private static bool IsRendered(LoadedRecord? record) => record is { AllServices: null };

    private bool IsLoaded(Snapshot snapshot) => !snapshot.IsOther && IsRecordedAsLoaded(snapshot);

    private bool IsRecordedAsLoaded(Snapshot snapshot) =>
        snapshot.Record is { Evidence: not LiveEvidence.NotKnown } || (snapshot.Record is { ListShows: true } && snapshot.Rows.Listed is not null) || (closedWithoutRecord is { } closed && closed == snapshot.File.ContentHash);

    /// <summary>The record of a close. Its store counts as having stopped the gateway, even if everything was closed already.</summary>
    private LoadedRecord StoppedBy(GatewayClosing closing, LiveFile after, LiveRows live, ServiceOrigins origins)
    {
        var hash = after.ContentHash;
        var recorded = LoadedRecord.FindAny(FilePath);
        var record = LoadedRecord.Find(FilePath, hash)?.NotSeen()
            ?? new LoadedRecord(closing.DeploymentId, hash)
            {
                Owners = recorded?.Owners,
                Made = recorded?.Made,
                StartMs = recorded?.StartMs,
                StartsMs = recorded?.StartsMs,
                RolledOut = recorded?.RolledOut,
                Others = recorded?.Others,
                IsOfClose = recorded?.IsOfClose ?? true,
                AllServices = after.ConfigHash is null ? hash : null,
            };
        if (closing.IncludesOthers && live.Listed is { } listed)
        {
            record = record with { Others = AdminOthers.Keep(recorded?.Others ?? [], listed.Where(service => closing.Closes(service) && !origins.IsMadeHere(service.Name))) };
        }

        return options.Store is { } store ? record with { Stop = new GatewayStop(closing.DeploymentId, store) } : record;
    }

    /// <summary>Writes the closed services even if the record cannot be written.</summary>
    /// <returns>The file without the text of others, if only that could be written; else null.</returns>
    private LiveFile? WriteClosed(LiveFile before, LiveFile file, GatewayClosing closing)
    {
        settling = null;
        evidence = LiveEvidence.NotKnown;
        if (IsWritten(file))
        {
            return null;
        }

        try
        {
            AtomicFile.WriteRegardless(FilePath, file.Bytes);
            return null;
        }
        catch (IOException)
        {
            if (FileClosing.CloseWithoutText(before, file, closing) is not { } bare)
            {
                throw;
            }

            AtomicFile.WriteRegardless(FilePath, bare.Bytes);
            return bare;
        }
    }

    /// <summary>Records a close that is not loaded yet. Without it the earlier record applies to another hash, or states that nothing is known.</summary>
    private bool TryRecordClose(LoadedRecord? record)
    {
        try
        {
            WriteRecord(record);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Open rows of others that a close closes.</summary>
    private static IEnumerable<GatewayService> FindOtherRows(GatewayClosing closing, LiveRows live, ServiceOrigins origins, LiveFile file)
    {
        var defined = new HashSet<string>(file.Services.Select(static service => service.Name), StringComparer.Ordinal);
        return closing.IncludesOthers ? (live.Listed ?? []).Where(service => closing.Closes(service) && !origins.IsMadeHere(service.Name) && (live.IsStored(service.Name) || !defined.Contains(service.Name))) : [];
    }

    /// <summary>The one price that distinguishes the file from the previous one, if that one is known to be loaded.</summary>
    private static string? ShownBy(LiveFile before, LoadedRecord? earlier, LiveFile after)
    {
        if (earlier is null or { Evidence: LiveEvidence.NotKnown } || after.HasAdminApi)
        {
            return null;
        }

        var changes = RolloutPlanner.Compare(before.Services, after.Services);
        return changes.Count == 1 && (changes[0].Kind == ServiceChangeKind.Opened || changes[0].Members.Any(MemberChanges.IsPrice)) ? changes[0].Name : null;
    }

    /// <summary>Writes the file to be loaded, preceded by a record that its load is not known.</summary>
    private void Write(LiveFile file, LoadedRecord? record)
    {
        settling = null;
        evidence = LiveEvidence.NotKnown;
        WriteRecord(record);
        if (!IsWritten(file))
        {
            AtomicFile.Write(FilePath, file.Bytes);
        }

        lastWritten = file;
    }

    /// <summary>
    /// Whether the file has the services of a written one. Other settings may differ: a reload command may set them.
    /// </summary>
    private bool Holds(LiveFile file) =>
        IsWritten(file)
        || (TryRead() is { } now && now.HasAdminApi == file.HasAdminApi && now.ConfigHash == file.ConfigHash && (now.ConfigHash is not null || now.Services.Count + file.Services.Count == 0));

    /// <exception cref="GatewayChangedException">The file has other services than were written.</exception>
    private void RequireWritten(LiveFile file)
    {
        if (!Holds(file))
        {
            settling = null;
            evidence = LiveEvidence.NotKnown;
            throw GatewayChangedException.ForFile(Name, GetDifferences(file), "It is not known what the gateway loaded");
        }
    }

    /// <summary>Before the previous file is restored: only what this command wrote may be overwritten.</summary>
    /// <param name="before">The previous file.</param>
    /// <param name="failure">Why it is to be restored; null if the caller reports it.</param>
    /// <exception cref="GatewayChangedException">The file has other content.</exception>
    private void RequireOurs(LiveFile before, string? failure)
    {
        if (!File.Exists(FilePath) || IsWritten(before) || (lastWritten is { } ours && IsWritten(ours)))
        {
            return;
        }

        settling = null;
        evidence = LiveEvidence.NotKnown;
        throw GatewayChangedException.ForFile(Name, GetDifferences(lastWritten ?? before), "It was left as it is and was not rolled back: the next start of the gateway loads it" + (failure is null ? string.Empty : " (" + failure + ")"));
    }

    /// <summary>Names of the services that differ from a file.</summary>
    private IReadOnlyCollection<string> GetDifferences(LiveFile file) =>
        TryRead() is not { } now ? ["it cannot be read"]
        : RolloutPlanner.Compare(file.Services, now.Services).Select(static change => change.Name).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } names ? names
        : ["other settings"];

    private LiveFile? TryRead()
    {
        try
        {
            return files.Read(FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return null;
        }
    }

    private bool IsWritten(LiveFile file) => File.Exists(FilePath) && file.Has(File.ReadAllBytes(FilePath));

    private void WriteRecord(LoadedRecord? record)
    {
        if (record is null)
        {
            LoadedRecord.Delete(FilePath);
        }
        else
        {
            record.Write(FilePath);
        }
    }

    /// <summary>Triggers the load of the written file and checks it.</summary>
    /// <returns>Why the command failed, or null; and the evidence of the load.</returns>
    private async Task<(string? Failure, LiveEvidence Seen)> LoadAsync(LiveFile file, CancellationToken cancellationToken)
    {
        doubt = null;
        if (reload is null)
        {
            doubt = FileLoadDoubts.NoCommand;
            return (null, LiveEvidence.NotKnown);
        }

        if (reload.ConfirmsLoad)
        {
            return (await reload.RunAsync(cancellationToken).ConfigureAwait(false), LiveEvidence.Answer);
        }

        start.Learn(LoadedRecord.FindAny(FilePath)?.LastStart);
        start.End();
        var address = options.ListenAddress ?? file.ListenAddress;
        using var watch = new RestartWatch(address, options.Http.Time);
        var wasUp = await watch.ReadyAsync(RestartPatience).ConfigureAwait(false);
        if (await reload.RunAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return (failure, LiveEvidence.NotKnown);
        }

        var isDown = await watch.WentDownAsync(RestartPatience).ConfigureAwait(false);
        start.Begin(watch.DownAt);
        doubt = isDown ? null : ListenerProbe.Parse(address) is null ? FileLoadDoubts.NoAddress : FileLoadDoubts.NoRestart(address!, wasUp);
        return (null, isDown ? LiveEvidence.Restart : LiveEvidence.NotKnown);
    }

    /// <summary>
    /// Records the evidence. A restart is recorded only once the process has come back, and a file with rows only
    /// once they are as written.
    /// </summary>
    private async Task SettleAsync(Load? load, CancellationToken cancellationToken)
    {
        if (load is null || (load.Seen == LiveEvidence.NotKnown && !HasRows(load.File)))
        {
            return;
        }

        if (load.Seen == LiveEvidence.Answer)
        {
            Confirm(load.Record, load.Seen);
            return;
        }

        settling = load;
        await ConfirmLoadAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ConfirmLoadAsync(CancellationToken cancellationToken)
    {
        if (settling is not { } load)
        {
            return;
        }

        if (load.Seen == LiveEvidence.Restart && (await ProbeListenerAsync(cancellationToken).ConfigureAwait(false)).Outcome != ProbeOutcome.Passed)
        {
            doubt = FileLoadDoubts.NotBack(options.ListenAddress ?? load.File.ListenAddress);
            return;
        }

        // The process may have read what was written after this command's write.
        if (load.IsRestored && !Holds(load.File))
        {
            settling = null;
            return;
        }

        RequireWritten(load.File);

        if (!HasRows(load.File))
        {
            Confirm(load.Record, LiveEvidence.Restart);
            return;
        }

        var live = load.Written is { } written
            ? await rows.ConvergeAsync(load.File, written, load.IsOurs, load.Seen == LiveEvidence.Restart, cancellationToken).ConfigureAwait(false)
            : await reader.ReadAsync(load.File, cancellationToken).ConfigureAwait(false);
        var record = load.Seen == LiveEvidence.Restart ? load.Record with { ListShows = true } : load.Record;
        if (live.Shows(load.Written ?? load.File.Services) && (live.Listed is not null ? record.ListShows : load.Seen == LiveEvidence.Restart))
        {
            Confirm(record, live.Listed is not null ? LiveEvidence.List : LiveEvidence.Restart);
            return;
        }

        doubt = FileLoadDoubts.Rows(live, load.Seen == LiveEvidence.Restart);
        if (record != load.Record)
        {
            WithOthers(record).Write(FilePath);
        }
    }

    private void Confirm(LoadedRecord record, LiveEvidence seen)
    {
        settling = null;
        evidence = seen;
        doubt = null;
        (WithOthers(record) with { Evidence = seen, ShownBy = null, WrittenAt = LoadedRecord.GetWriteTime(FilePath), ChangedAt = LoadedRecord.GetChangeTime(FilePath) }).WithStart(start.Seen).Write(FilePath);
    }

    /// <summary>The record of a written file that is not known to be loaded, or null.</summary>
    private LoadedRecord? Pending()
    {
        try
        {
            return LoadedRecord.Find(FilePath, files.Read(FilePath).ContentHash) is { Evidence: LiveEvidence.NotKnown } record ? record : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return null;
        }
    }

    private async Task<LiveEvidence> ReloadOrRestoreAsync(LiveFile before, LoadedRecord? earlier, LiveFile after, CancellationToken cancellationToken)
    {
        string failure;
        try
        {
            var (reason, seen) = await LoadAsync(after, cancellationToken).ConfigureAwait(false);
            if (reason is null)
            {
                RequireWritten(after);
                return seen;
            }

            failure = reason;
        }
        catch (OperationCanceledException)
        {
            RequireOurs(before, "stopped");
            await RestoreAsync(before, earlier).ConfigureAwait(false);
            throw;
        }

        RequireOurs(before, "reload_failed:" + failure);
        var second = await RestoreAsync(before, earlier).ConfigureAwait(false);
        throw ReloadFailed("apply", second is null ? failure : failure + "; after the previous file was restored: " + second);
    }

    // Not cancelled: the command has a time limit, and half a roll-out is worse than a late one.
    private async Task<string?> RestoreAsync(LiveFile before, LoadedRecord? earlier)
    {
        var record = earlier?.NotSeen();
        Write(before, record);
        var (failure, seen) = await LoadAsync(before, CancellationToken.None).ConfigureAwait(false);
        restored = new RestoredFile(before, failure);
        if (failure is null)
        {
            await SettleAsync(record is null ? null : new Load(record, before, seen) { IsRestored = true }, CancellationToken.None).ConfigureAwait(false);
        }

        return failure;
    }

    private async Task<string?> LoadAgainAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var earlier = restored;
        restored = null;
        var isThere = File.Exists(FilePath) && snapshot.File.Has(File.ReadAllBytes(FilePath));
        if (isThere && reload is not null && earlier is { IsSettled: true } && earlier.File.Has(snapshot.File.Bytes))
        {
            return earlier.Failure;
        }

        RequireOurs(snapshot.File, null);
        var record = isThere && reload is null ? snapshot.Recorded : snapshot.Recorded?.NotSeen();
        Write(snapshot.File, record);
        var (failure, seen) = await LoadAsync(snapshot.File, cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            await SettleAsync(record is null ? null : new Load(record, snapshot.File, seen) { IsRestored = true }, cancellationToken).ConfigureAwait(false);
            await RestoreRowsAsync(snapshot, seen, cancellationToken).ConfigureAwait(false);
        }

        return failure;
    }

    /// <summary>Restores changed rows; none is created.</summary>
    private async Task RestoreRowsAsync(Snapshot snapshot, LiveEvidence seen, CancellationToken cancellationToken)
    {
        if (HasRows(snapshot.File) && (snapshot.Rows.Stored ?? (seen == LiveEvidence.Restart ? snapshot.Rows.Listed : null)) is { } earlier)
        {
            await rows.ConvergeAsync(snapshot.File, earlier, static _ => false, seen == LiveEvidence.Restart, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<ProbeResult> ProbeHealthUrlAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        var probes = new GatewayProbes(http);
        return start.UntilUpAsync((once, token) => once ? probes.ForSuccessOnceAsync(request, token) : probes.ForSuccessAsync(request, token), cancellationToken);
    }

    private async Task<ProbeResult> ProbeListenerAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = files.Read(FilePath);
            var address = options.ListenAddress ?? file.ListenAddress;
            return ListenerProbe.Parse(address) is null
                ? await new ListenerProbe(options.Http).ProbeAsync(address, cancellationToken).ConfigureAwait(false)
                : await start.UntilUpAsync((once, token) => new ListenerProbe(once ? options.Http with { Tries = 1 } : options.Http).ProbeAsync(address, token), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return ProbeResult.Failed("file_not_readable");
        }
    }

    private Snapshot GetSnapshot(GatewayState state, string operation) => state.Snapshot as Snapshot
        ?? throw new GatewayException(Name, operation, "state_of_another_gateway", "Read the state from this gateway.");

    private Diagnostic[] DiagnoseReload(GatewayRollout rollout) =>
        options.Reload is not null ? []
        : ReloadProgram.Check(options.ReloadCommand) is { } fault ? [ReloadProgram.Diagnose(fault, options.ReloadTimeout)]
        : HangsUp ? [HangupCommand.Diagnose(rollout.IsPaused)]
        : [];

    /// <summary>Before anything is written: what cannot be run, Aperture would never read.</summary>
    private void RequireReload(string operation, bool mayHangUp)
    {
        if (options.Reload is null && (ReloadProgram.Check(options.ReloadCommand) ?? (HangsUp && !mayHangUp ? HangupCommand.Reason : null)) is { } fault)
        {
            throw ReloadFailed(operation, fault);
        }
    }

    private GatewayException ReloadFailed(string operation, string reason) =>
        new(Name, operation, "reload_failed:" + reason, ReloadProgram.RemedyFor(reason, options.ReloadTimeout));

    private async Task<T> Guarded<T>(string operation, Func<Task<T>> call)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (ApertureConfigFormatException e)
        {
            throw new GatewayException(Name, operation, (operation == Reading ? "file_not_valid:" : "file_not_spliceable:") + e.Message, e.Remedy, e);
        }
        catch (ArgumentException e)
        {
            throw new GatewayException(Name, operation, "artifact_not_for_gateway", "Roll out the Aperture rendering.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GatewayException(Name, operation, "file_not_found", "Create the aperture.yaml with its settings first. Only its services are written.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(Name, operation, "file_not_accessible:" + e.Message, operation == Reading ? "Check that this account may read the file." : "Check that this account may read and write the file, and write its folder.", e);
        }
    }

    /// <param name="File">The file.</param>
    /// <param name="Record">The record that applies to it, or null.</param>
    /// <param name="Recorded">The record beside it, even if it does not apply.</param>
    /// <param name="Rows">The rows that precede it.</param>
    private sealed record Snapshot(LiveFile File, LoadedRecord? Record, LoadedRecord? Recorded, LiveRows Rows)
    {
        /// <summary>Whether another configuration than the file is live, or may be.</summary>
        public bool IsOther { get; init; }
    }

    /// <summary>A written file that may have been loaded.</summary>
    private sealed record Load(LoadedRecord Record, LiveFile File, LiveEvidence Seen)
    {
        /// <summary>This store's services of the file, to which its rows are changed; null leaves the rows unchanged.</summary>
        public IReadOnlyList<GatewayService>? Written { get; init; }

        /// <summary>Whether it is the previous file, written by a roll-back.</summary>
        public bool IsRestored { get; init; }

        /// <summary>Whether a service that is not written belongs to this store.</summary>
        public Func<string, bool> IsOurs { get; init; } = static _ => false;
    }
}
