using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts.Reports;

namespace LightningOps.Compile;

/// <summary>The diagnostics of a compile or a plan as failures and warnings of a report.</summary>
internal static class DiagnosticFailures
{
    public const string CompileRemedy = "Correct the paywalls listed in the diagnostics. Invoke-LightningCompile shows all of them.";

    public const string NothingRemedy = "Add a paywall with New-LightningPaywall. Services of a gateway to which this control plane rolled out are removed by Sync-ApertureConfig; others are closed by Set-L402GlobalPause -Active -Sync.";

    public const string PlanRemedy = "Change the paywalls, or choose a gateway that can carry them.";

    private const int MaxFailures = 50;

    /// <summary>The errors, the first fifty.</summary>
    public static IEnumerable<ReportFailure> GetErrors(IEnumerable<Diagnostic> diagnostics, string remedy) => diagnostics
        .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
        .Take(MaxFailures)
        .Select(diagnostic => new ReportFailure(diagnostic.Code, diagnostic.Message) { Where = FormatLocation(diagnostic), Remedy = diagnostic.Code == "no_compilable_routes" ? NothingRemedy : remedy });

    /// <summary>The warnings, the first fifty.</summary>
    public static IEnumerable<string> GetWarnings(IEnumerable<Diagnostic> diagnostics) => diagnostics
        .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Warn)
        .Take(MaxFailures)
        .Select(static diagnostic => diagnostic.Code + (FormatLocation(diagnostic) is { } place ? " (" + place + ")" : string.Empty) + ": " + diagnostic.Message);

    private static string? FormatLocation(Diagnostic diagnostic) =>
        diagnostic.PaywallId is null ? diagnostic.RouteId : diagnostic.PaywallId + (diagnostic.RouteId is null ? string.Empty : ":" + diagnostic.RouteId);
}
