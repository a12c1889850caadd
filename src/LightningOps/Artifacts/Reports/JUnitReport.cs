using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Xml;
using LightningOps.Artifacts.Reports.Html;

namespace LightningOps.Artifacts.Reports;

/// <summary>Runs as JUnit XML for CI systems: one suite per run, one case per check. A check that was not made is skipped.</summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        NewLineChars = "\n",
        NewLineHandling = NewLineHandling.Replace,
    };

    /// <summary>The document, UTF-8 without BOM, LF line ends.</summary>
    public static byte[] Serialize(IReadOnlyList<RunReport> runs)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings))
        {
            xml.WriteStartElement("testsuites");
            var cases = runs.SelectMany(GetCases).ToArray();
            WriteCounts(xml, cases);
            foreach (var run in runs)
            {
                WriteSuite(xml, run);
            }

            xml.WriteEndElement();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    /// <summary>The checks, and the run itself if it failed without a failed check, so that CI reports it.</summary>
    private static IReadOnlyList<ReportCheck> GetCases(RunReport run)
    {
        if (run.Checks.Count > 0 && (run.Ok || run.Checks.Any(static check => check.Outcome == CheckOutcome.Failed)))
        {
            return run.Checks;
        }

        return [.. run.Checks, ReportCheck.Create("The run as a whole", run.Ok, run.Ok ? null : GetReason(run))];
    }

    private static string GetReason(RunReport run) => run.Failures.Count == 0
        ? run.Outcome
        : string.Join("\n", run.Failures.Select(static failure => failure.Code + (failure.Reason is null ? string.Empty : ": " + failure.Reason)));

    private static void WriteSuite(XmlWriter xml, RunReport run)
    {
        var cases = GetCases(run);
        var span = new TimelineSpan(run.Timeline);
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", run.Title);
        WriteCounts(xml, cases);
        Attribute(xml, "time", Seconds(span.Length ?? TimeSpan.Zero));
        if (span.BeginMs is { } begin)
        {
            Attribute(xml, "timestamp", DateTimeOffset.FromUnixTimeMilliseconds(begin).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        }

        WriteProperties(xml, run);
        foreach (var check in cases)
        {
            WriteCase(xml, run, check);
        }

        if (run.Changes.Count > 0)
        {
            xml.WriteElementString("system-out", VisibleText.From("Plan:\n" + string.Join("\n", run.Changes)));
        }

        xml.WriteEndElement();
    }

    private static void WriteProperties(XmlWriter xml, RunReport run)
    {
        var facts = new[] { new ReportFact("requestId", run.RequestId) }.Concat(run.Facts).Where(static fact => fact.Value is not null).ToArray();
        if (facts.Length == 0)
        {
            return;
        }

        xml.WriteStartElement("properties");
        foreach (var fact in facts)
        {
            xml.WriteStartElement("property");
            Attribute(xml, "name", fact.Name);
            Attribute(xml, "value", fact.Value!);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, RunReport run, ReportCheck check)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "name", check.Name);
        Attribute(xml, "classname", "LightningOps." + run.Title);
        Attribute(xml, "time", Seconds(check.Duration ?? TimeSpan.Zero));
        if (check.Outcome == CheckOutcome.Failed)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "message", check.Reason ?? "failed");
            Attribute(xml, "type", run.Failures.FirstOrDefault()?.Code ?? "check_failed");
            xml.WriteString(VisibleText.From(string.Join("\n", run.Failures.Select(static failure => failure.Remedy).OfType<string>().Distinct())));
            xml.WriteEndElement();
        }
        else if (check.Outcome == CheckOutcome.NotMade)
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", check.Reason ?? "skipped");
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCounts(XmlWriter xml, IReadOnlyCollection<ReportCheck> cases)
    {
        Attribute(xml, "tests", Number(cases.Count));
        Attribute(xml, "failures", Number(cases.Count(static check => check.Outcome == CheckOutcome.Failed)));
        Attribute(xml, "errors", "0");
        Attribute(xml, "skipped", Number(cases.Count(static check => check.Outcome == CheckOutcome.NotMade)));
    }

    // XML cannot express most control characters or half a surrogate pair.
    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, VisibleText.From(value));

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan duration) => duration.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
