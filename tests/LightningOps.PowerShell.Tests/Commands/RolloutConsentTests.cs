using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>What Sync-ApertureConfig asks about, and what it closes when nothing else can be rolled out.</summary>
public sealed class RolloutConsentTests : IAsyncDisposable
{
    private const string Sync = "Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:aperture.yaml ";
    private const string Kill = "Set-L402OwnerKillSwitch owner_news -Active -Force -Mode Local -StorePath s.db | Out-Null; ";
    private const string Pause = "Set-L402GlobalPause -Active -Force -Mode Local -StorePath s.db | Out-Null; ";

    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    private string Healthy => "-HealthUrl " + up.Url + " ";

    public async ValueTask DisposeAsync()
    {
        session.Run("Stop-L402TestGateway");
        session.Dispose();
        await up.DisposeAsync();
    }

    [Theory]
    [InlineData("removed")]
    [InlineData("closed")]
    [InlineData("moved")]
    public void Removing_closing_and_moving_ask_and_the_answer_decides(string kind)
    {
        Serve();
        Change(kind);
        var before = Served();

        Assert.Contains("-Force", session.Run(Sync + Healthy).Error("ConfirmationUnavailable").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        session.Screen.Answer = 1;
        Assert.Empty(session.Run(Sync + Healthy).Output);
        Assert.Equal(before, Served());
        session.Screen.Answer = 0;
        Assert.Equal(true, session.Run(Sync + Healthy).Single().Properties["Changed"].Value);

        Assert.NotEqual(before, Served());
        Assert.Contains("1 " + kind, session.Screen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_price_does_not_ask()
    {
        Serve();
        Import(paywalls => paywalls[0]!["policy"]!["fixedAmountMsats"] = 4000);

        Assert.Equal(true, session.Run(Sync + Healthy).Single().Properties["Changed"].Value);
    }

    [Fact]
    public void A_pause_closes_although_the_paywalls_do_not_compile_and_what_is_closed_is_told()
    {
        Serve();
        Break();

        var outcome = session.Run(Pause + Sync + Healthy + "-Force -RequestId r2");

        Assert.Contains("do not compile", session.Run(Sync + "-WhatIf").Error("CompileInvalid").ToString(), StringComparison.Ordinal);
        Assert.Equal(("Closed", true), (Assert.Single(outcome.Output).Properties["Serving"].Value.ToString(), outcome.Output[0].Properties["Changed"].Value));
        Assert.Contains("serves the previous configuration with the denied services closed", outcome.Error("compile_validation_failed").ToString(), StringComparison.Ordinal);
        Assert.Contains(outcome.Warnings, static warning => warning.EndsWith("because of a pause or kill switch: pw_news.route_news, pw_weather.route_weather", StringComparison.Ordinal));
        Assert.Equal(2, Served().Split("address: 127.0.0.1:0").Length - 1);
        Assert.Equal("Applied", session.Run("(Get-L402Deployment dep_close_r2 -Mode Local -StorePath s.db).Status").Text());
    }

    [Fact]
    public void WhatIf_shows_what_would_be_closed_and_touches_nothing()
    {
        Serve();
        Break();
        var before = Served();

        var outcome = session.Run(Kill + Sync + "-WhatIf -PassThru");

        outcome.Error("CompileInvalid");
        Assert.Equal("Closed pw_news.route_news", session.Run("foreach ($c in $p.Changes) { \"$($c.Kind) $($c.Name)\" }", ("p", Assert.Single(outcome.Output))).Text());
        Assert.Contains("What if: Close on file:", session.Screen.Text, StringComparison.Ordinal);
        Assert.Equal(before, Served());
        var drift = session.Run("Test-ApertureDrift -Mode Local -StorePath s.db -Gateway file:aperture.yaml");
        drift.Error("CompileInvalid");
        Assert.NotNull(Assert.Single(drift.Output).Properties["ClosingPlan"].Value);
    }

    [Fact]
    public void Closing_what_is_denied_asks_too()
    {
        Serve();
        Break();
        var before = Served();
        session.Screen.Answer = 1;

        Assert.Empty(session.Run(Kill + Sync + Healthy).Output);
        Assert.Equal(before, Served());

        session.Screen.Answer = 0;
        session.Run(Sync + Healthy).Error("compile_validation_failed");
        Assert.Equal(1, Served().Split("address: 127.0.0.1:0").Length - 1);
    }

    [Fact]
    public void A_pause_set_with_its_roll_out_says_that_the_gateway_is_closed_though_nothing_else_was_rolled_out()
    {
        Serve();
        Break();

        var outcome = session.Run("Set-L402GlobalPause -Active -Sync -Force -Mode Local -StorePath s.db -Gateway file:aperture.yaml");

        Assert.Contains("is closed, but nothing else was rolled out", outcome.Error("GatewayOnlyClosed").ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Served().Split("address: 127.0.0.1:0").Length - 1);
    }

    [Theory]
    [InlineData("Set-L402GlobalPause -Active", "GatewayOnlyClosed", "is closed, but the roll-out did not succeed: file:")]
    [InlineData("Set-L402OwnerKillSwitch owner_nobody -Inactive", "GatewayOnlyReopened", "serves the change, but the roll-out did not succeed: file:")]
    public async Task A_gateway_that_already_serves_what_a_switch_says_is_not_told_as_if_it_did_not(string set, string id, string told)
    {
        Serve();
        var sync = " -Force -Mode Local -StorePath s.db -WarningAction SilentlyContinue";
        session.Run("Set-L402GlobalPause -Active" + sync);
        session.Run(Sync + Healthy + "-Force").Single();
        await using var down = new LoopbackServer(_ => Task.FromResult(Reply.Status(503)));

        var outcome = session.Run(set + " -Sync -Gateway file:aperture.yaml -HealthUrl " + down.Url + sync);

        Assert.Contains(told, outcome.Error(id).ToString(), StringComparison.Ordinal);
        Assert.Contains("The deployment is Failed. The gateway serves the desired configuration", outcome.Error(id).ToString(), StringComparison.Ordinal);
    }

    private void Serve()
    {
        session.WithoutServices();
        session.Run("Start-L402TestGateway aperture.yaml -Upstream " + up.Url);
        Import(_ => { });
        session.Run(Sync + Healthy + "-Force").Single();
    }

    private void Change(string kind)
    {
        switch (kind)
        {
            case "removed":
                Import(paywalls => paywalls.RemoveAt(0));
                break;
            case "closed":
                session.Run(Kill);
                break;
            default:
                Import(paywalls => paywalls[1]!["routes"]![0]!["priority"] = 30);
                break;
        }
    }

    private void Break() => Import(paywalls => paywalls[0]!["routes"]!.AsArray().Add(Route("route_bad", "^(?=x)$")));

    private static JsonObject Route(string id, string path)
    {
        var route = JsonNode.Parse(File.ReadAllText(Places.Vector("smoke/paywalls.json")))![0]!["routes"]![0]!.AsObject();
        (route["routeId"], route["pathPattern"]) = (id, path);
        return JsonNode.Parse(route.ToJsonString())!.AsObject();
    }

    private void Import(Action<JsonArray> change)
    {
        var paywalls = JsonNode.Parse(File.ReadAllText(Places.Vector("smoke/paywalls.json")))!.AsArray();
        change(paywalls);
        File.WriteAllText(session.Folder.File("paywalls.json"), paywalls.ToJsonString());
        session.Run("Import-LightningPaywall paywalls.json -StorePath s.db -Force").Single();
    }

    private string Served() => File.ReadAllText(session.Folder.File("aperture.yaml"));
}
