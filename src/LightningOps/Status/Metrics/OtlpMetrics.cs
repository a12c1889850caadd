using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace LightningOps.Status.Metrics;

/// <summary>
/// Metrics as an ExportMetricsServiceRequest in protobuf (opentelemetry-proto 1.x,
/// opentelemetry/proto/collector/metrics/v1/metrics_service.proto). The exporter of the OpenTelemetry SDK needs
/// version 10.0 of System.Diagnostics.DiagnosticSource on .NET Standard, which PowerShell 7.4 does not ship. A test
/// compares the bytes with the SDK's.
/// </summary>
internal static class OtlpMetrics
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Cumulative = 2;

    /// <summary>The request.</summary>
    /// <param name="families">The metrics.</param>
    /// <param name="resource">Attributes of the resource, such as <c>service.name</c>.</param>
    /// <param name="version">Version of the module.</param>
    /// <param name="atMs">Time of the values, Unix milliseconds.</param>
    public static byte[] Write(IReadOnlyList<MetricFamily> families, IReadOnlyList<KeyValuePair<string, string>> resource, string version, long atMs)
    {
        var time = (ulong)atMs * 1_000_000;
        return Message(request => Field(request, 1, resourceMetrics =>
        {
            Field(resourceMetrics, 1, message =>
            {
                foreach (var attribute in resource)
                {
                    Attribute(message, 1, attribute);
                }
            });
            Field(resourceMetrics, 2, scopeMetrics =>
            {
                Field(scopeMetrics, 1, scope =>
                {
                    Text(scope, 1, "LightningOps.Status");
                    Text(scope, 2, version);
                });
                foreach (var family in families)
                {
                    Field(scopeMetrics, 2, metric => Metric(metric, family, time));
                }
            });
        }));
    }

    private static void Metric(MemoryStream metric, MetricFamily family, ulong time)
    {
        Text(metric, 1, family.Name);
        Text(metric, 2, family.Help);
        if (GetUnit(family.Name) is { } unit)
        {
            Text(metric, 3, unit);
        }

        Field(metric, family.IsCounter ? 7 : 5, data =>
        {
            foreach (var sample in family.Samples)
            {
                Field(data, 1, point =>
                {
                    Tag(point, 3, Fixed64);
                    Write(point, time);
                    Tag(point, 4, Fixed64);
                    Write(point, (ulong)BitConverter.DoubleToInt64Bits(sample.Value));
                    foreach (var label in sample.Labels)
                    {
                        Attribute(point, 7, label);
                    }
                });
            }

            if (family.IsCounter)
            {
                Tag(data, 2, Varint);
                Number(data, Cumulative);
                Tag(data, 3, Varint);
                Number(data, 1);
            }
        });
    }

    /// <summary>The unit in the notation of UCUM; null for a plain number.</summary>
    private static string? GetUnit(string name) =>
        name.EndsWith("_seconds", StringComparison.Ordinal) ? "s"
        : name.Contains("_msats") ? "{msat}"
        : name.EndsWith("_ratio", StringComparison.Ordinal) ? "1"
        : null;

    private static void Attribute(MemoryStream to, int field, KeyValuePair<string, string> attribute) => Field(to, field, pair =>
    {
        Text(pair, 1, attribute.Key);
        Field(pair, 2, value => Text(value, 1, attribute.Value));
    });

    private static void Field(MemoryStream to, int field, Action<MemoryStream> write) => Append(to, field, Message(write));

    private static void Text(MemoryStream to, int field, string text) => Append(to, field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(Action<MemoryStream> write)
    {
        using var message = new MemoryStream();
        write(message);
        return message.ToArray();
    }

    private static void Append(MemoryStream to, int field, byte[] content)
    {
        Tag(to, field, Bytes);
        Number(to, (ulong)content.Length);
        to.Write(content, 0, content.Length);
    }

    private static void Tag(MemoryStream to, int field, int kind) => Number(to, (ulong)((field << 3) | kind));

    private static void Number(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            to.WriteByte((byte)(value | 0x80));
        }

        to.WriteByte((byte)value);
    }

    private static void Write(MemoryStream to, ulong value)
    {
        for (var shift = 0; shift < 64; shift += 8)
        {
            to.WriteByte((byte)(value >> shift));
        }
    }
}
