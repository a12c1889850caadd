using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Leases;
using LightningOps.Reconcile.Outbox;

namespace LightningOps.Smoke;

/// <summary>Makes one reconcile of the gateway; every check must have been made and passed.</summary>
internal sealed class StagingSmoke : ISmoke
{
    private const string DefaultRequestId = "smoke:staging";

    public SmokeName Name => SmokeName.Staging;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => true;

    public bool UsesScratchStore => false;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var gateway = request.Gateway ?? throw new ConfigException("Gateway", "missing: this smoke rolls out to a gateway", "Name a gateway.");
        var options = new ReconcileOptions
        {
            RequestId = request.RequestId ?? DefaultRequestId,
            Compile = new CompileOptions { Format = request.Format },
        };
        var reconciler = new Reconciler(
            request.ControlPlane,
            gateway,
            request.Time,
            request.Leases ?? new MemoryLeases(),
            request.Outbox ?? new MemoryOutbox(),
            request.Progress,
            request.Observability);
        return StagingSmokeResult.Of(await reconciler.RunAsync(options, cancellationToken).ConfigureAwait(false));
    }
}
