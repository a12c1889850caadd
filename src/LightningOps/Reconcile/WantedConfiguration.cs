using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>What the control plane wants a gateway to serve.</summary>
/// <param name="Compile">What the paywalls compile to.</param>
/// <param name="Paywalls">The paywalls, as listed.</param>
/// <param name="Security">Pause and kill switches; null where the rendering knows no gate.</param>
internal sealed record WantedConfiguration(CompileResult Compile, IReadOnlyList<Paywall> Paywalls, SecurityState? Security)
{
    /// <summary>Lists, reads the security state where the rendering respects it, compiles; each a stage.</summary>
    /// <exception cref="LightningOpsException">The control plane cannot be read: deny, and touch nothing.</exception>
    public static async Task<WantedConfiguration> ReadAsync(
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
        var compiled = await timeline.RunAsync(ReconcileStage.Compile, async step =>
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
        return new WantedConfiguration(compiled, paywalls, gated.Security);
    }
}
