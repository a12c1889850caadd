using System;
using System.IO;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Resolve-L402Route, Measure-L402AccessLog and Export-L402Catalog.</summary>
public sealed class RouteTests : IDisposable
{
    private const string Url = "https://openagents.com/api/weather/premium";
    private const string Log = "openagents.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] \"GET /api/weather/premium HTTP/1.1\" 402 312 \"-\" \"curl\"\n"
        + "openagents.com:443 203.0.113.7 - - [30/Nov/2026:12:00:01 +0000] \"GET /none HTTP/1.1\" 404 3 \"-\" \"curl\"\n";

    private readonly ModuleSession session = new();

    public void Dispose()
    {
        session.Run("Stop-L402TestGateway");
        session.Dispose();
    }

    [Theory]
    [InlineData("Resolve-L402Route {0} -Mode Mock")]
    [InlineData("'{0}' | Resolve-L402Route -Mode Mock")]
    [InlineData("[pscustomobject]@{{ Uri = '{0}'; Method = 'post' }} | Resolve-L402Route -Mode Mock")]
    [InlineData("Invoke-LightningCompile -Mode Mock | Resolve-L402Route {0}")]
    [InlineData("'{0}' | Resolve-L402Route -InputObject (Invoke-LightningCompile -Mode Mock)")]
    [InlineData("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig a.yaml; Resolve-L402Route {0} -Path a.yaml")]
    [InlineData("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig a.yaml; Resolve-L402Route {0} -Gateway file:a.yaml -Mode Mock")]
    [InlineData("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig a.yaml; Start-L402TestGateway a.yaml | Out-Null; Resolve-L402Route {0} -Gateway loopback -Mode Local")]
    public void A_url_is_resolved_against_each_source(string script)
    {
        var found = session.Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, script, Url)).Single();

        Assert.Equal(("Sold", "pw_weather.route_weather", 3L), (found.Properties["Outcome"].Value.ToString(), found.Properties["Service"].Value, found.Properties["PriceSats"].Value));
        Assert.Equal("/api/weather/premium", found.Properties["Path"].Value);
    }

    [Theory]
    [InlineData("Resolve-L402Route {0} -Gateway file:a.yaml -Mode Mock")]
    [InlineData("Set-Content access.log ''; Measure-L402AccessLog access.log -Gateway file:a.yaml -PlannedPath a.yaml -Format Combined -Mode Mock")]
    public void A_file_that_was_not_seen_loaded_is_not_said_to_be_served(string script)
    {
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig a.yaml");

        var outcome = session.Run(string.Format(System.Globalization.CultureInfo.InvariantCulture, script, Url));

        Assert.Equal("file:" + session.Folder.File("a.yaml") + ": the file was read. It is not known whether the gateway has loaded it.", Assert.Single(outcome.Warnings));
    }

    [Theory]
    [InlineData("-Mode Mock")]
    [InlineData("-InputObject (Invoke-LightningCompile -Mode Mock)")]
    [InlineData("-Path a.yaml")]
    [InlineData("-Gateway file:a.yaml -Mode Mock 3>$null")]
    public void Many_urls_of_the_pipeline_are_resolved_and_a_bad_one_costs_no_other(string source)
    {
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig a.yaml");

        var outcome = session.Run("'" + Url + "', 'no-url', 'https://openagents.com/none' | Resolve-L402Route " + source + " | ForEach-Object Outcome");

        outcome.Error("ConfigError");
        Assert.Equal(["Sold", "NotMatched"], outcome.Output.Select(static found => found.ToString()));
    }

    [Theory]
    [InlineData("$c | Start-L402TestGateway", "ApertureYaml")]
    [InlineData("Set-Content access.log ''; Measure-L402AccessLog access.log -ServedPath a.yaml -Compile $c -Format Combined", "Compile")]
    [InlineData("Resolve-L402Route https://a.example.com/ -InputObject $c", "InputObject")]
    public void A_compile_that_is_not_valid_is_refused_with_the_parameter_that_got_it(string script, string parameter)
    {
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig a.yaml");

        var refusal = session.Run("Set-Content empty.json '{\"paywalls\":[]}'; $c = Invoke-LightningCompile empty.json -ErrorAction Ignore; " + script).Error("ConfigError");

        Assert.StartsWith(parameter + ": ", refusal.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("not valid", refusal.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Diagnostics", refusal.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void The_members_of_a_test_gateway_are_shown_in_words()
    {
        var shown = string.Concat(session.Show("Invoke-LightningCompile -Mode Mock | Start-L402TestGateway -PassThru | Format-List *"));

        Assert.Contains("pw_weather.route_weather (3 sat)", shown, StringComparison.Ordinal);
        Assert.Contains("simulated node ", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("LoopbackServiceStatus", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_of_a_gateway_without_one_is_refused() =>
        Assert.Contains("-Gateway", session.Run("Resolve-L402Route " + Url + " -Mode Mock -MacaroonPath m").Error("ConfigError").ErrorDetails.RecommendedAction, StringComparison.Ordinal);

    [Fact]
    public void A_log_is_measured_against_two_configurations()
    {
        File.WriteAllText(session.Folder.File("access.log"), Log);
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig served.yaml");
        File.WriteAllText(session.Folder.File("served.yaml"), File.ReadAllText(session.Folder.File("served.yaml")).Replace("price: 3", "price: 010", StringComparison.Ordinal));

        foreach (var planned in new[] { "-Mode Mock", "-Compile (Invoke-LightningCompile -Mode Mock)" })
        {
            Assert.Equal(
                "2 1 1 8 3 pw_weather.route_weather",
                session.Run("$m = Measure-L402AccessLog access.log -ServedPath served.yaml " + planned + "; \"$($m.Requests) $($m.Cheaper) $($m.Unchanged) $($m.ServedSatsIfBoughtAnew) $($m.PlannedSatsIfBoughtAnew) $($m.Changes.PlannedService)\"").Text());
        }

        Assert.Equal("2", session.Run("Get-Item access.log | Measure-L402AccessLog -Gateway file:served.yaml -PlannedPath served.yaml -Mode Mock | ForEach-Object Unchanged").Text());
    }

    [Theory]
    [InlineData("Resolve-L402Route https://b.example.com/ -Path anchors.yaml")]
    [InlineData("Resolve-L402Route https://b.example.com/ -Gateway file:anchors.yaml -Mode Mock 3>$null")]
    [InlineData("Measure-L402AccessLog access.log -ServedPath anchors.yaml -PlannedPath anchors.yaml")]
    [InlineData("Measure-L402AccessLog access.log -ServedPath served.yaml -PlannedPath anchors.yaml")]
    public void A_file_with_which_Aperture_does_not_start_is_an_error(string script)
    {
        File.WriteAllText(session.Folder.File("access.log"), Log);
        session.Run("Invoke-LightningCompile -Mode Mock | Export-ApertureConfig served.yaml");
        File.WriteAllText(
            session.Folder.File("anchors.yaml"),
            "x-defaults: &d\n  address: '127.0.0.1:8000'\n  protocol: http\n  price: 12\nservices:\n  - <<: *d\n    name: b\n    hostregexp: '^b\\.example\\.com$'\n    price: 20\n");

        var outcome = session.Run(script);

        Assert.Empty(outcome.Output);
        Assert.Contains("does not start with, and nothing is served: 9:5 error duplicate_key", outcome.Error("ConfigError").ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_finding_beside_which_services_are_served_is_a_warning()
    {
        File.WriteAllText(session.Folder.File("a.yaml"), "listenaddr: 'localhost:8081'\ndbbackend: sqlite\nservices:\n  - {name: b, hostregexp: '^b$', address: 'u:1', protocol: http, price: 3}\n");

        var outcome = session.Run("Resolve-L402Route https://b/ -Path a.yaml");

        Assert.Equal(3L, outcome.Single().Properties["PriceSats"].Value);
        Assert.Contains("authenticator_missing", Assert.Single(outcome.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_without_the_served_configuration_is_refused()
    {
        File.WriteAllText(session.Folder.File("access.log"), Log);

        Assert.Contains("-ServedPath", session.Run("Measure-L402AccessLog access.log -Mode Mock").Error("ConfigError").ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_catalog_is_written_whole_and_not_over_a_file_with_NoClobber()
    {
        const string Export = "Invoke-LightningCompile -Mode Mock | Export-L402Catalog openapi.json -HostName openagents.com ";

        Assert.Equal("openapi.json", session.Run(Export + "-PassThru | ForEach-Object Name").Text());
        Assert.Equal("3", session.Run("(Get-Content openapi.json -Raw | ConvertFrom-Json).paths.'/api/weather/premium'.get.'x-payment-info'.offers[0].amount").Text());
        Assert.Single(session.Run(Export + "-NoClobber").Errors);
        session.Run("Invoke-LightningCompile -Mode Mock | Export-L402Catalog other.json -HostName openagents.com -WhatIf");
        Assert.False(File.Exists(session.Folder.File("other.json")));
    }

    [Fact]
    public void Upstreams_of_a_hosted_plane_or_with_the_switch_are_judged_more_strictly()
    {
        File.WriteAllText(
            session.Folder.File("p.json"),
            "{\"paywalls\":[{\"paywallId\":\"p\",\"ownerId\":\"o\",\"name\":\"n\",\"status\":\"active\",\"createdAtMs\":1,\"updatedAtMs\":1,\"policy\":{\"paywallId\":\"p\",\"ownerId\":\"o\",\"pricingMode\":\"fixed\",\"fixedAmountMsats\":1000,\"killSwitch\":false,\"createdAtMs\":1,\"updatedAtMs\":1},"
            + "\"routes\":[{\"routeId\":\"r\",\"paywallId\":\"p\",\"ownerId\":\"o\",\"hostPattern\":\"a.com\",\"pathPattern\":\"/x\",\"upstreamUrl\":\"http://0x7f000001\",\"protocol\":\"http\",\"timeoutMs\":0,\"priority\":1,\"createdAtMs\":1,\"updatedAtMs\":1}]}]}");

        Assert.Equal("Info", session.Run("(Invoke-LightningCompile p.json 3>$null).Diagnostics.Severity").Text());
        Assert.Equal("Error", session.Run("(Invoke-LightningCompile p.json -DenyPrivateUpstream 2>$null 3>$null).Diagnostics.Severity").Text());
    }
}
