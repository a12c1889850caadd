using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;

namespace LightningOps.Compile;

/// <summary>A compile as a report.</summary>
internal static class CompileReport
{
    public static RunReport Create(CompileResult compile) => new()
    {
        Title = "Compile",
        Ok = compile.Valid,
        Outcome = compile.Valid
            ? "The paywalls compile to " + ReportText.Count(compile.RuleCount, "rule", "rules") + "."
            : "The paywalls do not compile: there is no configuration.",
        RequestId = compile.RequestId,
        Facts =
        [
            new ReportFact(compile.Valid ? "Configuration hash" : "Snapshot hash", compile.ConfigHash),
            new ReportFact("Rendering", compile.Format == ArtifactFormat.Aperture ? "Aperture" : "route document"),
            new ReportFact("Deployment", compile.DeploymentId),
            new ReportFact("Deployment status", compile.DeploymentStatus is { } status ? ReportText.Humanize(status.ToString()) : null),
        ],
        Timeline = CreateTimeline(compile),
        Checks =
        [
            ReportCheck.Create("The paywalls compile", compile.Valid, compile.Valid ? compile.ConfigHash : ReportText.Count(ErrorCount(compile), "error", "errors")),
            compile.DeploymentId is { } deployment
                ? ReportCheck.Create("The deployment is recorded in the control plane", true, deployment)
                : ReportCheck.CreateSkipped("The deployment is recorded in the control plane", "nothing was recorded"),
        ],
        Routes = compile.Rules.Select(static rule => rule.ToReportRoute()).ToArray(),
        Failures = DiagnosticFailures.GetErrors(compile.Diagnostics, DiagnosticFailures.CompileRemedy).ToArray(),
        Warnings = DiagnosticFailures.GetWarnings(compile.Diagnostics).ToArray(),
        Summary = compile,
    };

    private static int ErrorCount(CompileResult compile) => compile.Diagnostics.Count(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);

    private static IReadOnlyList<RunEvent> CreateTimeline(CompileResult compile)
    {
        var requestId = compile.RequestId ?? string.Empty;
        var compiled = new RunEvent(0, "compile", requestId, compile.Valid ? "ok" : "failed")
        {
            Details = new Dictionary<string, object>
            {
                ["configHash"] = compile.ConfigHash,
                ["ruleCount"] = compile.RuleCount,
                ["diagnosticsCount"] = compile.Diagnostics.Count,
            },
        };
        return compile.DeploymentId is not { } deployment
            ? [compiled]
            : [compiled, new RunEvent(0, "compile.record", requestId, "ok") { Details = new Dictionary<string, object> { ["deploymentId"] = deployment } }];
    }
}
