using System.Linq;
using LightningOps.Artifacts.Reports;
using LightningOps.Reconcile;

namespace LightningOps.Smoke;

/// <summary>A Staging smoke as a report.</summary>
internal static class StagingReport
{
    public static RunReport Of(StagingSmokeResult smoke)
    {
        var reconcile = smoke.Reconcile is { } made ? ReconcileReport.Of(made) : Remembered(smoke);
        return reconcile with
        {
            Title = "Staging smoke",
            Ok = smoke.Ok,
            Outcome = smoke.Ok || reconcile.Failures.Count > 0 ? reconcile.Outcome : "Rolled out, but not proven: a check was not made.",
            Failures = smoke.Ok || reconcile.Failures.Count > 0
                ? reconcile.Failures
                : [new ReportFailure("check_not_made", smoke.FailureReason) { Remedy = "Name what the checks need, for example -ChallengeUrl and a wallet that pays the probe." }],
            Facts = [.. reconcile.Facts.Where(static fact => fact.Value is not null)],
            Summary = smoke,
        };
    }

    /// <summary>Of a result that was read back: what a check that is not ok was stopped by is not known.</summary>
    private static RunReport Remembered(StagingSmokeResult smoke) => new()
    {
        Title = "Staging smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok ? "Rolled out and proven." : "Failed.",
        RequestId = smoke.RequestId,
        Facts = [new ReportFact("Deployment", smoke.DeploymentId), new ReportFact("Configuration hash", smoke.ConfigHash.Value)],
        Checks =
        [
            ReportCheck.Made("The paywalls compile", smoke.Valid),
            CheckOf("The gateway is up", smoke.HealthOk),
            CheckOf("The probe route asks for payment", smoke.ChallengeOk),
            CheckOf("A paid request reaches its upstream", smoke.ProxyOk),
        ],
        Failures = smoke.FailureCode is { } code ? [new ReportFailure(code, null) { Remedy = ReconcileRemedies.For(code) }] : [],
        Summary = smoke,
    };

    private static ReportCheck CheckOf(string name, bool passed) =>
        passed ? ReportCheck.Made(name, true) : ReportCheck.NotMade(name, "not made, or failed");
}
