using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
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

    [Theory]
    [InlineData("Get-L402Status -Mode Mock | Export-L402Metric -OtlpEndpoint $u")]
    [InlineData("Connect-LightningOps Mock -OtlpEndpoint $u; Get-L402Status | Export-L402Metric")]
    [InlineData("Set-Content otlp.env \"OA_LIGHTNING_OPS_OTLP_ENDPOINT=$u\"; Connect-LightningOps Mock -EnvironmentFile otlp.env; Get-L402Status | Export-L402Metric")]
    public async Task Metrics_go_to_the_receiver_of_the_parameter_the_context_or_the_variable(string script)
    {
        await using var receiver = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));

        var outcome = session.Run(script, ("u", receiver.Url));

        Assert.Empty(outcome.Errors);
        var request = Assert.Single(receiver.Requests);
        Assert.Equal(("POST", "/v1/metrics", "application/x-protobuf"), (request.Method, request.Target, request.Headers["content-type"]));
        Assert.Contains("lightningops_global_pause", request.Body, StringComparison.Ordinal);
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
