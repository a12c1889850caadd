using LightningOps.ControlPlane;
using LightningOps.Observability;

namespace LightningOps.Settlements;

/// <summary>Options of an import.</summary>
public sealed record SettlementImportOptions
{
    /// <summary>Events in a transaction of a local store, or looked at together for a hosted control plane.</summary>
    public int BatchSize { get; init; } = 5000;

    /// <summary>Number of concurrent calls to a hosted control plane.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Number of consecutive failed calls that end an import into a hosted control plane.</summary>
    public int MaxConsecutiveFailures { get; init; } = 20;

    /// <summary>Maximum number of rejected events in the result; <see cref="Observer"/> receives all of them.</summary>
    public int KeptRejections { get; init; } = 1000;

    /// <summary>Maximum number of correlations in the result.</summary>
    public int KeptCorrelations { get; init; } = 100;

    /// <summary>Whether nothing is recorded, only counted: what a control plane does not tell it holds counts as new.</summary>
    public bool IsPreview { get; init; }

    /// <summary>Told of everything while it happens; null for nobody.</summary>
    public ISettlementImportObserver? Observer { get; init; }

    /// <summary>Takes a record of each settlement recorded for the first time; what it throws fails no import. Null for nowhere.</summary>
    public IObservabilitySink? Observability { get; init; }
}

/// <summary>Told of an import while it goes on, of one thing at a time and in the order of the source.</summary>
public interface ISettlementImportObserver
{
    /// <summary>An event was ingested.</summary>
    void Ingested(IngestOutcome outcome);

    /// <summary>An event was not.</summary>
    void Rejected(RejectedEvent rejected);

    /// <summary>A part of the source is recorded, whatever happens next.</summary>
    void Advanced(SettlementImportProgress progress);
}
