using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

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
