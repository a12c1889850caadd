using System.Management.Automation;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;
using LightningOps.Smoke;

namespace LightningOps.PowerShell.Commands;

/// <summary>
/// Runs a smoke and gives its result. A result that is not ok is followed by the error SmokeFailed.
/// </summary>
/// <example>
/// <code>Invoke-L402Smoke -Name Compile -Mode Mock | Export-Json</code>
/// <para>Prints the result as the older service did.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "L402Smoke")]
[OutputType(typeof(CompileSmokeResult), typeof(StagingSmokeResult))]
public sealed class InvokeL402SmokeCommand : ControlPlaneCmdlet
{
    /// <summary>Smokes to run, in order.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    public SmokeName[] Name { get; set; } = [];

    /// <summary>Rendering of a compile.</summary>
    [Parameter]
    public ArtifactFormat Format { get; set; } = ArtifactFormat.Aperture;

    /// <summary>Request the run is recorded under; each smoke has its own default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RequestId { get; set; }

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
        using var controlPlane = OpenControlPlane(mode);
        var environment = Context.Environment();
        using var gateway = smoke.NeedsGateway ? SmokeGateways.Open(mode, environment) : null;
        using var stores = gateway is null ? null : ReconcileStores.Open(ControlPlaneSettings.From(environment, mode), environment, gateway.Name);
        var request = new SmokeRequest
        {
            ControlPlane = controlPlane,
            Gateway = gateway,
            Leases = stores?.Leases,
            Outbox = stores?.Outbox,
            Format = Format,
            RequestId = RequestId,
        };
        var result = await smoke.RunAsync(request, cancellationToken).ConfigureAwait(false);
        WriteObject(result);
        if (!result.Ok)
        {
            WriteError(ErrorRecords.SmokeFailed(smoke.Name.ToString(), "a check did not pass.", result));
        }
    }
}
