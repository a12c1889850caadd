using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Reconcile;

/// <summary>The desired configuration of a gateway.</summary>
/// <param name="Compile">What the paywalls compile to.</param>
/// <param name="Paywalls">The paywalls, as listed; none where they could not be listed.</param>
/// <param name="Security">Pause and kill switches; null where the rendering knows no gate.</param>
internal sealed record DesiredConfiguration(CompileResult Compile, IReadOnlyList<Paywall> Paywalls, SecurityState? Security)
{
    /// <summary>Why the paywalls could not be listed, where a pause or kill switch denies something; null when they were.</summary>
    public LightningOpsException? Unread { get; init; }

    /// <summary>Paywalls that must not sell, whatever is listed of them.</summary>
    public IReadOnlyList<Paywall> Suspended { get; init; } = Array.Empty<Paywall>();

    /// <summary>How paywalls are compiled for a gateway: one that has no admin API reserves no paths.</summary>
    /// <param name="options">The options of the command.</param>
    /// <param name="gateway">The gateway.</param>
    public static CompileOptions GetCompileOptions(CompileOptions options, IGateway gateway) =>
        options.GatewayHasAdminApi && gateway is IAdminApiFlag { HasAdminApi: false } ? options with { GatewayHasAdminApi = false } : options;

    /// <summary>
    /// Lists, reads the security state where the rendering respects it, compiles; each a stage. Where the paywalls cannot be
    /// listed and a pause or kill switch is set, there is a compile that is not valid, so that it is closed.
    /// </summary>
    /// <exception cref="LightningOpsException">The control plane cannot be read: deny, and touch nothing.</exception>
    /// <param name="controlPlane">Where to read.</param>
    /// <param name="options">What is rendered.</param>
    /// <param name="listed">The paywalls where they were listed just now; null lists them.</param>
    /// <param name="suspended">Paywalls that must not sell, whatever is listed of them.</param>
    /// <param name="timeline">Where the stages are timed.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="assume">Switches as they would be; null for those in force.</param>
    public static async Task<DesiredConfiguration> ReadAsync(
        IControlPlane controlPlane, CompileOptions options, IReadOnlyList<Paywall>? listed, IReadOnlyList<Paywall> suspended, StageTimeline timeline, CancellationToken cancellationToken, Func<SecurityState, SecurityState>? assume = null)
    {
        var (paywalls, unread) = await ListAsync(controlPlane, options, listed, timeline, cancellationToken).ConfigureAwait(false);
        var gated = await ReadGateAsync(controlPlane, options, timeline, unread, cancellationToken).ConfigureAwait(false);
        if (assume is not null && gated.Security is { } security)
        {
            gated = gated with { Security = assume(security) };
        }

        if (unread is null && gated.Security is { IsPartial: true })
        {
            // What others have set is not known: nothing is opened, and what was set here is closed.
            unread = new ControlPlaneTransportException("getControlPlaneSecurityState", "security_state_unreadable", "Make the control plane reachable and run the command again.");
        }

        if (unread is not null)
        {
            var unlisted = new DesiredConfiguration(NotCompiled(options, unread), paywalls, gated.Security) { Unread = unread, Suspended = suspended };
            return DenyRules.From(unlisted) is null ? throw unread : unlisted;
        }

        var compiled = await timeline.RunAsync(ReconcileStage.Compile, async step =>
        {
            var compile = await Task.Run(() => PaywallCompiler.Compile(paywalls, gated, cancellationToken), cancellationToken).ConfigureAwait(false);
            step.Details["configHash"] = compile.ConfigHash;
            step.Details["ruleCount"] = compile.RuleCount;
            step.Details["diagnosticsCount"] = compile.Diagnostics.Count;
            if (!compile.Valid)
            {
                step.Fail(ReconcileFailureCodes.CompileValidationFailed);
            }

            return compile;
        }).ConfigureAwait(false);
        return new DesiredConfiguration(compiled, paywalls, gated.Security) { Suspended = suspended };
    }

    private static async Task<(IReadOnlyList<Paywall> Paywalls, LightningOpsException? Unread)> ListAsync(
        IControlPlane controlPlane, CompileOptions options, IReadOnlyList<Paywall>? known, StageTimeline timeline, CancellationToken cancellationToken)
    {
        try
        {
            var paywalls = await timeline.RunAsync(ReconcileStage.List, async step =>
            {
                var listed = known ?? await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false);
                step.Details["paywallCount"] = listed.Count;
                return listed;
            }).ConfigureAwait(false);
            return (paywalls, null);
        }
        catch (Exception failure) when (ControlPlaneCompiler.ReadsSecurityState(options) && !cancellationToken.IsCancellationRequested)
        {
            // The switches may still be read, and what they deny be closed.
            return ([], failure as LightningOpsException ?? new ControlPlaneDecodeException("listPaywalls", "paywalls", "cannot be read: " + RolloutFailure.GetReason(failure), failure));
        }
    }

    private static async Task<CompileOptions> ReadGateAsync(
        IControlPlane controlPlane, CompileOptions options, StageTimeline timeline, LightningOpsException? unread, CancellationToken cancellationToken)
    {
        try
        {
            return await timeline.RunAsync(ReconcileStage.Security, step =>
            {
                if (!ControlPlaneCompiler.ReadsSecurityState(options))
                {
                    step.Skip("format_has_no_gate");
                }

                return ControlPlaneCompiler.WithGateAsync(controlPlane, options, cancellationToken);
            }).ConfigureAwait(false);
        }
        catch (LightningOpsException) when (unread is not null)
        {
            throw unread;
        }
    }

    private static CompileResult NotCompiled(CompileOptions options, LightningOpsException unread)
    {
        var nothing = ConfigHash.Compute(ReadOnlyMemory<byte>.Empty);
        return new CompileResult
        {
            Format = options.Format,
            Valid = false,
            ConfigHash = nothing,
            SnapshotHash = nothing,
            Rules = [],
            Diagnostics = [new Diagnostic { Code = ReconcileFailureCodes.PaywallsUnreadable, Severity = DiagnosticSeverity.Error, Message = "The paywalls cannot be read: " + unread.Message }],
        };
    }
}
