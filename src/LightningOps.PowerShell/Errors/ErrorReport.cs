using System.Management.Automation;
using LightningOps.Artifacts.Reports;

namespace LightningOps.PowerShell.Errors;

/// <summary>An error as a run that could not start.</summary>
internal static class ErrorReport
{
    public static RunReport Create(ErrorRecord error)
    {
        var id = error.FullyQualifiedErrorId?.Split(',')[0] ?? "error";
        var command = error.InvocationInfo?.MyCommand?.Name;
        var message = error.ErrorDetails?.Message ?? error.Exception.Message;
        return new RunReport
        {
            Title = command ?? "Error",
            Ok = false,
            Outcome = "The run could not be started.",
            Failures = [new ReportFailure(id, message) { Where = command, Remedy = error.ErrorDetails?.RecommendedAction is { Length: > 0 } remedy ? remedy : null }],
            Summary = new { Ok = false, Error = message, ErrorId = id },
        };
    }
}
