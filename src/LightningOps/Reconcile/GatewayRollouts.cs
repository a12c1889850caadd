using LightningOps.Compile;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>Makes what a gateway is sent.</summary>
internal static class GatewayRollouts
{
    public static GatewayRollout Of(ReconcileOptions options, CompileResult compile) => new()
    {
        RequestId = options.RequestId,
        DeploymentId = DeploymentIds.OfReconcile(options.RequestId),
        ConfigHash = compile.ConfigHash,
        Artifact = compile.Artifact,
        Rules = compile.Rules,
        Prune = options.Prune,
        AllowMissingFeatures = options.AllowMissingFeatures,
        OverrideStop = options.OverrideStop,
    };
}
