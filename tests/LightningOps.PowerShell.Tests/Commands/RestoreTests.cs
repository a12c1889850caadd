using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>The way back to an earlier deployment.</summary>
public sealed class RestoreTests : IAsyncDisposable
{
    private const string Mode = "-Mode Local -StorePath s.db ";
    private const string At = "-Gateway file:aperture.yaml ";
    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    private string Health => "-HealthUrl " + up.Url + " ";

    private string Sync => "Sync-ApertureConfig -Force " + Mode + At + Health;

    public async ValueTask DisposeAsync()
    {
        session.Run("Stop-L402TestGateway");
        session.Dispose();
        await up.DisposeAsync();
    }

    [Fact]
    public void Paywalls_and_gateway_go_back_together()
    {
        var first = Serve();
        var before = Served();
        Change(4000);
        Assert.NotEqual(before, Served());

        session.Run("Restore-L402Deployment " + Mode + Health + "-DeploymentId " + first).Error("ConfirmationUnavailable");
        session.Run("Restore-L402Deployment -WhatIf " + Mode + Health + "-DeploymentId " + first);
        Assert.NotEqual(before, Served());
        Assert.Contains("price: 4 → 3", session.Screen.Text, StringComparison.Ordinal);
        Assert.Empty(session.Run("Restore-L402Deployment -Force " + Mode + Health + "-DeploymentId " + first).Errors);

        Assert.Equal(before, Served());
        Assert.Equal("2500", session.Run("(Get-LightningPaywall pw_weather " + Mode + ").Policy.FixedAmountMsats").Text());
        Assert.Equal("False", session.Run("(Test-ApertureDrift " + Mode + At + ").InDrift").Text());
        Assert.StartsWith("2 added: ", session.Run("(Get-L402Deployment " + first + " " + Mode + ").Changes").Text(), StringComparison.Ordinal);
        Assert.Equal(
            ["paywalls restored", "restored " + first],
            session.Run("(Get-LightningOpsJournal " + Mode + "-Kind Restore).Action").Output.Select(static action => action.ToString()));
    }

    [Fact]
    public void The_gateway_alone_goes_back_and_is_not_reconciled_until_it_is_said()
    {
        var first = Serve();
        var before = Served();
        Change(4000);
        var after = Served();

        Assert.Contains("serves the restored configuration", session.Run("(Restore-L402Deployment -GatewayOnly -Force " + Mode + Health + "-DeploymentId " + first + ").Standing").Text(), StringComparison.Ordinal);

        Assert.Equal(before, Served());
        Assert.Equal("4000", session.Run("(Get-LightningPaywall pw_weather " + Mode + ").Policy.FixedAmountMsats").Text());
        session.Run(Sync).Error("reconcile_suspended");
        Assert.Equal(before, Served());
        var suspended = session.Run("(Get-L402Status " + Mode + At + ").Findings.Where({ $_.Code -eq 'reconcile_suspended' }).Message").Text();
        Assert.Contains("Set-L402Gateway file:" + session.Folder.File("aperture.yaml") + " -Reconcile On", suspended, StringComparison.Ordinal);
        Assert.Contains(session.Run("Test-ApertureDrift " + Mode + At).Warnings, warning => warning.Contains("is not reconciled since", StringComparison.Ordinal));
        foreach (var place in new[] { "file:./aperture.yaml", "file:sub/../aperture.yaml", "file:" + session.Folder.File("aperture.yaml") })
        {
            Assert.Equal("True", session.Run("@(Get-LightningOpsJournal " + Mode + "-Kind Restore -Gateway " + place + ").Count -eq 2").Text());
            Assert.Equal("True", session.Run("@(Get-L402Deployment " + Mode + "-Gateway " + place + ").Count -ge 2").Text());
        }

        Assert.Empty(session.Run("Set-L402Gateway file:./aperture.yaml -Reconcile On -StorePath s.db").Warnings);
        Assert.Empty(session.Run(Sync).Errors);
        Assert.Equal(after, Served());
    }

    [Fact]
    public void What_is_paused_killed_or_suspended_now_stays_closed()
    {
        var first = Serve();
        Change(4000);
        session.Run("Suspend-LightningPaywall pw_weather " + Mode + "| Out-Null; Set-L402OwnerKillSwitch owner_news -Active -Force " + Mode + "| Out-Null");

        session.Run("Restore-L402Deployment -GatewayOnly -Force " + Mode + Health + "-DeploymentId " + first);

        Assert.Equal(2, Served().Split("127.0.0.1:0").Length - 1);
        session.Run("Set-L402OwnerKillSwitch owner_news -Inactive -Sync -Force " + Mode + At + Health);
        Assert.Equal(1, Served().Split("127.0.0.1:0").Length - 1);
        Assert.Contains("price: 2", Served(), StringComparison.Ordinal);
    }

    [Fact]
    public void Paywalls_that_were_never_rolled_out_are_named_and_saved_before_the_store_loses_them()
    {
        var first = Serve();
        Change(4000);
        session.Run("New-LightningPaywall later.example.com /x/* https://up.example.com -PriceSats 9 -OwnerId owner_news -PaywallId pw_later " + Mode + "| Out-Null");

        var preview = session.Run("Restore-L402Deployment -WhatIf " + Mode + At + Health + "-DeploymentId " + first);
        var restored = session.Run("Restore-L402Deployment -Force " + Mode + At + Health + "-DeploymentId " + first);

        Assert.All([preview, restored], outcome => Assert.Contains(outcome.Warnings, warning => warning.Contains("removes ", StringComparison.Ordinal) && warning.Contains("(pw_later)", StringComparison.Ordinal) && warning.Contains("changes back ", StringComparison.Ordinal) && warning.Contains("(pw_weather)", StringComparison.Ordinal)));
        Assert.Empty(restored.Errors);
        Assert.DoesNotContain("pw_later", session.Run("(Get-LightningPaywall " + Mode + ").PaywallId -join ' '").Text(), StringComparison.Ordinal);
        var saved = Assert.Single(Directory.GetFiles(session.Folder.Path, "s.db.replaced-*.json"));
        Assert.Empty(session.Run("Import-LightningPaywall $saved -Merge -StorePath s.db", ("saved", saved)).Errors);
        Assert.Equal("4000 9000", session.Run("(Get-LightningPaywall pw_weather, pw_later " + Mode + ").Policy.FixedAmountMsats -join ' '").Text());
    }

    [Fact]
    public void A_pause_closes_a_gateway_that_is_not_reconciled()
    {
        var first = Serve();
        Change(4000);
        session.Run("Restore-L402Deployment -GatewayOnly -Force " + Mode + Health + "-DeploymentId " + first);

        session.Run("Set-L402GlobalPause -Active -Force " + Mode + "| Out-Null");
        session.Run(Sync).Error("reconcile_suspended");

        Assert.Equal(2, Served().Split("127.0.0.1:0").Length - 1);
    }

    [Fact]
    public void A_deployment_whose_paywalls_are_not_kept_cannot_be_restored()
    {
        Serve();
        session.Run("Restore-L402Deployment -Force " + Mode + "-DeploymentId dep_none").Error("DeploymentNotRestorable");
    }

    private string Serve()
    {
        session.WithoutServices();
        session.Run("Start-L402TestGateway aperture.yaml -Upstream " + up.Url);
        Assert.Empty(session.Run("Import-LightningPaywall $paywalls -StorePath s.db", ("paywalls", Places.Vector("smoke/paywalls.json"))).Errors);
        var outcome = session.Run(Sync);
        Assert.Empty(outcome.Errors);
        return outcome.Single().Properties["DeploymentId"].Value.ToString()!;
    }

    private void Change(int msats)
    {
        var paywalls = JsonNode.Parse(File.ReadAllText(Places.Vector("smoke/paywalls.json")))!.AsArray();
        paywalls[0]!["policy"]!["fixedAmountMsats"] = msats;
        File.WriteAllText(session.Folder.File("paywalls.json"), paywalls.ToJsonString());
        Assert.Empty(session.Run("Import-LightningPaywall paywalls.json -StorePath s.db -Force").Errors);
        Assert.Empty(session.Run(Sync).Errors);
    }

    private string Served() => File.ReadAllText(session.Folder.File("aperture.yaml"));
}
