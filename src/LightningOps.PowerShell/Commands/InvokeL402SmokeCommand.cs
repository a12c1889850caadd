using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.PowerShell.Binding;
using LightningOps.PowerShell.CmdletBases;
using LightningOps.PowerShell.Completion;
using LightningOps.PowerShell.Errors;
using LightningOps.PowerShell.Json;
using LightningOps.PowerShell.Progress;
using LightningOps.Smoke;
using LightningOps.Smoke.Ep212;
using LightningOps.Smoke.FullFlow;
using LightningOps.Smoke.Security;
using LightningOps.Storage;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Runs a smoke and gives its result. A result that is not ok is followed by the error SmokeFailed.
/// </summary>
/// <example>
/// <code>Invoke-L402Smoke -Name Compile -Mode Mock | Export-Json</code>
/// <para>Prints the result as the older service did.</para>
/// </example>
/// <example>
/// <code>Invoke-L402Smoke -Name Staging -Mode Local -Gateway file:./aperture.yaml -ReloadCommand systemctl, restart, aperture -ChallengeUrl http://localhost:8081</code>
/// <para>Makes one reconcile of a gateway; a check that could not be made makes it fail.</para>
/// </example>
/// <example>
/// <code>Invoke-L402Smoke -Name FullFlow -Mode Api -LocalArtifact ./local-node.json -ArtifactDirectory ./out</code>
/// <para>Runs everything end to end against the hosted control plane and keeps events.jsonl and summary.json, also when it fails.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "L402Smoke", SupportsShouldProcess = true)]
[OutputType(
    typeof(CompileSmokeResult),
    typeof(SecuritySmokeResult),
    typeof(StagingSmokeResult),
    typeof(SettlementSmokeResult),
    typeof(ObservabilitySmokeResult),
    typeof(FullFlowSmokeResult),
    typeof(Ep212RoutesSmokeResult),
    typeof(Ep212FullFlowSmokeResult),
    typeof(string))]
public sealed class InvokeL402SmokeCommand : GatewaySettingsCmdlet
{
    /// <summary>Smokes to run, in order.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public SmokeName[] Name { get; set; } = [];

    /// <summary>
    /// Mode of the smokes: Mock, Local, Api, Convex, or Live for the smokes that buy. Defaults to the mode of the
    /// session for Compile, Security and Settlement, and to Mock for the others.
    /// </summary>
    [Parameter]
    public SmokeMode Mode { get; set; }

    /// <summary>
    /// Gateway of the smokes that roll out: ops, ops:https://host, admin:https://host:port, file:PATH, loopback,
    /// memory. Without it ops in Api and Convex mode, memory in Mock mode; in Local mode the loopback gateway of the
    /// session, else a temporary one with its own upstream.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Gateway { get; set; }

    /// <summary>Rendering of a compile.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>Request id of the run; each smoke has its own default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

    /// <summary>
    /// Security, Observability and FullFlow in Api and Convex mode: read the switches first, refuse to run while a
    /// pause is on, and restore the credential role afterwards. This takes more calls than the older service made. In
    /// Local mode these smokes use their own store.
    /// </summary>
    [Parameter]
    public SwitchParameter KeepState { get; set; }

    /// <summary>Folder for the artifacts of smokes that write artifacts; by default output/lightning-ops/NAME/REQUEST in the current folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ArtifactDirectory { get; set; }

    /// <summary>FullFlow: artifact of the local node to compare with; output/l402-local-node-smoke-artifact.json in the current folder by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? LocalArtifact { get; set; }

    /// <summary>FullFlow: pass even without that artifact, or if keys are missing from it.</summary>
    [Parameter]
    public SwitchParameter AllowMissingLocalArtifact { get; set; }

    /// <summary>Return one JSON document per smoke, for CI: the result, or {"ok":false,"error":"..."} when it failed. The error follows it, so that pwsh -Command ends with exit code 1.</summary>
    [Parameter]
    public SwitchParameter AsJson { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Name)
        {
            await ForInputAsync(name, () => TellAsync(name, cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(SmokeName name, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(SmokeCatalog.Get(name), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (AsJson && ErrorRecords.IsExpected(exception))
        {
            WriteObject(JsonOutput.Failure(exception));
            throw;
        }
    }

    private Task RunAsync(ISmoke smoke, CancellationToken cancellationToken)
    {
        var mode = SmokeModes.For(smoke, IsBound(nameof(Mode)) ? Mode : null, () => SessionMode);
        return smoke is not IBuyingSmoke ? RunOnControlPlaneAsync(smoke, mode, cancellationToken)
            : ShouldProcess(mode + " mode", "Run smoke " + smoke.Name) ? RunAsync(smoke, Request(mode), cancellationToken)
            : Task.CompletedTask;
    }

    private async Task RunOnControlPlaneAsync(ISmoke smoke, SmokeMode chosen, CancellationToken cancellationToken)
    {
        var mode = SmokeModes.ToControlPlaneMode(chosen);
        var isOwnSite = smoke.UsesScratchStore && mode == ControlPlaneMode.Local;
        if (isOwnSite && smoke.NeedsGateway && Gateway is not null)
        {
            throw new ConfigException(nameof(Gateway), "smoke " + smoke.Name + " uses its own gateway in Local mode", "Omit -Gateway.");
        }

        using var own = smoke.NeedsGateway && !isOwnSite && mode == ControlPlaneMode.Local && Gateway is null && TestGateways.All.Count == 0 ? SmokeGateway.Start() : null;
        using var gateways = smoke.NeedsGateway && !isOwnSite ? OpenGateways(Gateway is null ? [] : [new GatewayArgument(Gateway)], mode, own: own?.Gateway) : new GatewayList([]);
        var gateway = gateways.All.Count == 0 ? null : gateways.All[0];
        var place = "Control plane " + GetModeName(mode) + (gateway is null ? string.Empty : ", gateway " + gateway.Name);
        if (!ShouldProcess(place, "Run smoke " + smoke.Name))
        {
            return;
        }

        WarnAboutHostedSwitches(smoke, mode);
        using var scratch = isOwnSite ? ScratchStore.CreateBeside(ControlPlaneSettings.From(EffectiveEnvironment, mode).StorePath!) : null;
        using var controlPlane = scratch is null ? OpenControlPlane(mode) : OpenStore(scratch);
        using var stores = gateway is null ? null : OpenStores(gateway, mode);
        var request = Request(chosen) with
        {
            ControlPlane = controlPlane,
            RunMark = mode is ControlPlaneMode.Local or ControlPlaneMode.Postgres ? Guid.NewGuid().ToString("N") : null,
            Gateway = gateway,
            Leases = stores?.Leases,
            Outbox = stores?.Outbox,
            KeepsState = KeepState,
            ScratchDirectory = scratch?.Folder,
        };
        await RunAsync(smoke, request, cancellationToken).ConfigureAwait(false);
    }

    private SmokeRequest Request(SmokeMode mode)
    {
        var wallet = mode == SmokeMode.Live ? NamedWallet : null;
        return CommonRequest(mode) with
        {
            Payer = wallet?.Reference,
            PayerSettings = wallet?.Payer,
            WalletPlace = wallet?.Options.WalletPlace,
            CredentialStorePath = CredentialStorePath is null ? null : ResolveFile(CredentialStorePath),
        };
    }

    private SmokeRequest CommonRequest(SmokeMode mode) => new()
    {
        Mode = mode,
        Environment = EffectiveEnvironment,
        WorkingDirectory = CurrentFolder,
        ArtifactDirectory = ArtifactDirectory is null ? null : ResolveFile(ArtifactDirectory),
        LocalArtifact = LocalArtifact is null ? null : ResolveFile(LocalArtifact),
        AllowsMissingLocalArtifact = AllowMissingLocalArtifact,
        Format = Format,
        RequestId = RequestId,
        Observability = Observability,
    };

    private async Task RunAsync(ISmoke smoke, SmokeRequest request, CancellationToken cancellationToken)
    {
        var stages = ShowStages("Smoke " + smoke.Name);
        try
        {
            Write(smoke, await smoke.RunAsync(request with { Progress = stages, Steps = new StepReporter(WriteVerbose, WriteWarning) }, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            stages.Complete();
        }
    }

    private LocalControlPlane OpenStore(ScratchStore scratch)
    {
        WriteVerbose("Control plane: a temporary store at " + scratch.Path);
        return new LocalControlPlane(new LocalStoreOptions { Path = scratch.Path });
    }

    private void WarnAboutHostedSwitches(ISmoke smoke, ControlPlaneMode mode)
    {
        if (smoke.Name is SmokeName.Security or SmokeName.Observability or SmokeName.FullFlow && mode is ControlPlaneMode.Api or ControlPlaneMode.Convex or ControlPlaneMode.Postgres)
        {
            WriteWarning(smoke.Name + " briefly pauses every paywall of control plane " + GetModeName(mode)
                + (KeepState ? "." : ", lifts any global pause, and leaves its own fingerprint on gateway_invoice. With -KeepState it refuses to run during a pause and restores the role."));
        }
    }

    private void Write(ISmoke smoke, ISmokeResult result)
    {
        WriteObject(AsJson ? JsonOutput.From(result) : result);
        if (!result.Ok)
        {
            WriteError(ErrorRecords.SmokeFailed(smoke.Name.ToString(), result.FailureReason ?? "a check did not pass.", result));
        }

        if (result is IWrittenSmokeResult { Unwritten: { } unwritten })
        {
            WriteError(ErrorRecords.From(unwritten, target: null));
        }
    }
}
