using System;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts;
using LightningOps.Compile;
using LightningOps.Gateway.Http;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// An Aperture that reads a file: the services of its aperture.yaml are replaced whole, everything else of the file
/// stays as it is, and a command makes Aperture read it again.
/// </summary>
public sealed class ApertureFileGateway : IGateway
{
    private const string Reading = "read";
    private readonly ApertureFileGatewayOptions options;
    private readonly GatewayHttp http;
    private readonly SaleProbes sales;
    private readonly IConfigReload? reload;
    private readonly KeptVersions versions;
    private RestoredFile? restored;
    private ConfigHash? closedWithoutRecord;

    /// <summary>Creates a gateway; nothing is read yet.</summary>
    /// <exception cref="ConfigException">A URL cannot be used.</exception>
    public ApertureFileGateway(ApertureFileGatewayOptions options)
    {
        this.options = options with { Path = Path.GetFullPath(options.Path) };
        http = new GatewayHttp(Name, options.Http, Array.Empty<string>);
        sales = new SaleProbes(options.Probes, http, options.Http.AllowInsecure);
        versions = new KeptVersions(this.options.Path, options.KeptVersions);
        reload = options.Reload ?? (options.ReloadCommand is { Count: > 0 } arguments ? new ReloadCommand(arguments, options.ReloadTimeout, options.Http.Time) : null);
    }

    /// <inheritdoc/>
    public string Name => "file:" + options.Path;

    /// <inheritdoc/>
    public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) =>
        Guarded(Reading, () => Task.FromResult(StateOf(ServedFile.Read(options.Path))));

    /// <inheritdoc/>
    public RolloutPlan Plan(GatewayState state, GatewayRollout rollout)
    {
        var snapshot = SnapshotOf(state, "plan");
        var changes = RolloutPlanner.Compare(snapshot.File.Services, WantedServices.Of(rollout.Rules, withExtras: true));
        var refusals = FileRefusals.Of(snapshot.File, rollout);
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
        var before = ServedFile.Read(options.Path);
        var after = before.With(rollout.Artifact);
        if (!before.Has(after))
        {
            options.Step?.Invoke("keep");
            versions.Keep(before.Bytes, rollout.DeploymentId);
            options.Step?.Invoke("write");
            AtomicFile.Write(options.Path, after);
        }

        options.Step?.Invoke("reload");
        await ReloadOrRestoreAsync(before, cancellationToken).ConfigureAwait(false);
        options.Step?.Invoke("record");
        new LoadedRecord(rollout.DeploymentId, rollout.ConfigHash.Value) { Owners = ServiceOrigins.GetOwners(rollout.Rules), Stop = GatewayStop.From(rollout, options.Store) }.Write(options.Path);
        options.Step?.Invoke("prune");
        versions.Prune();
        return new GatewayDeployment { DeploymentId = rollout.DeploymentId, ConfigHash = rollout.ConfigHash };
    });

    /// <inheritdoc/>
    public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) => Guarded("roll back", async () =>
    {
        var snapshot = SnapshotOf(state, "roll back");
        if (await LoadAgainAsync(snapshot.File, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw ReloadFailed("roll back", failure);
        }

        if (snapshot.Record is null)
        {
            LoadedRecord.Delete(options.Path);
        }
        else
        {
            snapshot.Record.Write(options.Path);
        }

        return state.Active;
    });

    /// <inheritdoc/>
    public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing)
    {
        var snapshot = SnapshotOf(state, "plan");
        return FileClosing.Plan(Name, snapshot.File, IsLoaded(snapshot), closing.For(state.Origins));
    }

    /// <inheritdoc/>
    public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) => Guarded("close", async () =>
    {
        cancellationToken.ThrowIfCancellationRequested();
        restored = null;
        var before = ServedFile.Read(options.Path);
        var state = StateOf(before);
        if (PlanClosing(state, closing) is null)
        {
            return state.Active;
        }

        var after = FileClosing.Close(before, closing.For(state.Origins));
        if (!before.Has(after.Bytes))
        {
            options.Step?.Invoke("keep");
            versions.TryKeep(before.Bytes, closing.DeploymentId);
            options.Step?.Invoke("write");
            AtomicFile.WriteRegardless(options.Path, after.Bytes);
        }

        // A command that fails puts nothing back: what Aperture reads next is to be closed.
        options.Step?.Invoke("reload");
        if (reload is not null && await reload.RunAsync(cancellationToken).ConfigureAwait(false) is { } failure)
        {
            throw ReloadFailed("close", failure);
        }

        closedWithoutRecord = after.ConfigHash;
        options.Step?.Invoke("record");
        return Loaded(after, closing.DeploymentId);
    });

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken)
    {
        if (options.HealthUrl is { } url)
        {
            var address = GatewayAddress.Check("HealthUrl", url, options.Http.AllowInsecure);
            return new GatewayProbes(http).ForSuccessAsync(new GatewayRequest(HttpMethod.Get, address), cancellationToken);
        }

        return ProbeListenerAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) => sales.ChallengeAsync(route, cancellationToken);

    /// <inheritdoc/>
    public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) =>
        sales.ProxyAsync(route, challenge, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private GatewayState StateOf(ServedFile file)
    {
        var record = LoadedRecord.Find(options.Path, file.ConfigHash);
        return new GatewayState { Active = ActiveOf(file, record), Services = file.Services, Snapshot = new Snapshot(file, record), Origins = new ServiceOrigins(null, LoadedRecord.FindOwners(options.Path)) };
    }

    private static GatewayDeployment? ActiveOf(ServedFile file, LoadedRecord? record) =>
        file.ConfigHash is { } hash && (file.Services.Count > 0 || record is not null)
            ? new GatewayDeployment { DeploymentId = record?.DeploymentId, ConfigHash = hash }
            : null;

    private GatewayDeployment? Loaded(ServedFile file, string deploymentId)
    {
        if (file.ConfigHash is not { } hash)
        {
            return null;
        }

        // Who closes stops it from now on, also where all was closed already.
        var record = LoadedRecord.Find(options.Path, hash) ?? new LoadedRecord(deploymentId, hash.Value) { Owners = LoadedRecord.FindOwners(options.Path) };
        record = options.Store is { } store ? record with { Stop = new GatewayStop(deploymentId, store) } : record;
        try
        {
            record.Write(options.Path);
            versions.Prune();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is closed and loaded; only the next command does not know that, and closes again.
        }

        return ActiveOf(file, record);
    }

    // Without a command, something else watches the file: what it has is what is served.
    private bool IsLoaded(Snapshot snapshot) => reload is null || snapshot.Record is not null || (closedWithoutRecord is { } closed && closed == snapshot.File.ConfigHash);

    private async Task ReloadOrRestoreAsync(ServedFile before, CancellationToken cancellationToken)
    {
        if (reload is null)
        {
            return;
        }

        string failure;
        try
        {
            if (await reload.RunAsync(cancellationToken).ConfigureAwait(false) is not { } reason)
            {
                return;
            }

            failure = reason;
        }
        catch (OperationCanceledException)
        {
            await RestoreAsync(before, reload).ConfigureAwait(false);
            throw;
        }

        var second = await RestoreAsync(before, reload).ConfigureAwait(false);
        throw ReloadFailed("apply", second is null ? failure : failure + "; after the old file was put back: " + second);
    }

    // Not cancelled: the command has a time limit, and half a roll-out is worse than a late one.
    private async Task<string?> RestoreAsync(ServedFile before, IConfigReload command)
    {
        WriteIfChanged(before);
        restored = new RestoredFile(before, await command.RunAsync(CancellationToken.None).ConfigureAwait(false));
        return restored.Failure;
    }

    private async Task<string?> LoadAgainAsync(ServedFile file, CancellationToken cancellationToken)
    {
        var earlier = restored;
        restored = null;
        var isWritten = WriteIfChanged(file);
        return reload is null ? null
            : !isWritten && earlier is { IsSettled: true } && earlier.File.Has(file.Bytes) ? earlier.Failure
            : await reload.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool WriteIfChanged(ServedFile file)
    {
        if (File.Exists(options.Path) && file.Has(File.ReadAllBytes(options.Path)))
        {
            return false;
        }

        AtomicFile.Write(options.Path, file.Bytes);
        return true;
    }

    private async Task<ProbeResult> ProbeListenerAsync(CancellationToken cancellationToken)
    {
        try
        {
            var file = ServedFile.Read(options.Path);
            return await new ListenerProbe(options.Http).ProbeAsync(options.ListenAddress ?? file.ListenAddress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApertureConfigFormatException)
        {
            return ProbeResult.Failed("file_not_readable");
        }
    }

    private Snapshot SnapshotOf(GatewayState state, string operation) => state.Snapshot as Snapshot
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

    private sealed record Snapshot(ServedFile File, LoadedRecord? Record);
}
