using System;
using System.IO;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>The smokes in Local mode: real, and none of an operator's business.</summary>
public sealed class LocalFlowTests : IDisposable
{
    private const string Local = "Connect-LightningOps Local -StorePath s.db; ";
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("FullFlow")]
    [InlineData("Observability")]
    [InlineData("Security")]
    [InlineData("Settlement")]
    public void A_live_store_is_left_as_it_was(string smoke)
    {
        session.Run(Local + "Import-LightningPaywall $paywalls | Out-Null; Set-L402GlobalPause -Active -Reason real -Force; Set-L402GlobalPause -Inactive -Force", ("paywalls", Places.Vector("smoke/paywalls.json")));
        var before = State();

        var result = session.Run("Invoke-L402Smoke " + smoke + " -Mode Local -ArtifactDirectory out").Single();

        Assert.Equal(true, result.Properties["Ok"].Value);
        Assert.Equal(before, State());
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(session.Folder.Path).Select(Path.GetFileName), static entry => entry!.StartsWith(".scratch", StringComparison.Ordinal));
    }

    [Fact]
    public void The_local_full_flow_writes_events_summary_and_the_local_nodes_artifact()
    {
        session.Run(Local + "Invoke-L402Smoke FullFlow -Mode Local -RequestId here").Single();

        Assert.Equal(
            ["events.jsonl", "l402-local-node-smoke-artifact.json", "report.html", "summary.json"],
            Directory.EnumerateFiles(session.Folder.File("output/lightning-ops/full-flow/here")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        session.Run("Invoke-L402Smoke FullFlow -LocalArtifact output/lightning-ops/full-flow/here/l402-local-node-smoke-artifact.json -ArtifactDirectory out").Single();
    }

    [Fact]
    public void A_gateway_is_not_named_where_the_smoke_has_its_own() =>
        Assert.Equal("Gateway", session.Run(Local + "Invoke-L402Smoke FullFlow -Mode Local -Gateway memory").Error("ConfigError").TargetObject);

    private string State() => session.Run("(Get-L402SecurityState | Export-Json) + (Get-LightningPaywall | Export-Json -AsArray) + (Get-L402Deployment | Export-Json -AsArray) + (Get-L402Settlement | Export-Json -AsArray)").Text();
}
