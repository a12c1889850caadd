using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Files;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// An Aperture that reads a file: the services of its aperture.yaml are replaced whole, everything else of the file
/// stays as it is, and a command makes Aperture read it again.
/// </summary>
public sealed class ApertureFileGateway : IGateway, ILiveEvidence
{
    private const string Reading = "read";

    /// <summary>How long the listener may take to go down once the reload command has ended, and to answer before it.</summary>
    private static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(2);

    private readonly ApertureFileGatewayOptions options;
    private readonly GatewayHttp http;
    private readonly SaleProbes sales;
    private readonly IConfigReload? reload;
    private readonly KeptVersions versions;
    private RestoredFile? restored;
    private LoadedRecord? restarted;
    private ConfigHash? closedWithoutRecord;
    private LiveEvidence evidence;

    /// <summary>Creates a gateway; nothing is read yet.</summary>
    /// <exception cref="ConfigException">A URL cannot be used.</exception>
    public ApertureFileGateway(ApertureFileGatewayOptions options)
    {
        this.options = options with { Path = Path.GetFullPath(options.Path) };
        http = new GatewayHttp(Name, options.Http, Array.Empty<string>, CertificatePin.Read(options.CertificateFingerprint, options.CertificatePath));
        sales = new SaleProbes(options.Probes, http, options.Http.AllowInsecure);
        versions = new KeptVersions(this.options.Path, options.KeptVersions);
        reload = options.Reload ?? (options.ReloadCommand is { Count: > 0 } arguments ? new ReloadCommand(arguments, options.ReloadTimeout, options.Http.Time) : null);
    }

    /// <inheritdoc/>
    public string Name => "file:" + options.Path;

    LiveEvidence ILiveEvidence.Evidence => evidence;

    /// <inheritdoc/>
    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) =>
        Guarded(Reading, () => Task.FromResult(CreateState(LiveFile.Read(options.Path))));

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var snapshot = GetSnapshot(state, "plan");
        var changes = RolloutPlanner.Compare(snapshot.File.Services, DesiredServices.From(rollout.Rules, withExtras: true));
        var refusals = FileRefusals.GetRefusals(snapshot.File, rollout);
        return new RolloutPlan
        {
            Gateway = Name,
            CurrentConfigHash = IsLoaded(snapshot) ? snapshot.File.ConfigHash : null,
            ConfigHash = rollout.ConfigHash,
            Changes = changes,
            Diagnostics = LoadedRecord.FindStop(options.Path)?.Refuse(options.Store, changes, rollout) is { } stopped ? [stopped, .. refusals] : refusals,
        };
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken) => Guarded("apply", async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        restored = null;
        if (options.Reload is null && ReloadProgram.Check(options.ReloadCommand) is { } missing)
        {
            // Before anything is written: Aperture would never read it.
            throw ReloadFailed("apply", missing);
        }

        closedWithoutRecord = null;
        var before = LiveFile.Read(options.Path);
        var earlier = LoadedRecord.Find(options.Path, before.ConfigHash);
        var after = LiveFile.FromBytes(before.With(rollout.Artifact));
        var record = new LoadedRecord(rollout.DeploymentId, rollout.ConfigHash.Value)
        {
            ShownBy = ShownBy(before, earlier, after),
            Owners = ServiceOrigins.GetOwners(rollout.Rules),
            Stop = GatewayStop.From(rollout, options.Store),
        };
        if (!before.Has(after.Bytes))
        {
            options.Step?.Invoke("keep");
            versions.Save(before.Bytes, earlier?.DeploymentId, before.ConfigHash);
            options.Step?.Invoke("write");
        }

        Write(after, record);
        options.Step?.Invoke("reload");
        var seen = await ReloadOrRestoreAsync(before, earlier, after, cancellationToken).ConfigureAwait(false);
        options.Step?.Invoke("record");
        await SettleAsync(record, seen, cancellationToken).ConfigureAwait(false);
        options.Step?.Invoke("prune");
        versions.Prune();
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
        return FileClosing.Plan(Name, snapshot.File, IsLoaded(snapshot), closing.For(state.Origins));
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) => Guarded("close", async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        restored = null;
        var before = LiveFile.Read(options.Path);
        var state = CreateState(before);
        if (PlanClosing(state, closing) is null)
        {
            return state.Active;
        }

        var after = FileClosing.Close(before, closing.For(state.Origins));
        if (!before.Has(after.Bytes))
        {
            options.Step?.Invoke("keep");
            versions.TryKeep(before.Bytes, state.Active?.DeploymentId, before.ConfigHash);
            options.Step?.Invoke("write");
        }

        var record = StoppedBy(closing, after);
        WriteClosed(after, record);

        // A command that fails puts nothing back: what Aperture reads next is to be closed.
        options.Step?.Invoke("reload");
        var (failure, seen) = await LoadAsync(after, cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            throw ReloadFailed("close", failure);
        }

        options.Step?.Invoke("record");
        try
        {
            await SettleAsync(record, seen, cancellationToken).ConfigureAwait(false);
            versions.Prune();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is closed and loaded; only the next command does not know that, and closes again.
            closedWithoutRecord = after.ConfigHash;
        }

        return GetActive(after, record);
    });

    /// <inheritdoc/>
    public async Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken)
    {
        var result = options.HealthUrl is { } url
            ? await new GatewayProbes(http).ForSuccessAsync(new GatewayRequest(HttpMethod.Get, GatewayAddress.Check("HealthUrl", url, options.Http.AllowInsecure)), cancellationToken).ConfigureAwait(false)
            : await ProbeListenerAsync(cancellationToken).ConfigureAwait(false);
        if (result.Outcome == ProbeOutcome.Passed)
        {
            await ConfirmRestartAsync(cancellationToken).ConfigureAwait(false);
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

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private GatewayState CreateState(LiveFile file)
    {
        var record = LoadedRecord.Find(options.Path, file.ConfigHash);
        evidence = record is not null && closedWithoutRecord != file.ConfigHash ? record.Evidence : closedWithoutRecord is not null && closedWithoutRecord == file.ConfigHash ? LiveEvidence.Restart : LiveEvidence.NotKnown;
        return new GatewayState
        {
            Active = GetActive(file, record),
            Services = file.Services,
            Evidence = evidence,
            Snapshot = new Snapshot(file, record),
            Origins = new ServiceOrigins(null, LoadedRecord.FindOwners(options.Path)),
        };
    }

    private static GatewayDeployment? GetActive(LiveFile file, LoadedRecord? record) =>
        file.ConfigHash is { } hash && (file.Services.Count > 0 || record is not null)
            ? new GatewayDeployment { DeploymentId = record?.DeploymentId, ConfigHash = hash }
            : null;

    private bool IsLoaded(Snapshot snapshot) =>
        snapshot.Record is { Evidence: not LiveEvidence.NotKnown } || (closedWithoutRecord is { } closed && closed == snapshot.File.ConfigHash);

    /// <summary>The record of a close: its store stops the gateway from now on, also where all was closed already.</summary>
    private LoadedRecord? StoppedBy(GatewayClosing closing, LiveFile after)
    {
        if (after.ConfigHash is not { } hash)
        {
            return null;
        }

        var record = LoadedRecord.Find(options.Path, hash)?.NotSeen()
            ?? new LoadedRecord(closing.DeploymentId, hash.Value) { Owners = LoadedRecord.FindOwners(options.Path) };
        return options.Store is { } store ? record with { Stop = new GatewayStop(closing.DeploymentId, store) } : record;
    }

    /// <summary>Writes what is closed, whatever cannot be recorded of it.</summary>
    private void WriteClosed(LiveFile file, LoadedRecord? record)
    {
        restarted = null;
        evidence = LiveEvidence.NotKnown;
        try
        {
            WriteRecord(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The record of before counts for another hash, or says that nothing is known.
        }

        if (!IsWritten(file))
        {
            AtomicFile.WriteRegardless(options.Path, file.Bytes);
        }
    }

    /// <summary>The one price that tells the file from the one before it, where that one is known to be loaded.</summary>
    private static string? ShownBy(LiveFile before, LoadedRecord? earlier, LiveFile after)
    {
        if (earlier is null or { Evidence: LiveEvidence.NotKnown } || after.HasAdminApi)
        {
            return null;
        }

        var changes = RolloutPlanner.Compare(before.Services, after.Services);
        return changes.Count == 1 && (changes[0].Kind == ServiceChangeKind.Opened || changes[0].Members.Any(static member => member.Member == "price")) ? changes[0].Name : null;
    }

    /// <summary>Writes what is to be loaded, first the record that it is not known to be.</summary>
    private void Write(LiveFile file, LoadedRecord? record)
    {
        restarted = null;
        evidence = LiveEvidence.NotKnown;
        WriteRecord(record);
        if (!IsWritten(file))
        {
            AtomicFile.Write(options.Path, file.Bytes);
        }
    }

    private bool IsWritten(LiveFile file) => File.Exists(options.Path) && file.Has(File.ReadAllBytes(options.Path));

    private void WriteRecord(LoadedRecord? record)
    {
        if (record is null)
        {
            LoadedRecord.Delete(options.Path);
        }
        else
        {
            record.Write(options.Path);
        }
    }

    /// <summary>Has what is written loaded, and looks whether it is.</summary>
    /// <returns>Why the command failed, or null; and what was seen of the load.</returns>
    private async Task<(string? Failure, LiveEvidence Seen)> LoadAsync(LiveFile file, CancellationToken cancellationToken)
    {
        if (reload is null)
        {
            return (null, LiveEvidence.NotKnown);
        }

        if (reload.ConfirmsLoad)
        {
            return (await reload.RunAsync(cancellationToken).ConfigureAwait(false), LiveEvidence.Answer);
        }

        using var watch = new RestartWatch(options.ListenAddress ?? file.ListenAddress, options.Http.Time);
        await watch.ReadyAsync(RestartPatience).ConfigureAwait(false);
        if (await reload.RunAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return (failure, LiveEvidence.NotKnown);
        }

        // Where the admin API is on, rows of the database may stand before the file: a restart shows nothing of them.
        var isDown = !file.HasAdminApi && await watch.WentDownAsync(RestartPatience).ConfigureAwait(false);
        return (null, isDown ? LiveEvidence.Restart : LiveEvidence.NotKnown);
    }

    /// <summary>Records what was seen; of a restart only once the process has come back.</summary>
    private async Task SettleAsync(LoadedRecord? record, LiveEvidence seen, CancellationToken cancellationToken)
    {
        if (record is null || seen == LiveEvidence.NotKnown)
        {
            return;
        }

        if (seen != LiveEvidence.Restart)
        {
            Confirm(record, seen);
            return;
        }

        restarted = record;
        await ConfirmRestartAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ConfirmRestartAsync(CancellationToken cancellationToken)
    {
        if (restarted is { } record && (await ProbeListenerAsync(cancellationToken).ConfigureAwait(false)).Outcome == ProbeOutcome.Passed)
        {
            Confirm(record, LiveEvidence.Restart);
        }
    }

    private void Confirm(LoadedRecord record, LiveEvidence seen)
    {
        restarted = null;
        evidence = seen;
        (record with { Evidence = seen, ShownBy = null }).Write(options.Path);
    }

    /// <summary>The record of what is written and not known to be loaded, or null.</summary>
    private LoadedRecord? Pending()
    {
        try
        {
            return LoadedRecord.Find(options.Path, LiveFile.Read(options.Path).ConfigHash) is { Evidence: LiveEvidence.NotKnown } record ? record : null;
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
                return seen;
            }

            failure = reason;
        }
        catch (OperationCanceledException)
        {
            await RestoreAsync(before, earlier).ConfigureAwait(false);
            throw;
        }

        var second = await RestoreAsync(before, earlier).ConfigureAwait(false);
        throw ReloadFailed("apply", second is null ? failure : failure + "; after the old file was put back: " + second);
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
            await SettleAsync(record, seen, CancellationToken.None).ConfigureAwait(false);
        }

        return failure;
    }

    private async Task<string?> LoadAgainAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var earlier = restored;
        restored = null;
        var isThere = File.Exists(options.Path) && snapshot.File.Has(File.ReadAllBytes(options.Path));
        if (isThere && reload is not null && earlier is { IsSettled: true } && earlier.File.Has(snapshot.File.Bytes))
        {
            return earlier.Failure;
        }

        var record = isThere && reload is null ? snapshot.Record : snapshot.Record?.NotSeen();
        Write(snapshot.File, record);
        var (failure, seen) = await LoadAsync(snapshot.File, cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            await SettleAsync(record, seen, cancellationToken).ConfigureAwait(false);
        }

        return failure;
    }

    private async Task<ProbeResult> ProbeListenerAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = LiveFile.Read(options.Path);
            return await new ListenerProbe(options.Http).ProbeAsync(options.ListenAddress ?? file.ListenAddress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return ProbeResult.Failed("file_not_readable");
        }
    }

    private Snapshot GetSnapshot(GatewayState state, string operation) => state.Snapshot as Snapshot
        ?? throw new GatewayException(Name, operation, "state_of_another_gateway", "Read the state from this gateway.");

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
            throw new GatewayException(Name, operation, "file_not_spliceable:" + e.Message, e.Remedy, e);
        }
        catch (ArgumentException e)
        {
            throw new GatewayException(Name, operation, "artifact_not_for_gateway", "Roll out the Aperture rendering.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new GatewayException(Name, operation, "file_not_found", "Create the aperture.yaml with its settings first; only its services are written.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GatewayException(Name, operation, "file_not_accessible:" + e.Message, operation == Reading ? "Check that this account may read the file." : "Check that this account may read and write the file, and write its folder.", e);
        }
    }

    private sealed record Snapshot(LiveFile File, LoadedRecord? Record);
}
