using System.Collections.Generic;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke;

/// <summary>What the Compile smoke found; members in the order of vectors/smoke/compile.json.</summary>
public sealed class CompileSmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Ok ? null : "the paywalls do not compile.";

    /// <summary>Hash of the artifact, or of the snapshot when the compile is not valid.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>Number of rules.</summary>
    public required int RuleCount { get; init; }

    /// <summary>Whether there is an artifact.</summary>
    public required bool Valid { get; init; }

    /// <summary>State recorded in the control plane.</summary>
    public DeploymentStatus? DeploymentStatus { get; init; }

    /// <summary>Deployment recorded in the control plane.</summary>
    public string? DeploymentId { get; init; }

    /// <summary>Number of diagnostics.</summary>
    public int DiagnosticsCount => Diagnostics.Count;

    /// <summary>What the compile had to say.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>The compile.</summary>
    [JsonIgnore]
    public CompileResult? Compile { get; init; }

    RunReport IReportable.ToReport() => CompileSmokeReport.Of(this);
}
