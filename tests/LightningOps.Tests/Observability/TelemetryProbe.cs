using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Linq;

namespace LightningOps.Tests.Observability;

/// <summary>Listens to the module's spans and metrics as OpenTelemetry would, to those of one trace only: other tests run at the same time.</summary>
internal sealed class TelemetryProbe : IDisposable
{
    private const string Name = "LightningOps";
    private readonly Activity root = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
    private readonly ConcurrentQueue<Activity> spans = new();
    private readonly ConcurrentQueue<(string Instrument, double Value, Dictionary<string, object?> Tags)> measured = new();
    private readonly ActivityListener activities;
    private readonly MeterListener meters;

    public TelemetryProbe()
    {
        activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == root.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = span =>
            {
                if (span.TraceId == root.TraceId)
                {
                    spans.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(activities);
        meters = new MeterListener { InstrumentPublished = (instrument, listener) => Enable(instrument, listener) };
        meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        meters.Start();
    }

    public string TraceId => root.TraceId.ToHexString();

    /// <summary>The spans that ended, in that order.</summary>
    public IReadOnlyList<Activity> Spans => [.. spans];

    /// <summary>What an instrument was told, in order.</summary>
    public IReadOnlyList<(double Value, Dictionary<string, object?> Tags)> GetMeasurements(string instrument) =>
        [.. measured.Where(taken => taken.Instrument == instrument).Select(taken => (taken.Value, taken.Tags))];

    public Activity Span(string name) => Spans.Single(span => span.OperationName == name);

    /// <summary>Everything told, as text: to look for what must not be in it.</summary>
    public string Everything => string.Join("\n", Spans.Select(span => span.OperationName + span.DisplayName + span.StatusDescription + string.Join(" ", span.TagObjects)))
        + string.Join("\n", measured.Select(taken => taken.Instrument + string.Join(" ", taken.Tags)));

    public void Dispose()
    {
        meters.Dispose();
        activities.Dispose();
        root.Dispose();
    }

    private static void Enable(Instrument instrument, MeterListener listener)
    {
        if (instrument.Meter.Name == Name)
        {
            listener.EnableMeasurementEvents(instrument);
        }
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (Activity.Current?.TraceId == root.TraceId)
        {
            measured.Enqueue((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
        }
    }
}
