using System.Collections.Generic;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;
using LightningOps.Observability;
using LightningOps.Paywalls;
using LightningOps.Reconcile;

namespace LightningOps.Smoke.Observed;

/// <summary>An Observability smoke as a report: each record an event.</summary>
internal static class ObservabilityReport
{
    public static RunReport Of(ObservabilitySmokeResult smoke) => new()
    {
        Title = "Observability smoke",
        Ok = smoke.Ok,
        Outcome = smoke.Ok
            ? "What was done is on record: " + ReportText.Count(smoke.RecordCount, "record", "records") + ", each with all " + smoke.RequiredFieldKeys.Count + " members."
            : "What was done is not on record as it must be.",
        RequestId = smoke.RequestId,
        Facts =
        [
            new ReportFact("Execution path", smoke.ExecutionPath),
            new ReportFact("Requests", ReportText.Value(string.Empty, smoke.Correlation.RequestIds)),
            new ReportFact("Paywalls", ReportText.Value(string.Empty, smoke.Correlation.PaywallIds)),
            new ReportFact("Tasks", ReportText.Value(string.Empty, smoke.Correlation.TaskIds)),
            new ReportFact("Payment proofs", ReportText.Value(string.Empty, smoke.Correlation.PaymentProofRefs)),
        ],
        Timeline = smoke.Records.Select(EventOf).ToArray(),
        Checks =
        [
            ReportCheck.Made("Every record has every member", smoke.MissingFieldKeys.Count == 0, smoke.MissingFieldKeys.Count == 0 ? "none is missing" : "missing: " + string.Join(", ", smoke.MissingFieldKeys)),
            ReportCheck.Made("Everything observed went well", smoke.Ok, smoke.FailureReason),
        ],
        Money = smoke.Records
            .Where(static record => record is { Plane: ObservabilityPlane.Settlement, PaidAmountMsats: not null })
            .Select(static record => new ReportAmount("Paid", new Msats(record.PaidAmountMsats!.Value), record.PaywallId) { Reference = record.PaymentProofRef, IsPaid = true })
            .ToArray(),
        Failures = smoke.FailureReason is { } reason
            ? [new ReportFailure("observability_check_failed", reason) { Remedy = "Run the smoke that is named by itself: Invoke-L402Smoke Staging, Settlement or Security." }]
            : [],
        Summary = smoke,
    };

    private static RunEvent EventOf(ObservabilityRecord record)
    {
        var details = new Dictionary<string, object> { ["endpoint"] = record.Endpoint ?? "none", ["executor"] = EnumName.Of(record.Executor) };
        Add(details, "paywallId", record.PaywallId);
        Add(details, "userId", record.UserId);
        Add(details, "paidAmountMsats", record.PaidAmountMsats);
        Add(details, "denyReason", record.DenyReason);
        return new RunEvent(record.ObservedAtMs, "observed." + EnumName.Of(record.Plane), record.RequestId ?? string.Empty, "ok") { Details = details };
    }

    private static void Add(Dictionary<string, object> details, string name, object? value)
    {
        if (value is not null)
        {
            details[name] = value;
        }
    }
}
