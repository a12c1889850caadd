using System;
using System.IO;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class InvokeL402SmokeTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Invoke-L402Smoke Staging -Format RouteDocument | Export-Json")]
    [InlineData("(Invoke-L402Smoke Staging -Mode Mock -Format RouteDocument).Reconcile | Export-Json")]
    public void Staging_runs_in_mock_mode_unless_told_otherwise_and_gives_the_recorded_output(string script) =>
        Assert.Equal(File.ReadAllText(Places.Vector("smoke/staging.json")).Trim(), session.Run(script).Text());

    [Fact]
    public void Staging_in_local_mode_makes_a_gateway_of_its_own_and_really_buys()
    {
        const string script = "Import-LightningPaywall $paywalls -StorePath s.db | Out-Null; Invoke-L402Smoke Staging -Mode Local -StorePath s.db";

        var result = session.Run(script, ("paywalls", Places.Vector("smoke/paywalls.json"))).Single();

        Assert.Equal((true, true), (result.Properties["Ok"].Value, result.Properties["ProxyOk"].Value));
    }

    [Fact]
    public void Staging_in_local_mode_records_in_the_store()
    {
        const string script = "Import-LightningPaywall $paywalls -StorePath s.db | Out-Null; Invoke-L402Smoke Staging -Mode Local -StorePath s.db -Gateway memory";

        Assert.Equal(true, session.Run(script, ("paywalls", Places.Vector("smoke/paywalls.json"))).Single().Properties["Ok"].Value);
        Assert.Equal("Applied", session.Run("(Get-L402Deployment dep_reconcile_smoke_staging -Mode Local -StorePath s.db).Status").Text());
    }

    [Fact]
    public void Settlement_runs_in_mock_mode() =>
        Assert.Equal(
            "True 5 set_smoke_1,set_smoke_1",
            session.Run("$r = Invoke-L402Smoke Settlement -Mode Mock; \"$($r.Ok) $($r.Processed) $($r.SettlementIds -join ',')\"").Text());

    [Fact]
    public void Settlement_in_local_mode_can_be_run_again() =>
        Assert.Equal("True True", session.Run("$r = foreach ($i in 1, 2) { (Invoke-L402Smoke Settlement -Mode Local -StorePath s.db).Ok }; \"$r\"").Text());

    [Fact]
    public async Task A_check_that_could_not_be_made_fails_the_smoke_and_is_named()
    {
        session.WithoutServices();
        await using var up = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));

        var error = session.Run("Invoke-L402Smoke Staging -Gateway file:aperture.yaml -HealthUrl " + up.Url).Error("SmokeFailed");

        Assert.Contains("proxy was not checked", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Staging")]
    [InlineData("Compile")]
    public void Live_is_no_mode_of_a_smoke_that_buys_nothing(string name) =>
        Assert.Equal("Mode", session.Run("Invoke-L402Smoke " + name + " -Mode Live").Error("ConfigError").TargetObject);

    [Fact]
    public void WhatIf_runs_nothing() => Assert.Empty(session.Run("Invoke-L402Smoke Staging -WhatIf").Output);

    [Theory]
    [InlineData("Invoke-L402Smoke Ep212Routes | Export-Json")]
    [InlineData("'Ep212Routes' | Invoke-L402Smoke -Mode Mock -Format RouteDocument | Export-Json")]
    public void Ep212Routes_runs_in_mock_mode_unless_told_otherwise_and_gives_the_recorded_output(string script) =>
        Assert.Equal(File.ReadAllText(Places.Vector("smoke/ep212-routes.json")).Trim(), session.Run(script).Text());

    [Theory]
    [InlineData("Mock", "mock")]
    [InlineData("Local", "simulated")]
    public void Ep212FullFlow_keeps_its_artifacts_below_the_sessions_location(string mode, string wallet)
    {
        Assert.Equal("True " + wallet, session.Run("$r = Invoke-L402Smoke Ep212FullFlow -Mode " + mode + " -RequestId a:1 -StorePath s.db; \"$($r.Ok) $($r.WalletBackend)\"").Text());
        Assert.Equal(5, File.ReadAllLines(session.Folder.File("output/lightning-ops/ep212-full-flow/a_1/events.jsonl")).Length);
        Assert.True(File.Exists(session.Folder.File("output/lightning-ops/ep212-full-flow/a_1/summary.json")));
    }

    [Fact]
    public void A_smoke_runs_from_another_provider_and_keeps_its_artifacts_in_the_file_system()
    {
        Assert.Equal("True", session.Run("$ExecutionContext.SessionState.Path.SetLocation('Variable:') | ForEach-Object { }; (Invoke-L402Smoke Ep212FullFlow).Ok.ToString()").Text());
        Assert.True(File.Exists(session.Folder.File("output/lightning-ops/ep212-full-flow/smoke_ep212-full-flow/summary.json")));
    }

    [Fact]
    public void Ep212FullFlow_keeps_them_where_it_is_told() =>
        Assert.EndsWith("kept", session.Run("(Invoke-L402Smoke Ep212FullFlow -ArtifactDirectory ./kept).Artifacts.ArtifactDir").Text(), StringComparison.Ordinal);

    [Fact]
    public void Live_mode_needs_its_wallet_and_says_so() =>
        Assert.Equal("OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL", session.Run("Connect-LightningOps -RouteAUrl http://127.0.0.1:9/a -RouteBUrl http://127.0.0.1:9/b -Sats4AiUrl http://127.0.0.1:9/s; Invoke-L402Smoke Ep212Routes -Mode Live").Error("ConfigError").TargetObject);

    [Fact]
    public async Task Live_mode_fails_with_the_check_that_did_not_pass_and_tells_its_steps()
    {
        await using var free = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        await File.WriteAllTextAsync(
            session.Folder.File("live.env"),
            "OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL=http://127.0.0.1:9\nOA_LIGHTNING_OPS_EP212_ROUTE_A_URL=" + free.Url + "/a\nOA_LIGHTNING_OPS_EP212_ROUTE_B_URL=" + free.Url + "/b\nOA_LIGHTNING_OPS_EP212_SATS4AI_URL=" + free.Url + "/s\nOA_LIGHTNING_OPS_CREDENTIAL_STORE=" + session.Folder.File("c.db") + "\n");

        var outcome = session.Run("Connect-LightningOps -EnvironmentFile live.env; Invoke-L402Smoke Ep212Routes -Mode Live");

        Assert.True(File.Exists(session.Folder.File("c.db")));

        Assert.Contains("route_a_challenge: challenge_missing", outcome.Error("SmokeFailed").ToString(), StringComparison.Ordinal);
        Assert.Equal(false, Assert.Single(outcome.Output).Properties["Ok"].Value);
    }

    [Fact]
    public async Task Ctrl_C_ends_a_live_run_which_is_written_down_as_stopped()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var stalled = new LoopbackServer(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult(Reply.Stall);
        });
        await File.WriteAllTextAsync(
            session.Folder.File("live.env"),
            "OA_LIGHTNING_WALLET_EXECUTOR_BASE_URL=http://127.0.0.1:9\nOA_LIGHTNING_OPS_EP212_SATS4AI_URL=" + stalled.Url + "/s\nOA_LIGHTNING_OPS_EP212_ROUTE_A_URL=" + stalled.Url + "/a\nOA_LIGHTNING_OPS_EP212_ROUTE_B_URL=" + stalled.Url + "/b\nOA_LIGHTNING_OPS_CREDENTIAL_STORE=" + session.Folder.File("c.db") + "\n");
        session.Run("Connect-LightningOps -EnvironmentFile live.env");
        using var shell = session.Prepare("Invoke-L402Smoke Ep212FullFlow -Mode Live -ArtifactDirectory stopped");

        var run = shell.InvokeAsync();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Task.Run(shell.Stop).WaitAsync(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAnyAsync<System.Management.Automation.RuntimeException>(() => run);
        Assert.Contains("\"code\": \"cancelled\"", await File.ReadAllTextAsync(session.Folder.File("stopped/summary.json")), StringComparison.Ordinal);
        Assert.Contains("\"status\":\"failed\"", await File.ReadAllTextAsync(session.Folder.File("stopped/events.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_steps_of_a_purchase_are_verbose_and_without_a_secret()
    {
        var verbose = string.Join("\n", session.Run("Invoke-L402Smoke Ep212Routes -Verbose").Verbose);

        Assert.Contains("paid for l402.openagents.com ep212-route-a, proof preimage:8bb2e756fef92675", verbose, StringComparison.Ordinal);
        Assert.DoesNotContain("8bb2e756fef926758c", verbose, StringComparison.Ordinal);
        Assert.DoesNotContain("mac_ep212_a", verbose, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api")]
    [InlineData("Convex")]
    public void A_smoke_that_buys_has_no_control_plane(string mode) =>
        Assert.Equal("Mode", session.Run("Invoke-L402Smoke Ep212FullFlow -Mode " + mode).Error("ConfigError").TargetObject);
}
