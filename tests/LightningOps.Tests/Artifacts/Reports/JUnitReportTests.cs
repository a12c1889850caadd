using System;
using System.IO;
using System.Linq;
using System.Xml.Linq;
using LightningOps.Artifacts.Reports;
using Xunit;

namespace LightningOps.Tests.Artifacts.Reports;

public sealed class JUnitReportTests
{
    [Fact]
    public void A_check_is_a_case_and_one_that_was_not_made_is_skipped()
    {
        var suite = Parse(Runs.Saying("text")).Root!.Element("testsuite")!;

        Assert.Equal(("3", "1", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value, suite.Attribute("skipped")!.Value));
        Assert.Equal(["", "failure", "skipped"], suite.Elements("testcase").Select(test => test.Elements().SingleOrDefault()?.Name.LocalName ?? string.Empty));
        Assert.Equal("2026-11-22T17:02:43", suite.Attribute("timestamp")!.Value);
    }

    [Fact]
    public void A_run_that_failed_has_a_case_that_failed()
    {
        var suite = Parse(Runs.With(ReportCheck.Create("made", true), ReportCheck.CreateSkipped("unmade", "why")) with { Ok = false, Failures = [new ReportFailure("code", "reason")] }).Root!.Element("testsuite")!;

        Assert.Equal("1", suite.Attribute("failures")!.Value);
        Assert.Equal("code: reason", suite.Descendants("failure").Single().Attribute("message")!.Value);
    }

    [Fact]
    public void A_run_without_checks_is_a_case_of_its_own() =>
        Assert.Equal("1", Parse(Runs.With()).Root!.Attribute("tests")!.Value);

    [Theory]
    [InlineData("\u0000\u0001\u000b\u001f")]
    [InlineData("<&\"'>]]>")]
    public void What_xml_cannot_say_is_said_otherwise(string text) => Parse(Runs.Saying(text));

    [Fact]
    public void Neither_can_it_say_half_a_surrogate_pair() => Parse(Runs.Saying("\ufffe\uffff" + (char)0xd800));

    private static XDocument Parse(RunReport run)
    {
        using var stream = new MemoryStream(JUnitReport.Serialize([run]));
        return XDocument.Load(stream);
    }
}
