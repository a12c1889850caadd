using System;
using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Observability;

/// <summary>Passes records on to several sinks; each gets them although another fails.</summary>
public sealed class SeveralSinks : IObservabilitySink
{
    private readonly IReadOnlyList<IObservabilitySink> sinks;

    /// <summary>Passes on to some sinks, in order.</summary>
    public SeveralSinks(IEnumerable<IObservabilitySink> sinks) => this.sinks = sinks.ToArray();

    /// <inheritdoc/>
    /// <exception cref="AggregateException">Sinks failed; all had their turn.</exception>
    public void Write(IReadOnlyList<ObservabilityRecord> records)
    {
        var failures = new List<Exception>();
        foreach (var sink in sinks)
        {
            try
            {
                sink.Write(records);
            }
#pragma warning disable CA1031 // The other sinks get the records whatever this one throws; the failure is thrown after them.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException(failures[0].Message, failures);
        }
    }
}
