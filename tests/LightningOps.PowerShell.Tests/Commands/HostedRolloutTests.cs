using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Roll-outs in Api and Convex mode, to the ops endpoints.</summary>
public sealed class HostedRolloutTests : IAsyncDisposable
{
    private const string Hidden = "correct-horse-battery-staple";

    private readonly ModuleSession session = new();
    private readonly HostedSite site = new();

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await site.DisposeAsync();
    }

    [Theory]
    [InlineData("api", "Invoke-L402Smoke Staging -Mode Api -Format RouteDocument")]
    [InlineData("convex", "Invoke-L402Smoke Staging -Mode Convex -Format RouteDocument")]
    [InlineData("api", "Sync-ApertureConfig -RequestId smoke:staging -Format RouteDocument -Force")]
    [InlineData("convex", "Sync-ApertureConfig -RequestId smoke:staging -Format RouteDocument -Confirm:$false")]
    public void The_requests_are_the_recorded_ones(string mode, string script)
    {
        var recorded = JsonNode.Parse(File.ReadAllText(Places.Vector("wire.json")))!["runs"]!["smoke:staging " + mode]!.AsArray();

        Assert.Equal(true, session.Run(site.Connect(mode) + script).Single().Properties["Ok"].Value);

        Assert.Equal(recorded.Select(static request => request!["method"] + " " + request["url"]), site.Requests.Select(static sent => sent.Method + " " + sent.Target));
        foreach (var (sent, expected) in site.Requests.Zip(recorded))
        {
            Assert.All(expected!["headers"]!.AsObject(), header => Assert.Equal((string?)header.Value, sent.Headers[header.Key]));
            Assert.True(JsonNode.DeepEquals(Timeless(expected["body"]?.ToJsonString()), Timeless(sent.Body)), sent.Body);
        }
    }

    [Fact]
    public void WhatIf_sends_nothing_but_questions()
    {
        session.Run(site.Connect("Api") + "Sync-ApertureConfig -WhatIf -PassThru").Single();

        Assert.DoesNotContain(site.Requests, static request => request.Body.Contains("record", StringComparison.Ordinal) || request.Target is "/ops/deploy" or "/ops/rollback");
    }

    [Theory]
    [InlineData("Api", "", "Warn")]
    [InlineData("Convex", "", "Warn")]
    [InlineData("Api", "-DenyPrivateUpstream", "Error")]
    public void A_private_upstream_of_a_hosted_control_plane_is_named_for_each_route(string mode, string options, string severity)
    {
        site.Paywalls = site.Paywalls.Replace("weather.vendor.example.com", "10.0.0.7", System.StringComparison.Ordinal).Replace("news.vendor.example.com", "localhost", System.StringComparison.Ordinal);

        var found = session.Run(site.Connect(mode) + "$r = Invoke-LightningCompile " + options + " 2>$null 3>$null; $r.Diagnostics | Where-Object Code -EQ upstream_private | ForEach-Object { \"$($_.Severity) $([bool]$_.RouteId)\" }").Output;

        Assert.Equal(2, found.Count);
        Assert.All(found, one => Assert.Equal(severity + " True", one.ToString()));
    }

    [Fact]
    public void A_gateway_that_is_not_up_is_rolled_back()
    {
        site.Health = Reply.Status(500);

        var outcome = session.Run(site.Connect("Api") + "Sync-ApertureConfig -Force");

        Assert.Equal("RolledBack", Assert.Single(outcome.Output).Properties["DeploymentStatus"].Value.ToString());
        outcome.Error("health_check_failed");
        Assert.Single(site.Requests, static request => request.Target == "/ops/rollback");
    }

    [Fact]
    public void A_secret_is_in_no_stream_and_no_file()
    {
        site.Health = Reply.Status(500);
        var script = site.Connect("Api", Hidden, Hidden)
            + "Sync-ApertureConfig -Force -Verbose -ArtifactDirectory out 4>&1 | Out-Default; Sync-ApertureConfig -WhatIf; Test-ApertureDrift | Export-Json;"
            + "Sync-ApertureConfig -Gateway admin:" + site.Url + " -Macaroon $s -Verbose -Force";

        var outcome = session.Run(script);

        var told = session.Screen.Text + string.Concat(outcome.Output) + string.Concat(outcome.Verbose) + string.Concat(outcome.Warnings)
            + string.Concat(outcome.Errors.Select(static error => error.ToString() + error.Exception + error.ErrorDetails?.RecommendedAction));
        var kept = Directory.GetFiles(session.Folder.Path, "*", SearchOption.AllDirectories).Select(static file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)));
        Assert.DoesNotContain(Hidden, told + string.Concat(kept), StringComparison.Ordinal);
        Assert.Contains("health_check_failed", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_plane_that_refuses_touches_nothing_and_is_recorded_in_the_folder()
    {
        using var refusing = new RefusingServer();

        var error = session.Run(site.Connect("Api") + "Connect-LightningOps Api -Secret $s -StorePath s.db -ApiBaseUrl " + refusing.Url + " -GatewayBaseUrl " + site.Url + "; Sync-ApertureConfig -Force -ArtifactDirectory out")
            .Error("ControlPlaneTransportError");

        Assert.Equal(System.Management.Automation.ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
        Assert.Empty(site.Requests);
        var summary = JsonNode.Parse(File.ReadAllText(session.Folder.File("out/summary.json")))!;
        Assert.Equal(("reconcile.security", false), ((string)summary["failedStage"]!, (bool)summary["ok"]!));
    }

    /// <summary>The JSON with its clock values levelled.</summary>
    private static JsonNode? Timeless(string? json)
    {
        var node = string.IsNullOrEmpty(json) ? null : JsonNode.Parse(json);
        if (node?["args"] is JsonObject args && args.ContainsKey("appliedAtMs"))
        {
            args["appliedAtMs"] = 0;
        }

        return node;
    }
}
