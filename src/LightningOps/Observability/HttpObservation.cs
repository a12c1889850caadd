using System;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http;
using System.Threading.Tasks;

namespace LightningOps.Observability;

/// <summary>One call of a service over HTTP, all its tries together, as OpenTelemetry hears of it.</summary>
internal sealed class HttpObservation
{
    private readonly Activity? span;
    private int? statusCode;
    private string? errorType;

    private HttpObservation(Activity? span) => this.span = span;

    /// <summary>Makes a call as a span and measures it.</summary>
    /// <param name="name">Name of the span; few different ones.</param>
    /// <param name="duration">Where its duration goes.</param>
    /// <param name="method">HTTP method.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="call">The call; says how it was answered by <see cref="Answered"/>.</param>
    /// <param name="tag">What else tells it from others, for span and metric; null for nothing.</param>
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

    /// <summary>Says how the call was answered, the last time when it was tried several times.</summary>
    /// <param name="statusCode">Status of the answer.</param>
    /// <param name="isExpected">Whether the status is no error: a challenge is a 402.</param>
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
