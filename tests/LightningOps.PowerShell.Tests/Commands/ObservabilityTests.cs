using System;
using System.IO;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class ObservabilityTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_session_with_a_record_file_gets_a_record_of_each_operation()
    {
        session.Run(
            "Connect-LightningOps -Mode Mock -ObservabilityPath logs/records.jsonl; "
            + "Invoke-LightningCompile -RequestId c1; Sync-ApertureConfig -RequestId s1 -Force; Invoke-L402Smoke Compile, Staging -Mode Mock");

        var endpoints = File.ReadAllLines(Path.Combine(session.Folder.Path, "logs", "records.jsonl"))
            .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Select(record => record.GetProperty("requestId").GetString() + " " + record.GetProperty("endpoint").GetString());
        Assert.Equal(
            [
                "c1 /api/lightning/paywalls/compile",
                "s1 /api/lightning/paywalls/reconcile",
                "s1 /l402/health",
                "smoke:compile /api/lightning/paywalls/compile",
                "smoke:staging /api/lightning/paywalls/reconcile",
                "smoke:staging /l402/health",
            ],
            endpoints);
    }

    [Fact]
    public void A_record_file_that_cannot_be_written_is_one_warning_and_the_command_goes_on()
    {
        File.WriteAllText(session.Folder.File("logs"), "a file");

        var outcome = session.Run(
            "Connect-LightningOps -Mode Mock -ObservabilityPath logs/records.jsonl; Sync-ApertureConfig -Force -WarningAction Continue");

        Assert.Empty(outcome.Errors);
        Assert.Equal("Applied", outcome.Single().Properties["DeploymentStatus"].Value.ToString());
        Assert.Single(outcome.Warnings, static warning => warning.StartsWith("Observability records cannot be written", StringComparison.Ordinal));
    }
}
