using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;

namespace LightningOps.Compile;

/// <summary>What a compile gives: rules in match order, diagnostics, the artifact and its hash.</summary>
public sealed record CompileResult : IReportable
{
    /// <summary>Which rendering it is.</summary>
    public required ArtifactFormat Format { get; init; }

    /// <summary>Whether there is an artifact: no diagnostic is an error.</summary>
    public required bool Valid { get; init; }

    /// <summary>Hash of the artifact's bytes; the snapshot's hash when the compile is not valid.</summary>
    public required ConfigHash ConfigHash { get; init; }

    /// <summary>Hash of the paywalls as received.</summary>
    public required ConfigHash SnapshotHash { get; init; }

    /// <summary>Rules in match order; empty when the compile is not valid.</summary>
    public required IReadOnlyList<CompiledRule> Rules { get; init; }

    /// <summary>Diagnostics in the contract's order.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>The artifact, UTF-8 without BOM, LF line ends; empty when the compile is not valid.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Artifact { get; init; }

    /// <summary>Number of rules.</summary>
    public int RuleCount => Rules.Count;

    /// <summary>The artifact as text, or null when the compile is not valid.</summary>
    public string? ApertureYaml => Valid ? Encoding.UTF8.GetString(Artifact.ToArray()) : null;

    /// <summary>The request the compile was recorded under, or null when it was not recorded.</summary>
    public string? RequestId { get; init; }

    /// <summary>State recorded in the control plane, or null when nothing was recorded.</summary>
    public DeploymentStatus? DeploymentStatus { get; init; }

    /// <summary>Deployment recorded in the control plane, or null when nothing was recorded.</summary>
    public string? DeploymentId { get; init; }

    RunReport IReportable.ToReport() => CompileReport.Of(this);
}
