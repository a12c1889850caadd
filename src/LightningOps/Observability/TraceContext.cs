using System;
using System.Diagnostics;
using System.Net.Http;
using System.Runtime.InteropServices;

namespace LightningOps.Observability;

/// <summary>Trace context of an HTTP request, and the description of its span.</summary>
internal static class TraceContext
{
    private const string Parent = "traceparent";

    // .NET's own handler sends the context of the current activity; .NET Framework's does not.
    private static readonly bool IsSentByHandler =
        !RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);

    private static readonly DistributedContextPropagator Propagator = DistributedContextPropagator.CreateDefaultPropagator();

    /// <summary>
    /// Sets the destination of a span with the names of OpenTelemetry's conventions; without the query, which may
    /// contain a secret.
    /// </summary>
    public static void Describe(Activity? span, HttpMethod method, Uri address)
    {
        if (span is null)
        {
            return;
        }

        span.SetTag("http.request.method", method.Method);
        span.SetTag("server.address", address.Host);
        span.SetTag("server.port", address.Port);
        span.SetTag("url.scheme", address.Scheme);
        span.SetTag("url.path", address.AbsolutePath);
    }

    /// <summary>Adds the context of the current activity (W3C Trace Context) if the framework does not do so itself.</summary>
    public static void Send(HttpRequestMessage request)
    {
        if (!IsSentByHandler)
        {
            Inject(Activity.Current, request);
        }
    }

    /// <summary>Writes traceparent and tracestate into a request without them.</summary>
    internal static void Inject(Activity? activity, HttpRequestMessage request)
    {
        if (activity is null || request.Headers.Contains(Parent))
        {
            return;
        }

        Propagator.Inject(activity, request, static (carrier, name, value) =>
        {
            if (carrier is HttpRequestMessage message && !message.Headers.Contains(name))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        });
    }
}
