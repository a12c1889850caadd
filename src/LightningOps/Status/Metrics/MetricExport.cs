using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Files;
using LightningOps.Http;

namespace LightningOps.Status.Metrics;

/// <summary>Writes the metrics of a status to a file for Prometheus, or sends them by OTLP.</summary>
public sealed class MetricExport
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly L402Status status;
    private readonly IReadOnlyList<MetricFamily> families;

    /// <summary>The metrics of a status.</summary>
    /// <param name="status">The status.</param>
    /// <param name="maxOwners">Maximum number of owners with a sample; 0 for none. A status contains them only if requested.</param>
    public MetricExport(L402Status status, int maxOwners)
    {
        this.status = status;
        families = StatusMetrics.Create(status, maxOwners);
    }

    /// <summary>Number of samples.</summary>
    public int Samples
    {
        get
        {
            var count = 0;
            foreach (var family in families)
            {
                count += family.Samples.Count;
            }

            return count;
        }
    }

    /// <summary>The metrics in Prometheus' text format.</summary>
    public byte[] ToPrometheus() => PrometheusText.Write(families);

    /// <summary>Replaces a file atomically, readable by everybody, because node_exporter runs under its own account.</summary>
    /// <param name="path">The file; its name must end in <c>.prom</c> for node_exporter.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder does not allow it.</exception>
    public void WriteFile(string path) => AtomicFile.Write(path, ToPrometheus());

    /// <summary>Sends the metrics to an OTLP receiver, HTTP with protobuf.</summary>
    /// <param name="endpoint">Base URL of the receiver, such as <c>http://127.0.0.1:4318</c>; <c>/v1/metrics</c> is appended.</param>
    /// <param name="allowInsecure">Whether http is allowed to other machines.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ConfigException">The address cannot be used.</exception>
    /// <exception cref="MetricReceiverException">The receiver was not reached, or it refused.</exception>
    public async Task SendAsync(string endpoint, bool allowInsecure, CancellationToken cancellationToken)
    {
        var address = HttpAddress.CheckBase("OtlpEndpoint", endpoint, allowInsecure) + "/v1/metrics";
        var body = OtlpMetrics.Write(families, Resource, typeof(MetricExport).Assembly.GetName().Version?.ToString(3) ?? "0", status.TakenAtMs);
        using var client = new HttpClient(HttpClients.CreateHandler()) { Timeout = Limit };
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        try
        {
            using var answer = await client.PostAsync(new Uri(address), content, cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                throw new MetricReceiverException(address, FormattableString.Invariant($"status_{(int)answer.StatusCode}"));
            }
        }
        catch (HttpRequestException failure)
        {
            throw new MetricReceiverException(address, ConnectionFailure.GetCode(failure), failure);
        }
        catch (OperationCanceledException failure) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MetricReceiverException(address, "timeout", failure);
        }
    }

    private KeyValuePair<string, string>[] Resource =>
    [
        new("service.name", "lightningops"),
        new("lightningops.control_plane", status.ControlPlane),
    ];
}

/// <summary>A receiver of metrics that was not reached, or that refused (<c>MetricReceiverError</c>).</summary>
public sealed class MetricReceiverException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="address">Address of the receiver.</param>
    /// <param name="reason">What went wrong.</param>
    /// <param name="cause">The cause.</param>
    public MetricReceiverException(string address, string reason, Exception? cause = null)
        : base("MetricReceiverError", address + ": " + reason, "Check that an OTLP receiver with HTTP and protobuf listens at that address, usually on port 4318.", cause)
    {
        Reason = reason;
    }

    /// <summary>The cause.</summary>
    public string Reason { get; }
}
