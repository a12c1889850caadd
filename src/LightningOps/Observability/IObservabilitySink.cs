using System.Collections.Generic;

namespace LightningOps.Observability;

/// <summary>Takes the records of operations. It may throw whatever it likes: who writes through <see cref="GuardedSink"/> goes on.</summary>
public interface IObservabilitySink
{
    /// <summary>Takes records, in order, from any thread.</summary>
    void Write(IReadOnlyList<ObservabilityRecord> records);
}
