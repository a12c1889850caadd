using System.Collections.Generic;
using LightningOps.Artifacts.Reports;
using LightningOps.Paywalls;

namespace LightningOps.Settlements;

/// <summary>What an import did. Lists are of bounded length; the counts are of everything.</summary>
public sealed record SettlementImportResult : IReportable
{
    /// <summary>Whether every event was ingested.</summary>
    public required bool Ok { get; init; }

    /// <summary>Where the events came from.</summary>
    public required string Source { get; init; }

    /// <summary>Events ingested.</summary>
    public required long Processed { get; init; }

    /// <summary>Events that changed an invoice.</summary>
    public required long InvoicesUpdated { get; init; }

    /// <summary>Settlements recorded for the first time.</summary>
    public required long SettlementsNew { get; init; }

    /// <summary>Settlements that had been recorded before.</summary>
    public required long SettlementsExisting { get; init; }

    /// <summary>Settlements of which a hosted control plane could only be told that their invoice is settled: nobody gave their preimage.</summary>
    public required long SettlementsWithoutPreimage { get; init; }

    /// <summary>Amount of the settlements recorded for the first time, millisatoshis.</summary>
    public required Msats AmountMsats { get; init; }

    /// <summary>Transactions of services that were to be left out.</summary>
    public required long Skipped { get; init; }

    /// <summary>Events that were not ingested.</summary>
    public required long RejectedCount { get; init; }

    /// <summary>The first of them, with their lines.</summary>
    public required IReadOnlyList<RejectedEvent> Rejected { get; init; }

    /// <summary>The first of the ties to purchases.</summary>
    public required IReadOnlyList<CorrelationRef> CorrelationRefs { get; init; }

    RunReport IReportable.ToReport() => SettlementImportReport.Of(this);
}
