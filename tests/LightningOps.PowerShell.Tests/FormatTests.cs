using System;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests;

/// <summary>What a person reads at a terminal of 80 columns.</summary>
public sealed class FormatTests : IDisposable
{
    private const string Invalid = "$p = Get-LightningPaywall -Mode Mock; $bad = $p, $p | ForEach-Object { $_ } | Invoke-LightningCompile -Format RouteDocument 2>$null; ";

    private const string LongPath = "^/api/weather/in/the/folder/of/another/team/that/had/it/first$";
    private const string Drifted = "[IO.File]::WriteAllText(\"$PWD/a.yaml\", (Invoke-LightningCompile -Mode Mock).ApertureYaml.Replace('price: 3', 'price: 9').Replace('pw_news.route_news', 'old').Replace(\"'^/api/weather/premium`$'`n    address\", \"'^/api/weather/in/the/folder/of/another/team/that/had/it/first`$'`n    address\")); ";
    private const string Measure = Drifted + "[IO.File]::WriteAllText(\"$PWD/a.log\", \"openagents.com:443 203.0.113.7 - - [30/Nov/2026:12:00:00 +0000] `\"GET /api/weather/premium HTTP/1.1`\" 402 3`n\"); [IO.File]::WriteAllText(\"$PWD/a.yaml\", (Invoke-LightningCompile -Mode Mock).ApertureYaml.Replace('price: 3', 'price: 9')); Measure-L402AccessLog a.log -ServedPath a.yaml -Mode Mock";
    private const string Compare = Drifted + "Test-ApertureDrift -Mode Mock -Gateway file:a.yaml -Prune";

    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Fact]
    public void Names_with_escape_sequences_and_marks_of_direction_are_written_out_in_every_view()
    {
        const string name = "a\u001b[31mred\u202e\u200b\u009bz";
        const string told = "a\\u001b[31mred\\u202e\\u200b\\u009bz";
        System.IO.File.WriteAllText(session.Folder.File("aperture.yaml"), "listenaddr: 'localhost:8081'\nservices:\n  - name: \"a\\e[31mred\\u202e\\u200b\\x9bz\"\n    hostregexp: '^old$'\n    pathregexp: '^/x$'\n    address: '127.0.0.1:9000'\n    protocol: http\n    price: 5\n    auth: 'sometimes'\n");
        const string drift = "Test-ApertureDrift -Mode Mock -Prune -Gateway file:aperture.yaml 3>$null";

        foreach (var (script, isTold) in new[]
        {
            ("Test-ApertureConfig aperture.yaml", false),
            ("(Test-ApertureConfig aperture.yaml).Diagnostics | Format-List", false),
            (drift, true),
            (drift + " | ForEach-Object Plan", true),
            (drift + " | ForEach-Object { $_.Plan.Changes }", true),
            (drift + " | ForEach-Object { $_.Plan.Changes } | Format-List", true),
            ("Sync-ApertureConfig -Mode Mock -Prune -Gateway file:aperture.yaml -WhatIf 3>$null", true),
            ("Set-L402GlobalPause -Active -Mode Mock -Force -Reason $name", true),
            ("Set-L402OwnerKillSwitch $name -Active -Mode Mock -Force 3>$null", false),
            ("Test-L402Gate $name -Mode Mock", false),
        })
        {
            var screen = session.Show(script, ("name", name));

            Assert.False(screen.Any(static letter => letter is not '\n' && (char.IsControl(letter) || char.GetUnicodeCategory(letter) == System.Globalization.UnicodeCategory.Format)), script + "\n" + screen);
            Assert.True(!isTold || screen.Replace("\n", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal).Contains(told, StringComparison.Ordinal), script + "\n" + screen);
        }
    }

    [Fact]
    public void Every_text_of_a_view_is_shown_through_the_function_that_writes_out_what_a_terminal_would_obey()
    {
        const string script = """
            [xml]$x = Get-Content $views -Raw
            foreach ($v in $x.Configuration.ViewDefinitions.View) {
                $type = @($v.ViewSelectedBy.TypeName)[0]
                $t = [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetType($type) } | Where-Object { $_ } | Select-Object -First 1
                foreach ($n in $v.SelectNodes('.//TableColumnItem/PropertyName|.//ListItem/PropertyName')) {
                    $p = if ($t) { $t.GetProperty($n.InnerText) }
                    if ($p -and ($p.PropertyType -eq [string] -or [Collections.Generic.IEnumerable[string]].IsAssignableFrom($p.PropertyType))) { "$type $($n.InnerText)" }
                }
            }
            """;

        var outcome = session.Run(script, ("views", System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Places.Manifest)!, "LightningOps.Format.ps1xml")));

        Assert.Empty(outcome.Errors);
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("Invoke-LightningCompile -Mode Mock -Format RouteDocument", "Valid", "cfg_e59ce865d9f03cc096385a5bc951679e3eedbf7d1d087116007ba317d6980c16", "none", "dep_mem_1")]
    [InlineData("(Invoke-LightningCompile -Mode Mock).Rules", "openagents.com", "/api/news/premium", "pw_news:route_news", "pw_weather:route_weather")]
    [InlineData(Invalid + "$bad", "Diagnostics", "2 error", "cfg_2c05a2960944956c30161c9bb65b68f2fb483e8c38c3039e3f4cd51e9e294c53")]
    [InlineData(Invalid + "$bad.Diagnostics", "error duplicate_route  pw_", "Duplicate host/path rule detected (openagents.com::/api/news/premium)")]
    [InlineData("Get-LightningPaywall -Mode Mock", "pw_weather", "owner_weather", "Active", "Premium Weather", "Sats")]
    [InlineData("(Get-LightningPaywall -Mode Mock)[0].Policy", "fixed", "2500", "openagents.com")]
    [InlineData("(Get-LightningPaywall -Mode Mock).Routes", "route_weather", "route_news", "https://weather")]
    [InlineData("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db", "Added", "Unchanged", "Replace")]
    [InlineData("Invoke-LightningCompile -Mode Local -StorePath s.db -Format RouteDocument -Record 2>$null | Out-Null; Get-L402Deployment -IncludeCompiled -Mode Local -StorePath s.db", "dep_", "cfg_", "UTC")]
    [InlineData("Connect-LightningOps Mock -PassThru", "mock (Parameter)", "GatewayBaseUrl:notset", "ProxyUrl:notset")]
    [InlineData("(Get-LightningOpsContext).Settings", "WalletExecutorTimeoutMs", "SmokeSpendLimitMsats", "100000")]
    [InlineData("Test-ApertureConfig -Content \"a: 1`n\"", "1:1 warn unknown_key a: Aperture has no setting \"a\"", "authenticator_missing")]
    [InlineData("(Test-ApertureConfig -Content \"a: 1`n\").Diagnostics", "1:1     warn  unknown_key  a", "Aperture has no setting \"a\" here")]
    [InlineData("Invoke-L402Smoke Compile -Mode Mock -Format RouteDocument", "Ok", "dep_mem_1", "none")]
    [InlineData("Invoke-L402Smoke Staging -Format RouteDocument", "HealthOk:True", "dep_reconcile_smoke_staging", "Failure:none")]
    [InlineData("Sync-ApertureConfig -Mode Mock -RequestId r", "Plan:2added", "Checks:healthok,challengeok,proxyok", "dep_reconcile_r", "cfg_9d4d4e464fd2f64a70c3352a0ee5d3c8daa84fdd60b8abf1dfd12a786b4f35ac")]
    [InlineData("(Sync-ApertureConfig -Mode Mock).Stages", "Challenge Ok", "Record")]
    [InlineData("(Sync-ApertureConfig -Mode Mock).Plan", "from nothing recorded", "+ pw_weather.route_weather")]
    [InlineData("& {" + Compare + "} | ForEach-Object Plan", "1 added, 1 changed, 1 removed", "~ pw_weather.route_weather", "price: 9 \u2192 3", LongPath, "\u2192 ^/api/weather/premium$", "+ pw_news.route_news", "was old: credentials sold under that name do not open it", "- old")]
    [InlineData(Compare, "InDrift", "ExitCode:1", "1 added, 1 changed, 1 removed", "price: 9 \u2192 3", LongPath)]
    [InlineData("& {" + Compare + "} | ForEach-Object { $_.Plan.Changes }", "~ pw_weather.route_weather", "price: 9 \u2192 3")]
    [InlineData("Get-L402SecurityState -Mode Mock", "GlobalPause:off", "OwnersStopped:none", "CredentialRoles:none")]
    [InlineData("Set-L402GlobalPause -Active -Mode Mock -Force -Reason 'the node is being moved to another data centre and comes back at noon'", "global_pause_active", "comes back at noon", "UTC")]
    [InlineData("Set-L402OwnerKillSwitch owner_weather -Active -Mode Mock -Force -UpdatedBy a@b", "owner_weather", "True", "Owner kill switch is active", "a@b")]
    [InlineData("Test-L402Gate owner_weather -Mode Mock", "owner_weather", "False", "missing_credential_role", "OA_LIGHTNING_OPS_CRED_GATEWAY_INVOICE")]
    [InlineData("Start-LightningOpsCredentialRotation GatewayInvoice -Mode Mock -Fingerprint sha256:9f86d081884c -Note quarterly", "gateway_invoice", "rotating", "sha256:9f86d081884c", "quarterly")]
    [InlineData("Set-L402GlobalPause -Active -Sync -Mode Mock -Force 3>$null", "Ok:True", "global pause ON", "memory: rolled out")]
    [InlineData("Invoke-L402Smoke Security -Mode Mock", "Ok:True", "denied:global_pause_active", "rotatedtov1,revoked,activev2", "Failure:none")]
    [InlineData("Invoke-L402Smoke Observability", "Ok:True", "RecordCount:5", "smoke:observability:security", "MissingFieldKeys:none")]
    [InlineData("Invoke-L402Smoke FullFlow -AllowMissingLocalArtifact -ArtifactDirectory out", "7of8passed,skipped:local_parity", "2500msats", "global_pause_active", "Failure:none")]
    [InlineData("Invoke-L402Smoke FullFlow -ArtifactDirectory out 2>$null", "7of8passed,failed:local_parity", "full_flow_local_artifact_missing")]
    [InlineData("Invoke-L402Smoke Compile, Security, Settlement, Staging -Mode Mock", "Smoke:Security", "denied:global_pause_active", "Smoke:Settlement", "set_smoke_1(known)", "Smoke:Staging", "HealthOk:True")]
    [InlineData("Invoke-L402Smoke Ep212FullFlow, Ep212Routes, Observability -Mode Mock", "Smoke:Ep212Routes", "refused with limit 100000: amount_over_cap", "Smoke:Observability", "MissingFieldKeys:none")]
    [InlineData("Resolve-L402Route https://openagents.com/api/weather/premium -Mode Mock", "Sold", "pw_weather.route_weather", "https://openagents.com/api/weather/premium")]
    [InlineData("Resolve-L402Route https://openagents.com/api/weather/premium -Mode Mock | Format-List", "Soldat3sat.", "L402", "pw_news.route_news:pathregexp^/api/news/premium$doesnotmatch/api/weather/premium")]
    [InlineData(Measure, "PlannedSatsIfBoughtAnew:3", "Cheaper 1: pw_weather.route_weather 9 sat \u2192 pw_weather.route_weather 3 sat, for example GET openagents.com/api/weather/premium")]
    [InlineData(Measure + " -OutVariable x | Out-Null; $x[0].Changes[0].GetType().GetProperty('PlannedService').SetValue($x[0].Changes[0], $null); $x", "pw_weather.route_weather 9 sat \u2192 none, for example")]
    [InlineData(Measure + " | ForEach-Object Changes", "Cheaper", "9 \u2192 3", "GET openagents.com/api/weather/premium")]
    [InlineData("(Invoke-LightningCompile -Mode Mock).ConfigHash", "cfg_9d4d4e464fd2f64a70c3352a0ee5d3c8daa84fdd60b8abf1dfd12a786b4f35ac")]
    public void Nothing_that_matters_is_cut_off(string script, params string[] read)
    {
        var screen = session.Show(script);

        Assert.All(screen.Split('\n'), static line => Assert.True(line.Length <= 80, line));
        Assert.DoesNotContain('\u2026', screen);
        Assert.All(read, text => Assert.Contains(Joined(text), Joined(screen), StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_request_of_a_diagnostic_is_shown_in_its_list()
    {
        session.Run("New-LightningPaywall shop.example.com /weather/* https://up.example.com/base -PriceSats 5 -Mode Local -StorePath s.db");

        Assert.Contains("witness.path = /", session.Show("(Invoke-LightningCompile -Mode Local -StorePath s.db 3>$null).Diagnostics | Where-Object Code -EQ rewrite_prefix_escapable | Format-List"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(Invoke-LightningCompile -Mode Mock).ConfigHash", "cfg_9d4d4e464fd2f64a70c3352a0ee5d3c8daa84fdd60b8abf1dfd12a786b4f35ac")]
    [InlineData("(Get-LightningPaywall pw_weather -Mode Mock).Policy.FixedAmountMsats", "2500")]
    public void A_value_reads_as_itself(string script, string text) => Assert.Equal(text, session.Show(script).Trim());

    [Fact]
    public void A_price_in_satoshis_is_a_member_of_an_amount() =>
        Assert.Equal("True", session.Run("$policy = (Get-LightningPaywall pw_weather -Mode Mock).Policy; $policy.FixedAmountSats * 1000 -eq $policy.FixedAmountMsats").Text());

    /// <summary>Wrapped text is whole again without white space; columns beside it do not wrap in these cases.</summary>
    private static string Joined(string text) => string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter)));
}
