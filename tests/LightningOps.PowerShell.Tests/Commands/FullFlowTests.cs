using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>The Observability and FullFlow smokes at the prompt, against the fixtures.</summary>
public sealed class FullFlowTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void The_full_flow_is_written_down_under_the_sessions_folder()
    {
        var result = session.Run("Invoke-L402Smoke FullFlow -RequestId 'a b:c' -AllowMissingLocalArtifact -Format RouteDocument").Single();

        Assert.Equal(true, result.Properties["Ok"].Value);
        var summary = JsonNode.Parse(File.ReadAllText(session.Folder.File("output/lightning-ops/full-flow/a_b_c/summary.json")))!;
        Assert.Equal(8, (int)summary["coverage"]!["passedChecks"]!);
        Assert.Equal(summary.ToJsonString(), JsonNode.Parse(session.Run("$r | Export-Json", ("r", result)).Text())!.ToJsonString());
        Assert.Equal(6, File.ReadAllLines(session.Folder.File("output/lightning-ops/full-flow/a_b_c/events.jsonl")).Length);
    }

    [Fact]
    public void A_skipped_check_is_not_shown_as_passed()
    {
        var screen = session.Show("Invoke-L402Smoke FullFlow -AllowMissingLocalArtifact");

        Assert.Contains("7 of 8 passed, skipped: local_parity", string.Join(' ', screen.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_local_artifact_it_fails_by_default_and_names_it()
    {
        var outcome = session.Run("Invoke-L402Smoke FullFlow -ArtifactDirectory out");

        var error = outcome.Error("SmokeFailed");
        Assert.Contains("full_flow_local_artifact_missing", error.ToString(), StringComparison.Ordinal);
        Assert.Same(Assert.Single(outcome.Output).BaseObject, error.TargetObject);
        Assert.Equal(["local_parity"], JsonNode.Parse(File.ReadAllText(session.Folder.File("out/summary.json")))!["coverage"]!["failedChecks"]!.AsArray().Select(static check => (string)check!));
        Assert.Contains("\"status\":\"failed\"", File.ReadLines(session.Folder.File("out/events.jsonl")).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_is_not_begun_where_it_could_not_be_written_down()
    {
        File.WriteAllText(session.Folder.File("taken"), string.Empty);

        var outcome = session.Run("Invoke-L402Smoke FullFlow, Ep212FullFlow -ArtifactDirectory taken -ErrorAction SilentlyContinue; $Error.FullyQualifiedErrorId | ForEach-Object { ($_ -split ',')[0] }");

        Assert.Equal(["ArtifactsNotWritten", "ArtifactsNotWritten"], outcome.Output.Select(static id => id.ToString()));
    }

    [Fact]
    public void A_local_artifact_is_named_relative_to_the_sessions_folder()
    {
        File.WriteAllText(session.Folder.File("local.json"), """{"flows":[{"executionPath":"local-node","requestId":"r","taskId":"t","paymentProofRef":"p"}]}""");

        Assert.Equal(true, session.Run("Invoke-L402Smoke FullFlow -LocalArtifact local.json -ArtifactDirectory out").Single().Properties["Ok"].Value);
    }

    [Fact]
    public void WhatIf_writes_nothing()
    {
        Assert.Empty(session.Run("Invoke-L402Smoke FullFlow, Observability -WhatIf").Output);

        Assert.Empty(Directory.EnumerateFileSystemEntries(session.Folder.Path));
    }

    [Fact]
    public void Observability_gives_five_records_with_all_members() =>
        Assert.Equal("5 0 smoke:observability", session.Run("$r = Invoke-L402Smoke Observability; \"$($r.RecordCount) $($r.MissingFieldKeys.Count) $($r.Records[0].RequestId)\"").Text());
}
