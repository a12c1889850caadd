using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Reconcile;

namespace LightningOps.Smoke;

/// <summary>What the Staging smoke found; members in the order of vectors/smoke/staging.json.</summary>
public sealed class StagingSmokeResult : ISmokeResult, IReportable
{
    /// <summary>Whether the deployment is applied and every check was made and passed.</summary>
    public required bool Ok { get; init; }

    /// <summary>Request it ran under.</summary>
    public required string RequestId { get; init; }

    /// <summary>Always <c>hosted-node</c>.</summary>
    public required string ExecutionPath { get; init; }

    /// <summary>Hash of the artifact, or of the paywalls when they do not compile.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>Number of rules.</summary>
    public required int RuleCount { get; init; }

    /// <summary>Whether the paywalls compile.</summary>
    public required bool Valid { get; init; }

    /// <summary>How the deployment ended.</summary>
    public required DeploymentStatus DeploymentStatus { get; init; }

    /// <summary>Deployment recorded in the control plane.</summary>
    public required string DeploymentId { get; init; }

    /// <summary>Whether the probe route was found to ask for payment.</summary>
    public required bool ChallengeOk { get; init; }

    /// <summary>Whether a paid request was found to reach its upstream.</summary>
    public required bool ProxyOk { get; init; }

    /// <summary>Whether the gateway was found to be up.</summary>
    public required bool HealthOk { get; init; }

    /// <summary>Number of diagnostics.</summary>
    public int DiagnosticsCount => Diagnostics.Count;

    /// <summary>What the compile had to say.</summary>
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
        : string.Join(" ", (Reconcile?.Stages ?? []).Where(stage => stage.Status == StageStatus.Skipped).Select(stage => EnumName.Of(stage.Stage) + " was not checked: " + stage.Reason + "."));

    /// <summary>The reconcile.</summary>
    [JsonIgnore]
    public ReconcileResult? Reconcile { get; init; }

    /// <summary>The smoke's view of a reconcile: a check that was skipped is none that passed.</summary>
    internal static StagingSmokeResult Of(ReconcileResult reconcile) => new()
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

    RunReport IReportable.ToReport() => StagingReport.Of(this);
}
