using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class ExportL402ArtifactTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Smokes_of_a_pipeline_share_a_page_and_a_junit_file()
    {
        var outcome = session.Run("Invoke-L402Smoke Compile, Staging, Security -Mode Mock | Export-L402Artifact out -JUnitPath ci/smokes.xml -PassThru");

        Assert.Empty(outcome.Errors);
        Assert.Equal(["CompileSmokeResult", "StagingSmokeResult", "SecuritySmokeResult"], outcome.Output.Select(result => result.BaseObject.GetType().Name));
        Assert.Equal(["events.jsonl", "report.html", "summary.json"], Directory.GetFiles(Path.Combine(session.Folder.Path, "out")).Select(Path.GetFileName).Order());
        Assert.Equal(3, Summary()["runs"]!.AsArray().Count);
        var suites = XDocument.Load(Path.Combine(session.Folder.Path, "ci", "smokes.xml")).Root!;
        Assert.Equal(3, suites.Elements("testsuite").Count());
        Assert.Equal("0", suites.Attribute("failures")!.Value);
    }

    [Fact]
    public void The_summary_of_one_result_is_that_result()
    {
        var json = session.Run("Invoke-L402Smoke Settlement -Mode Mock | Export-L402Artifact out -PassThru | Export-Json").Single().ToString();

        Assert.Equal(JsonNode.Parse(json)!.ToJsonString(), Summary().ToJsonString());
    }

    [Fact]
    public void A_roll_out_and_a_compile_are_told_too()
    {
        session.Run("& { Sync-ApertureConfig -Mode Mock -Force; Invoke-LightningCompile -Mode Mock } | Export-L402Artifact out");

        Assert.Equal(["Roll-out to memory", "Compile"], Summary()["runs"]!.AsArray().Select(run => (string)run!["title"]!));
    }

    [Fact]
    public void A_comparison_is_told_and_drift_is_a_failed_check()
    {
        var outcome = session.Run("Test-ApertureDrift -Mode Mock | Export-L402Artifact out -JUnitPath out/ci.xml");

        Assert.Empty(outcome.Errors);
        Assert.Equal("in_drift", (string?)Summary()["status"]);
        var failed = Assert.Single(XDocument.Load(Path.Combine(session.Folder.Path, "out", "ci.xml")).Descendants("failure"));
        Assert.Equal("The gateway serves the desired configuration", failed.Parent!.Attribute("name")!.Value);
    }

    [Fact]
    public void An_error_in_the_pipeline_is_a_run_that_could_not_be_made()
    {
        var outcome = session.Run("Invoke-L402Smoke Compile -Mode Local -StorePath . 2>&1 | Export-L402Artifact out -JUnitPath out/ci.xml");

        Assert.Empty(outcome.Errors);
        Assert.False((bool)Summary()["ok"]!);
        Assert.Single(XDocument.Load(Path.Combine(session.Folder.Path, "out", "ci.xml")).Descendants("failure"));
    }

    [Fact]
    public void The_error_of_a_result_that_is_there_is_not_told_twice()
    {
        session.Run("Sync-ApertureConfig -Mode Mock -Gateway file:nowhere.yaml -Force 2>&1 | Export-L402Artifact out");

        Assert.Equal("active_lookup_failed", (string)Summary()["gatewayReconcile"]!["failureCode"]!);
    }

    [Fact]
    public void What_there_is_no_report_of_is_an_error_and_the_others_go_on()
    {
        var outcome = session.Run("& { 'text'; Invoke-L402Smoke Compile -Mode Mock } | Export-L402Artifact out");

        Assert.Equal("text", outcome.Error("NotReportable").TargetObject.ToString());
        Assert.True((bool)Summary()["ok"]!);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        session.Run("Invoke-L402Smoke Compile -Mode Mock | Export-L402Artifact out -JUnitPath ci.xml -WhatIf");

        Assert.Empty(Directory.GetFileSystemEntries(session.Folder.Path));
    }

    [Fact]
    public void Without_a_result_nothing_is_written_and_that_is_said()
    {
        var outcome = session.Run("@() | Export-L402Artifact out");

        Assert.Empty(Directory.GetFileSystemEntries(session.Folder.Path));
        Assert.Single(outcome.Warnings);
    }

    [Fact]
    public void The_artifact_folder_of_a_roll_out_holds_a_page()
    {
        session.Run("Sync-ApertureConfig -Mode Mock -Force -ArtifactDirectory out");

        Assert.Contains("Roll-out to memory", File.ReadAllText(Path.Combine(session.Folder.Path, "out", "report.html")), StringComparison.Ordinal);
    }

    private JsonNode Summary() => JsonNode.Parse(File.ReadAllText(Path.Combine(session.Folder.Path, "out", "summary.json")))!;
}
