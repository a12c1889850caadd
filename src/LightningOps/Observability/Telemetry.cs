using System;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Tasks;

namespace LightningOps.Observability;

/// <summary>
/// What OpenTelemetry hears of the module: one ActivitySource and one Meter, both named LightningOps. Names are those of
/// OpenTelemetry's semantic conventions where there are such. No value is a secret: codes, hosts, paths, ids, hashes.
/// </summary>
internal static class Telemetry
{
    /// <summary>Name of the source and of the meter.</summary>
    public const string Name = "LightningOps";

    private static readonly string? Version = typeof(Telemetry).Assembly.GetName().Version?.ToString(3);

    /// <summary>Of every span.</summary>
    public static ActivitySource Source { get; } = new(Name, Version);

    /// <summary>Of every metric.</summary>
    public static Meter Meter { get; } = new(Name, Version);

    /// <summary>Whether anybody listens to spans, or to this metric.</summary>
    public static bool IsEnabled(Instrument metric) => metric.Enabled || Source.HasListeners();

    /// <summary>
    /// Runs work as a span that ends with it. A failure makes the span an error with the failure's code; its text, which
    /// may quote an answer, is not told. Costs a check when nobody listens.
    /// </summary>
    /// <param name="name">Name of the span; few different ones.</param>
    /// <param name="kind">Whether the span is a call of another service.</param>
    /// <param name="work">Gets the span, or null when nobody listens.</param>
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

    /// <summary>Says that what a span covers failed.</summary>
    /// <param name="span">The span, or null.</param>
    /// <param name="code">Why: a code, one of few.</param>
    public static void Fail(Activity? span, string code)
    {
        span?.SetTag("error.type", code);
        span?.SetStatus(ActivityStatusCode.Error);
    }

    /// <summary>Seconds since <paramref name="started"/>, a timestamp of <see cref="Stopwatch"/>.</summary>
    public static double SecondsSince(long started) => (Stopwatch.GetTimestamp() - started) / (double)Stopwatch.Frequency;
}
