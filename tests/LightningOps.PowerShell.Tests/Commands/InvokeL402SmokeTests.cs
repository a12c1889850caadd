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
    public void Local_mode_has_no_gateway_of_its_own() =>
        Assert.Equal("Gateway", session.Run("Invoke-L402Smoke Staging -Mode Local -StorePath s.db").Error("ConfigError").TargetObject);

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
}
