using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Leases;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;

namespace LightningOps.Smoke;

/// <summary>Runs one reconcile of the gateway; every check must have been made and passed.</summary>
internal sealed class StagingSmoke : ISmoke
{
    private const string DefaultRequestId = "smoke:staging";

    public SmokeName Name => SmokeName.Staging;

    public ControlPlaneMode? DefaultMode => ControlPlaneMode.Mock;

    public bool NeedsGateway => true;

    public bool UsesScratchStore => false;

    public async Task<ISmokeResult> RunAsync(SmokeRequest request, CancellationToken cancellationToken)
    {
        var gateway = request.Gateway ?? throw new ConfigException("Gateway", "missing: this smoke rolls out to a gateway", "Specify a gateway.");
        var options = new ReconcileOptions
        {
            RequestId = request.RequestId ?? DefaultRequestId,
            Compile = new CompileOptions { Format = request.Format },
            Listed = request.Listed,
            Limits = new GuardRails(),
        };
        var reconciler = new Reconciler(
            request.ControlPlane,
            gateway,
            request.Time,
            request.Leases ?? new MemoryLeases(),
            request.Outbox ?? new MemoryOutbox(),
            request.Progress,
            request.Observability);
        return StagingSmokeResult.From(await reconciler.RunAsync(options, cancellationToken).ConfigureAwait(false));
    }
}

/// <summary>Result of the Staging smoke; members in the order of vectors/smoke/staging.json.</summary>
public sealed record StagingSmokeResult : ISmokeResult, IReportable
{
    /// <summary>Whether the deployment is applied and every check ran and passed.</summary>
    public required bool Ok { get; init; }

    /// <summary>Request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>Hash of the artifact, or of the paywalls when they do not compile.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Number of rules.</summary>
    public required int RuleCount { get; init; }

    /// <summary>Whether the paywalls compile.</summary>
    public required bool Valid { get; init; }

    /// <summary>Status of the deployment.</summary>
    public required DeploymentStatus DeploymentStatus { get; init; }

    /// <summary>Deployment recorded in the control plane.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Whether the probe route required payment.</summary>
    public required bool ChallengeOk { get; init; }

    /// <summary>Whether a paid request reached its upstream.</summary>
    public required bool ProxyOk { get; init; }

    /// <summary>Whether the gateway was up.</summary>
    public required bool HealthOk { get; init; }

    /// <summary>Number of diagnostics.</summary>
    public int DiagnosticsCount => Diagnostics.Count;

    /// <summary>Diagnostics of the compile.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>Why the reconcile failed, or null.</summary>
    public string? FailureCode { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason =>
        Ok ? null
        : FailureCode is not null ? FailureCode + (Reconcile?.FailureReason is { } reason && reason != FailureCode ? ": " + reason : string.Empty)
        : string.Join(" ", (Reconcile?.Stages ?? []).Where(stage => stage.Status == StageStatus.Skipped).Select(stage => EnumName.GetName(stage.Stage) + " was not checked: " + stage.Reason + "."));

    /// <summary>The reconcile.</summary>
    [JsonIgnore]
    public ReconcileResult? Reconcile { get; init; }

    /// <summary>The smoke's view of a reconcile; a skipped check does not count as passed.</summary>
    internal static StagingSmokeResult From(ReconcileResult reconcile) => new()
    {
        Ok = reconcile is { Ok: true, HealthOk: true, ChallengeOk: true, ProxyOk: true },
        RequestId = reconcile.RequestId,
        ExecutionPath = reconcile.ExecutionPath,
        ConfigHash = reconcile.ConfigHash,
        RuleCount = reconcile.RuleCount,
        Valid = reconcile.Valid,
        DeploymentStatus = reconcile.DeploymentStatus,
        DeploymentId = reconcile.DeploymentId,
        ChallengeOk = reconcile.ChallengeOk,
        ProxyOk = reconcile.ProxyOk,
        HealthOk = reconcile.HealthOk,
        Diagnostics = reconcile.Diagnostics,
        FailureCode = reconcile.FailureCode,
        Reconcile = reconcile,
    };

    RunReport IReportable.ToReport() => StagingReport.Create(this);
}

/// <summary>A Staging smoke as a report.</summary>
internal static class StagingReport
{
    public static RunReport Create(StagingSmokeResult smoke)
    {
        var reconcile = smoke.Reconcile is { } made ? ReconcileReport.Create(made) : Remembered(smoke);
        return reconcile with
        {
            Title = "Staging smoke",
            Ok = smoke.Ok,
            Outcome = smoke.Ok || reconcile.Failures.Count > 0 ? reconcile.Outcome : "Rolled out, but not proven: a check was skipped.",
            Failures = smoke.Ok || reconcile.Failures.Count > 0
                ? reconcile.Failures
                : [new ReportFailure("check_not_made", smoke.FailureReason) { Remedy = "Specify the settings of the skipped checks, for example -ChallengeUrl and a wallet (-Payer)." }],
            Facts = [.. reconcile.Facts.Where(static fact => fact.Value is not null)],
            Summary = smoke,
        };
    }

    /// <summary>For a result that was read back; why a check is not ok is not known.</summary>
    private static RunReport Remembered(StagingSmokeResult smoke) => new()
    {
        Title = "Staging smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok ? "Rolled out and proven." : "Failed.",
        RequestId = smoke.RequestId,
        Facts = [new ReportFact("Deployment", smoke.DeploymentId), new ReportFact("Configuration hash", smoke.ConfigHash)],
        Checks =
        [
            ReportCheck.Create("The paywalls compile", smoke.Valid),
            CreateCheck("The gateway is up", smoke.HealthOk),
            CreateCheck("The probe route requires payment", smoke.ChallengeOk),
            CreateCheck("A paid request reaches its upstream", smoke.ProxyOk),
        ],
        Failures = smoke.FailureCode is { } code ? [new ReportFailure(code, null) { Remedy = ReconcileRemedies.For(code) }] : [],
        Summary = smoke,
    };

    private static ReportCheck CreateCheck(string name, bool passed) =>
        passed ? ReportCheck.Create(name, true) : ReportCheck.CreateSkipped(name, "skipped or failed");
}
