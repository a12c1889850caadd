using System.Collections.Generic;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.ControlPlane;

namespace LightningOps.Smoke;

/// <summary>Compiles the paywalls of the control plane and records the intent.</summary>
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
            var compiled = await ControlPlaneCompiler.CompileAsync(request.ControlPlane, options, cancellationToken).ConfigureAwait(false);
            return await ControlPlaneCompiler.RecordAsync(request.ControlPlane, compiled, requestId, cancellationToken).ConfigureAwait(false);
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

/// <summary>Result of the Compile smoke; members in the order of vectors/smoke/compile.json.</summary>
public sealed record CompileSmokeResult : ISmokeResult, IReportable
{
    /// <inheritdoc/>
    public required bool Ok { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public string? FailureReason => Ok ? null : "the paywalls do not compile.";

    /// <summary>Hash of the artifact, or of the snapshot when the compile is not valid.</summary>
    public required string ConfigHash { get; init; }

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

    /// <summary>Diagnostics of the compile.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of diagnostics of each severity, for example <c>1 error, 2 warn</c>, or <c>none</c>.</summary>
    [JsonIgnore]
    public string DiagnosticsSummary => DiagnosticsText.Summarize(Diagnostics);

    /// <summary>The compile.</summary>
    [JsonIgnore]
    public CompileResult? Compile { get; init; }

    RunReport IReportable.ToReport() => CompileSmokeReport.Create(this);
}

/// <summary>A Compile smoke as a report.</summary>
internal static class CompileSmokeReport
{
    public static RunReport Create(CompileSmokeResult smoke)
    {
        var compile = smoke.Compile ?? new CompileResult
        {
            Format = ArtifactFormat.Aperture,
            Valid = smoke.Valid,
            ConfigHash = smoke.ConfigHash,
            SnapshotHash = smoke.ConfigHash,
            Rules = [],
            Diagnostics = smoke.Diagnostics,
            DeploymentId = smoke.DeploymentId,
            DeploymentStatus = smoke.DeploymentStatus,
        };
        return CompileReport.Create(compile) with { Title = "Compile smoke", Ok = smoke.Ok, Summary = smoke };
    }
}
