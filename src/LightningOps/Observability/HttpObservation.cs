using System;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http;
using System.Threading.Tasks;

namespace LightningOps.Observability;

/// <summary>One HTTP call of a service with all its attempts, for OpenTelemetry.</summary>
internal sealed class HttpObservation
{
    private readonly Activity? span;
    private int? statusCode;
    private string? errorType;

    private HttpObservation(Activity? span) => this.span = span;

    /// <summary>Runs a call as a span and measures it.</summary>
    /// <param name="name">Name of the span, from a small set.</param>
    /// <param name="duration">Receives its duration.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="address">Destination.</param>
    /// <param name="call">The call; reports its answer by <see cref="Answered" />.</param>
    /// <param name="tag">A further tag for span and metric; null for none.</param>
    public static async Task<T> ObserveAsync<T>(
        string name, Histogram<double> duration, HttpMethod method, Uri address, Func<HttpObservation, Task<T>> call, (string Name, string Value)? tag = null)
    {
        using var span = Telemetry.Source.StartActivity(name, ActivityKind.Client);
        TraceContext.Describe(span, method, address);
        if (tag is { } given)
        {
            span?.SetTag(given.Name, given.Value);
        }

        var observation = new HttpObservation(span);
        var started = Stopwatch.GetTimestamp();
        try
        {
            return await call(observation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            observation.Fail(ErrorCodes.GetCode(failure));
            throw;
        }
        finally
        {
            observation.Measure(duration, started, method, tag);
        }
    }

    /// <summary>Reports the answer of the call, the last one of several attempts.</summary>
    /// <param name="statusCode">Status of the answer.</param>
    /// <param name="isExpected">Whether the status is not an error, like 402 for a challenge.</param>
    public void Answered(int statusCode, bool isExpected)
    {
        this.statusCode = statusCode;
        span?.SetTag("http.response.status_code", statusCode);
        if (!isExpected)
        {
            Fail(statusCode.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void Fail(string code)
    {
        errorType ??= code;
        Telemetry.Fail(span, errorType);
    }

    private void Measure(Histogram<double> duration, long started, HttpMethod method, (string Name, string Value)? tag)
    {
        if (!duration.Enabled)
        {
            return;
        }

        var tags = new TagList { { "http.request.method", method.Method } };
        if (tag is { } given)
        {
            tags.Add(given.Name, given.Value);
        }

        if (statusCode is { } status)
        {
            tags.Add("http.response.status_code", status);
        }

        if (errorType is not null)
        {
            tags.Add("error.type", errorType);
        }

        duration.Record(Telemetry.SecondsSince(started), tags);
    }
}
