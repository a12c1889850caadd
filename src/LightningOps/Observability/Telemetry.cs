using System;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Tasks;

namespace LightningOps.Observability;

/// <summary>
/// OpenTelemetry of the module: one ActivitySource and one Meter, both named LightningOps. Names follow
/// OpenTelemetry's semantic conventions if they exist. No value is a secret: codes, hosts, paths, ids, hashes.
/// </summary>
internal static class Telemetry
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "LightningOps";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>The source of all spans.</summary>
    public static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>The meter of all metrics.</summary>
    public static Meter Meter { get; } = new(Name, Version);

    /// <summary>Whether spans, or this metric, have a listener.</summary>
    public static bool IsEnabled(Instrument metric) => metric.Enabled || Source.HasListeners();

    /// <summary>
    /// Runs work as a span. A failure marks the span with the failure's code; its text is not recorded, because it
    /// may quote an answer. Without a listener it costs one check.
    /// </summary>
    /// <param name="name">Name of the span, from a small set.</param>
    /// <param name="kind">Whether the span is a call of another service.</param>
    /// <param name="work">Receives the span, or null without a listener.</param>
    public static async Task<T> TraceAsync<T>(string name, ActivityKind kind, Func<Activity?, Task<T>> work)
    {
        using var span = Source.StartActivity(name, kind);
        try
        {
            return await work(span).ConfigureAwait(false);
        }
        catch (Exception failure) when (span is not null)
        {
            Fail(span, ErrorCodes.GetCode(failure));
            throw;
        }
    }

    /// <summary>Marks a span as failed.</summary>
    /// <param name="span">The span, or null.</param>
    /// <param name="code">Code of the failure, from a small set.</param>
    public static void Fail(Activity? span, string code)
    {
        span?.SetTag("error.type", code);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Seconds since <paramref name="started"/>, a timestamp of <see cref="Stopwatch"/>.</summary>
    public static double SecondsSince(long started) => (Stopwatch.GetTimestamp() - started) / (double)Stopwatch.Frequency;
}
