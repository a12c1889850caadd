using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile;

/// <summary>Reads what the control plane wants a gateway to serve.</summary>
internal static class WantedConfiguration
{
    /// <summary>Lists, reads the security state where the rendering respects it, compiles; each a stage.</summary>
    /// <exception cref="LightningOpsException">The control plane cannot be read: deny, and touch nothing.</exception>
    public static async Task<CompileResult> ReadAsync(
        IControlPlane controlPlane, CompileOptions options, StageTimeline timeline, CancellationToken cancellationToken)
    {
        var paywalls = await timeline.RunAsync(ReconcileStage.List, async step =>
        {
            var listed = await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
            step.Details["paywallCount"] = listed.Count;
            return listed;
        }).ConfigureAwait(false);
        var gated = await timeline.RunAsync(ReconcileStage.Security, step =>
        {
            if (!CompileIntent.ReadsGate(options))
            {
                step.Skip("format_has_no_gate");
            }

            return CompileIntent.WithGateAsync(controlPlane, options, cancellationToken);
        }).ConfigureAwait(false);
        return await timeline.RunAsync(ReconcileStage.Compile, async step =>
        {
            var compile = await Task.Run(() => PaywallCompiler.Compile(paywalls, gated, cancellationToken), cancellationToken).ConfigureAwait(false);
            step.Details["configHash"] = compile.ConfigHash.Value;
            step.Details["ruleCount"] = compile.RuleCount;
            step.Details["diagnosticsCount"] = compile.Diagnostics.Count;
            if (!compile.Valid)
            {
                step.Fail(ReconcileFailureCodes.CompileValidationFailed);
            }

            return compile;
        }).ConfigureAwait(false);
    }
}
