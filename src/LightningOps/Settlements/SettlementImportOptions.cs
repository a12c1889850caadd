using System;
using LightningOps.ControlPlane;
using LightningOps.Observability;

namespace LightningOps.Settlements;

/// <summary>Options of an import.</summary>
public sealed record SettlementImportOptions
{
    /// <summary>Events per transaction of a local store, or per group for a hosted control plane.</summary>
    public int BatchSize { get; init; } = 5000;

    /// <summary>Number of concurrent calls to a hosted control plane.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Number of consecutive failed calls that end an import into a hosted control plane.</summary>
    public int MaxConsecutiveFailures { get; init; } = 20;

    /// <summary>Maximum number of rejected events in the result; <see cref="Observer"/> receives all of them.</summary>
    public int KeptRejections { get; init; } = 1000;

    /// <summary>Maximum number of correlations in the result.</summary>
    public int KeptCorrelations { get; init; } = 100;

    /// <summary>Whether nothing is recorded, only counted. Without access to a control plane's records every event counts as new.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Clock.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives everything as it happens; null for none.</summary>
    public ISettlementImportObserver? Observer { get; init; }

    /// <summary>Receives a record of each newly recorded settlement; its exceptions fail no import. Null for none.</summary>
    public IObservabilitySink? Observability { get; init; }
}

/// <summary>Observes a running import, one notification at a time and in the order of the source.</summary>
public interface ISettlementImportObserver
{
    /// <summary>An event was ingested.</summary>
    void Ingested(IngestOutcome outcome);

    /// <summary>An event was not ingested.</summary>
    void Rejected(RejectedEvent rejected);

    /// <summary>A part of the source is recorded and stays recorded.</summary>
    void Advanced(SettlementImportProgress progress);
}
