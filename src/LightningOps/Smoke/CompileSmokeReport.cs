using LightningOps.Artifacts.Reports;
using LightningOps.Compile;

namespace LightningOps.Smoke;

/// <summary>A Compile smoke as a report.</summary>
internal static class CompileSmokeReport
{
    public static RunReport Of(CompileSmokeResult smoke)
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
        return CompileReport.Of(compile) with { Title = "Compile smoke", Ok = smoke.Ok, Summary = smoke };
    }
}
