using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;

namespace LightningOps.Reconcile;

/// <summary>The desired configuration of a gateway.</summary>
/// <param name="Compile">The compile of the paywalls.</param>
/// <param name="Paywalls">The listed paywalls; empty if they could not be listed.</param>
/// <param name="Security">Pause and kill switches; null if the rendering has no gate.</param>
internal sealed record DesiredConfiguration(CompileResult Compile, IReadOnlyList<Paywall> Paywalls, SecurityState? Security)
{
    private const int MaxDeployments = 1_000;

    /// <summary>Why the paywalls could not be listed, if a pause or kill switch denies something; null when they were.</summary>
    public LightningOpsException? Unread { get; init; }

    /// <summary>Paywalls that must not sell, whatever the list says.</summary>
    public IReadOnlyList<Paywall> Suspended { get; init; } = Array.Empty<Paywall>();

    /// <summary>
    /// Lists, reads the security state if the rendering respects it, and compiles; each is a stage. If the paywalls
    /// cannot be listed and a pause or kill switch is set, the compile is invalid, so that services are closed.
    /// </summary>
    /// <exception cref="LightningOpsException">The control plane cannot be read: deny, and change nothing.</exception>
    /// <param name="controlPlane">The control plane.</param>
    /// <param name="gateway">The gateway that the paywalls are for. One without an admin API reserves no paths.</param>
    /// <param name="options">The rendering.</param>
    /// <param name="listed">The paywalls if they were just listed; null to list them.</param>
    /// <param name="suspended">Paywalls that must not sell, whatever the list says.</param>
    /// <param name="timeline">Times the stages.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="assume">Switches as they would be; null for those in force.</param>
    /// <param name="mayBeEmpty">Whether an empty list is rolled out to a gateway that the control plane has rolled out to before.</param>
    /// <param name="patience">Cancelled when the paywalls are not waited for any longer: they count as paywalls that cannot be listed.</param>
    public static async Task<DesiredConfiguration> ReadAsync(
        IControlPlane controlPlane, IGateway gateway, CompileOptions options, IReadOnlyList<Paywall>? listed, IReadOnlyList<Paywall> suspended, StageTimeline timeline, CancellationToken cancellationToken, Func<SecurityState, SecurityState>? assume = null, bool mayBeEmpty = false, CancellationToken patience = default)
    {
        if (options.GatewayHasAdminApi && gateway is IAdminApiFlag { HasAdminApi: false })
        {
            options = options with { GatewayHasAdminApi = false };
        }

        var (paywalls, unread) = await ListAsync(controlPlane, options, listed, timeline, patience, cancellationToken).ConfigureAwait(false);
        var gated = await ReadGateAsync(controlPlane, options, timeline, unread, cancellationToken).ConfigureAwait(false);
        if (assume is not null && gated.Security is { } security)
        {
            gated = gated with { Security = assume(security) };
        }

        if (unread is null && gated.Security is { IsPartial: true })
        {
            // Switches set by others are not known: nothing is opened, and services denied here are closed.
            unread = new ControlPlaneTransportException("getControlPlaneSecurityState", "security_state_unreadable", "Make the control plane reachable and run the command again.");
        }

        if (unread is not null)
        {
            var unlisted = new DesiredConfiguration(NotCompiled(options, unread), paywalls, gated.Security) { Unread = unread, Suspended = suspended };
            return DenyRules.From(unlisted) is null ? throw unread : unlisted;
        }

        if (mayBeEmpty && paywalls.All(static paywall => paywall.Status == PaywallStatus.Archived) && await HasRolledOutAsync(controlPlane, gateway, cancellationToken).ConfigureAwait(false))
        {
            gated = gated with { AllowsNoPaywalls = true };
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
        IControlPlane controlPlane, CompileOptions options, IReadOnlyList<Paywall>? known, StageTimeline timeline, CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience);
            var paywalls = await timeline.RunAsync(ReconcileStage.List, async step =>
            {
                var listed = known ?? await controlPlane.ListPaywallsAsync(either.Token).ConfigureAwait(false);
                step.Details["paywallCount"] = listed.Count;
                return listed;
            }).ConfigureAwait(false);
            return (paywalls, null);
        }
        catch (Exception failure) when (ControlPlaneCompiler.ReadsSecurityState(options) && !cancellationToken.IsCancellationRequested)
        {
            // The switches may still be readable, and their denials be closed.
            return ([], failure as LightningOpsException ?? new ControlPlaneDecodeException("listPaywalls", "paywalls", "cannot be read: " + RolloutFailure.GetReason(failure), failure));
        }
    }

    /// <summary>
    /// Whether the control plane itself has records of a roll-out to the gateway. A store that was lost and made again has none: its empty
    /// list does not mean that the services of the gateway are to go. The hosted control planes list no records.
    /// </summary>
    private static async Task<bool> HasRolledOutAsync(IControlPlane controlPlane, IGateway gateway, CancellationToken cancellationToken) =>
        controlPlane is IDeploymentHistory history
        && (await history.ListDeploymentsAsync(new DeploymentQuery { Gateway = gateway.Name, RolloutsOnly = true, First = MaxDeployments }, cancellationToken).ConfigureAwait(false))
            .Any(deployment => deployment.Gateway == gateway.Name && DeploymentIds.IsOfReconcile(deployment.DeploymentId) && (deployment.Status is DeploymentStatus.Applied or DeploymentStatus.Pending));

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
