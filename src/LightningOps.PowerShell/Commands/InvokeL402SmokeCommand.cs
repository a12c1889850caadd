using System;
using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.PowerShell.Completion;
using LightningOps.Smoke;
using LightningOps.Smoke.Security;
using LightningOps.Smoke.Settlements;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Runs a smoke and gives its result. A result that is not ok is followed by the error SmokeFailed.
/// </summary>
/// <example>
/// <code>Invoke-L402Smoke -Name Compile -Mode Mock | Export-Json</code>
/// <para>Prints the result as the older service did.</para>
/// </example>
/// <example>
/// <code>Invoke-L402Smoke -Name Staging -Mode Local -Gateway file:./aperture.yaml -ReloadCommand pkill, -HUP, aperture -ChallengeUrl http://localhost:8081</code>
/// <para>Makes one reconcile of a gateway; a check that could not be made makes it fail.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "L402Smoke", SupportsShouldProcess = true)]
[OutputType(typeof(CompileSmokeResult), typeof(SecuritySmokeResult), typeof(StagingSmokeResult), typeof(SettlementSmokeResult))]
public sealed class InvokeL402SmokeCommand : GatewayCmdlet
{
    /// <summary>Smokes to run, in order.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public SmokeName[] Name { get; set; } = [];

    /// <summary>
    /// Gateway of the smokes that roll out: ops, ops:https://host, admin:https://host:port, file:PATH, memory. Without it
    /// ops in Api and Convex mode, memory in Mock mode.
    /// </summary>
    [Parameter]
    [ArgumentCompleter(typeof(GatewayCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Gateway { get; set; }

    /// <summary>Rendering of a compile.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>Request the run is recorded under; each smoke has its own default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

    /// <summary>
    /// Security in Api and Convex mode: read the switches first, refuse to run while the pause is on, and put the
    /// credential role back afterwards. More calls than the older service made. In Local mode the smoke has a store of its own.
    /// </summary>
    [Parameter]
    public SwitchParameter KeepState { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessRecordAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Name)
        {
            await ForInputAsync(name, () => RunAsync(SmokeCatalog.Get(name), cancellationToken)).ConfigureAwait(false);
        }
    }

    private async Task RunAsync(ISmoke smoke, CancellationToken cancellationToken)
    {
        var mode = IsModeGiven ? Mode : smoke.DefaultMode ?? EffectiveMode;
        using var gateways = smoke.NeedsGateway ? OpenGateways(Gateway is null ? [] : [Gateway], mode) : new GatewayList([]);
        var gateway = gateways.All.Count == 0 ? null : gateways.All[0];
        var place = "Control plane " + NameOf(mode) + (gateway is null ? string.Empty : ", gateway " + gateway.Name);
        if (!ShouldProcess(place, "Run smoke " + smoke.Name))
        {
            return;
        }

        WarnOfHostedSwitches(smoke, mode);
        using var scratch = smoke.UsesScratchStore && mode == ControlPlaneMode.Local ? ScratchStore.Beside(ControlPlaneSettings.From(EffectiveEnvironment, mode).StorePath!) : null;
        using var controlPlane = scratch is null ? OpenControlPlane(mode) : OpenStore(scratch);
        using var stores = gateway is null ? null : OpenStores(gateway, mode);
        var stages = ShowStages("Smoke " + smoke.Name);
        var request = new SmokeRequest
        {
            ControlPlane = controlPlane,
            Format = Format,
            RequestId = RequestId,
            RunMark = mode == ControlPlaneMode.Local ? Guid.NewGuid().ToString("N") : null,
            Gateway = gateway,
            Leases = stores?.Leases,
            Outbox = stores?.Outbox,
            Progress = stages,
            KeepsState = KeepState,
            Observability = Observability,
        };
        try
        {
            Write(smoke, await smoke.RunAsync(request, cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            stages.Complete();
        }
    }

    private LocalControlPlane OpenStore(ScratchStore scratch)
    {
        WriteVerbose("Control plane: a store of the smoke's own, " + scratch.Path);
        return new LocalControlPlane(new LocalStoreOptions { Path = scratch.Path });
    }

    private void WarnOfHostedSwitches(ISmoke smoke, ControlPlaneMode mode)
    {
        if (smoke.Name == SmokeName.Security && mode is ControlPlaneMode.Api or ControlPlaneMode.Convex)
        {
            WriteWarning("Security pauses every paywall of control plane " + NameOf(mode) + " for a moment"
                + (KeepState ? "." : ", lifts a pause that is on, and leaves its own fingerprint on gateway_invoice. -KeepState refuses to run over a pause and puts the role back."));
        }
    }

    private void Write(ISmoke smoke, ISmokeResult result)
    {
        WriteObject(result);
        if (!result.Ok)
        {
            WriteError(ErrorRecords.SmokeFailed(smoke.Name.ToString(), result.FailureReason ?? "a check did not pass.", result));
        }
    }
}
