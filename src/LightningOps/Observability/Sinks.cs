using System;
using System.Collections.Generic;
using System.Threading;

namespace LightningOps.Observability;

/// <summary>Receives the records of operations. It may throw: writers use <see cref="GuardedSink"/>, which continues.</summary>
public interface IObservabilitySink
{
    /// <summary>Writes records, in order, from any thread.</summary>
    void Write(IReadOnlyList<ObservabilityRecord> records);
}

/// <summary>
/// A sink that never throws: no operation fails because of observability. Only the first failure is reported.
/// </summary>
public sealed class GuardedSink : IObservabilitySink
{
    private readonly IObservabilitySink? sink;
    private readonly Action<string>? warn;
    private int hasWarned;

    /// <summary>Guards a sink.</summary>
    /// <param name="sink">The sink, or null for none.</param>
    /// <param name="warn">Receives one sentence without a secret at the first failure; may throw. Null for none.</param>
    public GuardedSink(IObservabilitySink? sink, Action<string>? warn = null)
    {
        this.sink = sink;
        this.warn = warn;
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<ObservabilityRecord> records)
    {
        if (sink is null || records.Count == 0)
        {
            return;
        }

        Guard(() => sink.Write(records), failure =>
        {
            if (Interlocked.Exchange(ref hasWarned, 1) == 0 && warn is not null)
            {
                Guard(() => warn("Observability records cannot be written: " + failure.Message), static _ => { });
            }
        });
    }

    /// <summary>Writes one record.</summary>
    public void Write(ObservabilityRecord record) => Write([record]);

    private static void Guard(Action work, Action<Exception> onFailure)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // #pragma warning disable CA1031 // The observed operation continues after any exception of a sink.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            onFailure(failure);
        }
    }
}

/// <summary>Keeps records in memory, in order of arrival, for smokes.</summary>
internal sealed class MemorySink : IObservabilitySink
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
