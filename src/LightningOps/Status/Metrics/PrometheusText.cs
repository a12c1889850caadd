using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.Status.Metrics;

/// <summary>Metrics in Prometheus' text format 0.0.4 (prometheus.io, "Exposition formats"), for the textfile collector of node_exporter.</summary>
internal static class PrometheusText
{
    /// <summary>The text, LF line ends, UTF-8 without a byte order mark.</summary>
    public static byte[] Write(IReadOnlyList<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escape(family.Help, quotes: false)).Append('\n')
                .Append("# TYPE ").Append(family.Name).Append(family.IsCounter ? " counter\n" : " gauge\n");
            foreach (var sample in family.Samples)
            {
                text.Append(family.Name);
                if (sample.Labels.Count > 0)
                {
                    text.Append('{').Append(string.Join(",", sample.Labels.Select(static label => label.Key + "=\"" + Escape(label.Value, quotes: true) + "\""))).Append('}');
                }

                text.Append(' ').Append(sample.Value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
            }
        }

        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false).GetBytes(text.ToString());
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\").Replace("\n", "\\n");
        return quotes ? escaped.Replace("\"", "\\\"") : escaped;
    }
}
