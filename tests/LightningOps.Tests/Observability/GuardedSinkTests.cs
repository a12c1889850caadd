using System;
using System.Collections.Generic;
using LightningOps.Observability;
using Xunit;

namespace LightningOps.Tests.Observability;

public sealed class GuardedSinkTests
{
    private static readonly ObservabilityRecord Record = OperationRecords.Reconcile("r", failureCode: null, atMs: 1);

    [Fact]
    public void A_sink_that_fails_gives_one_warning_and_no_exception()
    {
        var warnings = new List<string>();
        var guarded = new GuardedSink(new FailingSink(), warnings.Add);

        guarded.Write(Record);
        guarded.Write(Record);

        Assert.Equal(["Observability records cannot be written: full"], warnings);
    }

    [Fact]
    public void A_warning_that_nobody_takes_is_no_failure_either() =>
        new GuardedSink(new FailingSink(), _ => throw new OperationCanceledException()).Write(Record);

    [Fact]
    public void Without_a_sink_nothing_happens() => new GuardedSink(null).Write(Record);

    private sealed class FailingSink : IObservabilitySink
    {
        public void Write(IReadOnlyList<ObservabilityRecord> records) => throw new InvalidOperationException("full");
    }
}
