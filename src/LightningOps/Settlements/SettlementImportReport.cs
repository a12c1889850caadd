using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Artifacts;
using LightningOps.Artifacts.Reports;

namespace LightningOps.Settlements;

/// <summary>An import of settlements as a report.</summary>
internal static class SettlementImportReport
{
    private const int MaxFailures = 50;

    public static RunReport Create(SettlementImportResult import) => new()
    {
        Title = "Settlement import",
        Ok = import.Ok,
        Outcome = import.Ok
            ? "All events of " + import.Source + " were ingested: " + ReportText.Count(import.Processed, "event", "events") + "."
            : "Not all events of " + import.Source + " were ingested: " + ReportText.Count(import.Processed, "event was", "events were") + ", " + ReportText.Count(import.RejectedCount, "was rejected", "were rejected") + ".",
        Facts =
        [
            new ReportFact("Source", import.Source),
            new ReportFact("Invoices updated", Number(import.InvoicesUpdated)),
            new ReportFact("Settlements new", Number(import.SettlementsNew)),
            new ReportFact("Settlements already recorded", Number(import.SettlementsExisting)),
            new ReportFact("Settlements without preimage", import.SettlementsWithoutPreimage == 0 ? null : Number(import.SettlementsWithoutPreimage)),
            new ReportFact("Events recorded before", import.Repeated == 0 ? null : Number(import.Repeated)),
            new ReportFact("Conflicts", import.Conflicts == 0 ? null : Number(import.Conflicts)),
            new ReportFact("Sales listed by the source", import.Completeness),
            new ReportFact("Transactions left out", import.Skipped == 0 ? null : Number(import.Skipped)),
        ],
        Timeline =
        [
            new RunEvent(0, "settlement.import", string.Empty, import.Ok ? "ok" : "failed")
            {
                Details = new Dictionary<string, object>
                {
                    ["source"] = import.Source,
                    ["processed"] = import.Processed,
                    ["settlementsNew"] = import.SettlementsNew,
                    ["settlementsExisting"] = import.SettlementsExisting,
                    ["rejectedCount"] = import.RejectedCount,
                    ["amountMsats"] = import.AmountMsats,
                },
            },
        ],
        Checks = [ReportCheck.Create("All events are ingested", import.Ok, FoundBy(import))],
        Money = [new ReportAmount("Settled", import.AmountMsats, import.Source) { Reference = ReportText.Count(import.SettlementsNew, "new settlement", "new settlements"), IsPaid = true }],
        Failures = GetFailures(import),
        Warnings =
        [
            .. import.SettlementsWithoutPreimage == 0 ? Array.Empty<string>() : ["Settlements without preimage: their invoices are recorded as settled in the control plane."],
            .. import.Warnings.Select(static warning => warning.Message),
        ],
        Summary = import,
    };

    private static string FoundBy(SettlementImportResult import) =>
        import.RejectedCount > 0 ? ReportText.Count(import.RejectedCount, "event was rejected", "events were rejected")
        : import.Ok ? ReportText.Count(import.Processed, "event", "events")
        : "the import did not finish";

    private static ReportFailure[] GetFailures(SettlementImportResult import) => import.Ok ? []
        : import.RejectedCount == 0 ? [new ReportFailure("import_stopped", "The import did not finish.") { Remedy = "Import again. Nothing is recorded twice." }]
        : import.Rejected
            .Take(MaxFailures)
            .Select(static rejected => new ReportFailure(rejected.Code, rejected.Reason) { Where = FormatLocation(rejected), Remedy = rejected.Remedy })
            .ToArray();

    private static string? FormatLocation(RejectedEvent rejected) =>
        rejected.Line is { } line ? "line " + Number(line) + (rejected.Id is null ? string.Empty : " (" + rejected.Id + ")") : rejected.Id;

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}
