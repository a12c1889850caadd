using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;

namespace LightningOps.Smoke;

/// <summary>Compiles what the control plane holds and records the intent.</summary>
internal sealed class CompileSmoke : ISmoke
{
    private const string DefaultRequestId = "smoke:compile";

    public SmokeName Name => SmokeName.Compile;

    public ControlPlaneMode? DefaultMode => null;

    public bool NeedsGateway => false;

    public bool UsesScratchStore => false;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var options = new CompileOptions { Format = request.Format };
        var requestId = request.RequestId ?? DefaultRequestId;
        var compile = await new CompileObserver(request.Observability, request.Time).ObserveAsync(requestId, async () =>
        {
            var compiled = await CompileIntent.CompileAsync(request.ControlPlane, options, cancellationToken).ConfigureAwait(false);
            return await CompileIntent.RecordAsync(request.ControlPlane, compiled, requestId, cancellationToken).ConfigureAwait(false);
        }).ConfigureAwait(false);
        return new CompileSmokeResult
        {
            Ok = compile.Valid,
            ConfigHash = compile.ConfigHash,
            RuleCount = compile.RuleCount,
            Valid = compile.Valid,
            DeploymentStatus = compile.DeploymentStatus,
            DeploymentId = compile.DeploymentId,
            Diagnostics = compile.Diagnostics,
            Compile = compile,
        };
    }
}
