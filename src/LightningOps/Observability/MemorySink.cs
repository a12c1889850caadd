using System.Collections.Generic;

namespace LightningOps.Observability;

/// <summary>Keeps records in memory, in the order they came: for smokes.</summary>
public sealed class MemorySink : IObservabilitySink
{
    private readonly List<ObservabilityRecord> records = [];

    /// <summary>The records so far.</summary>
    public IReadOnlyList<ObservabilityRecord> Records
    {
        get
        {
            lock (records)
            {
                return records.ToArray();
            }
        }
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<ObservabilityRecord> records)
    {
        lock (this.records)
        {
            this.records.AddRange(records);
        }
    }
}
