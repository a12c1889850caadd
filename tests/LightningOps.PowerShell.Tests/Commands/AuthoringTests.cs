using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>Paywalls made, changed and removed at the prompt.</summary>
public sealed class AuthoringTests : IDisposable
{
    private const string New = "New-LightningPaywall api.example.com /weather/* https://weather.example.com -PriceSats 5 ";
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly ModuleSession session = new();

    public AuthoringTests() => session.Run("Connect-LightningOps Local -StorePath s.db -OwnerId owner_me");

    public void Dispose() => session.Dispose();

    [Fact]
    public void A_paywall_from_four_arguments_has_the_owner_of_the_context()
    {
        var paywall = session.Run(New).Single();

        Assert.Equal("owner_me", paywall.Properties["OwnerId"].Value);
        Assert.Equal("True 1 5", session.Run("$c = Get-LightningPaywall | Invoke-LightningCompile; \"$($c.Valid) $($c.RuleCount) $($c.Rules[0].PriceSats)\"").Text());
    }

    [Fact]
    public void Paywalls_come_from_a_table_by_the_names_of_its_columns()
    {
        File.WriteAllText(session.Folder.File("p.csv"), "PaywallId,HostPattern,PathPattern,UpstreamUrl,PriceSats,QuotaPerDay\npw_a,a.example,/a,https://u.example,2,\npw_b,b.example,/b,https://u.example,3,40\n");

        Assert.Equal("pw_a 2000 , pw_b 3000 40", session.Run("(Import-Csv p.csv | New-LightningPaywall | ForEach-Object { \"$($_.PaywallId) $($_.Policy.FixedAmountMsats) $($_.Policy.QuotaPerDay)\" }) -join ', '").Text());
        Assert.Equal("4000", session.Run("[pscustomobject] @{ PaywallId = 'pw_a'; PriceMsats = 4000 } | Set-LightningPaywall | ForEach-Object { \"$($_.Policy.FixedAmountMsats)\" }").Text());
        Assert.Equal("40", session.Run("[pscustomobject] @{ PaywallId = 'pw_b'; QuotaPerDay = $null; PriceSats = 9 } | Set-LightningPaywall | ForEach-Object { \"$($_.Policy.QuotaPerDay)\" }").Text());
        Assert.Equal(string.Empty, session.Run("Set-LightningPaywall pw_b -QuotaPerDay $null | ForEach-Object { \"$($_.Policy.QuotaPerDay)\" }").Text());
    }

    [Fact]
    public void An_error_names_every_member_that_is_wrong()
    {
        var error = session.Run("New-LightningPaywall https://a.example '/users/{id}' nowhere -PriceSats 0").Error("PaywallInvalid");

        foreach (var member in new[] { "HostPattern", "PathPattern", "UpstreamUrl", "PriceMsats" })
        {
            Assert.Contains(member, error.Exception.Message, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(session.Folder.File("s.db")) && session.Run("Get-LightningPaywall").Output.Count > 0);
    }

    [Theory]
    [InlineData("AuthScheme", "l402+mpp", "l402+mpp", "authscheme: 'l402+mpp'")]
    [InlineData("CredentialLifetimeSeconds", "3600", "3600", "timeout: 3600")]
    [InlineData("Freebie", "3", "3", "auth: \"freebie 3\"")]
    [InlineData("Headers", "@{ Authorization = 'Bearer ${TOKEN}'; 'X-Tenant' = 7 }", "{\"Authorization\":\"Bearer ${TOKEN}\",\"X-Tenant\":\"7\"}", "'X-Tenant': '7'")]
    [InlineData("TlsCertificatePath", "/etc/up.cert", "/etc/up.cert", "tlscertpath: '/etc/up.cert'")]
    [InlineData("WhitelistPaths", "/weather/about", "[\"/weather/about\"]", "- '^/weather/about$'")]
    [InlineData("SkipInvoicePaths", "/weather/poll, /weather/stream", "[\"/weather/poll\",\"/weather/stream\"]", "- '^/weather/stream$'")]
    [InlineData("Capabilities", "read, write", "[\"read\",\"write\"]", "capabilities: 'read,write'")]
    [InlineData("Constraints", "@{ max = 9 }", "{\"max\":\"9\"}", "'max': '9'")]
    [InlineData("DynamicPrice", "@{ grpcaddress = 'prices.example:1'; Insecure = $true }", "{\"grpcAddress\":\"prices.example:1\",\"insecure\":true}", "grpcaddress: 'prices.example:1'")]
    [InlineData("QuotaPerMinuteBurst", "4 -QuotaPerMinute 9", "4", "burst: 4")]
    [InlineData("QuotaPerDayBurst", "4 -QuotaPerDay 9", "4", "burst: 4")]
    public void A_term_is_set_kept_compiled_and_removed(string member, string argument, string stored, string rendered)
    {
        session.Run(New + "-PaywallId pw_a -" + member + " " + argument + " 3>$null");
        Assert.Equal(stored, Show());
        Assert.Contains(rendered, session.Run("(Get-LightningPaywall | Invoke-LightningCompile 3>$null).ApertureYaml").Text(), StringComparison.Ordinal);

        session.Run("Set-LightningPaywall pw_a -PriceSats 6 3>$null");
        Assert.Equal(stored, Show());
        var time = session.Run("Get-LightningPaywall | ForEach-Object UpdatedAtMs").Text();
        session.Run("Set-LightningPaywall pw_a -" + member + " " + argument + " 3>$null");
        Assert.Equal(time, session.Run("Get-LightningPaywall | ForEach-Object UpdatedAtMs").Text());

        session.Run("Set-LightningPaywall pw_a -" + member + " $null 3>$null");
        Assert.Equal(string.Empty, Show());
        session.Run("Set-LightningPaywall pw_a -" + member + " " + argument + " 3>$null");
        Assert.Equal(stored, Show());

        string Show()
        {
            var policy = JsonNode.Parse(session.Run("Get-LightningPaywall pw_a | Export-Json").Text())!["policy"]!;
            return policy[char.ToLowerInvariant(member[0]) + member[1..]] is not { } value ? string.Empty : value is JsonValue ? value.ToString() : value.ToJsonString(Plain);
        }
    }

    [Theory]
    [InlineData("-AuthScheme bearer", "AuthScheme", "authscheme_unknown")]
    [InlineData("-CredentialLifetimeSeconds 0", "CredentialLifetimeSeconds", "timeout_ignored")]
    [InlineData("-Freebie 70000", "Freebie", "freebie_out_of_range")]
    [InlineData("-Headers @{ 'X-Api-Key' = 's3cret' }", "Headers", "header_secret_literal")]
    [InlineData("-WhitelistPaths '/*'", "WhitelistPaths", "whitelist_matches_all")]
    [InlineData("-SkipInvoicePaths '/*'", "SkipInvoicePaths", "skip_invoice_matches_all")]
    [InlineData("-Capabilities 'a,b'", "Capabilities", "caveat_invalid")]
    [InlineData("-Constraints @{ services = 'x' }", "Constraints", "caveat_invalid")]
    [InlineData("-DynamicPrice @{ GrpcAddress = 'https://h' }", "DynamicPrice", "grpcaddress_invalid")]
    [InlineData("-QuotaPerMinuteBurst 3", "QuotaPerMinuteBurst", "burst_invalid")]
    [InlineData("-QuotaPerDay 9 -QuotaPerDayBurst 0", "QuotaPerDayBurst", "burst_invalid")]
    public void A_wrong_term_names_its_parameter_and_repeats_no_secret(string arguments, string member, string code)
    {
        var error = session.Run(New + arguments).Error("PaywallInvalid");

        Assert.Contains(" " + member + ": ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("(" + code + ")", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(member, error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_price_server_with_an_unknown_name_is_refused() =>
        Assert.Contains("GrpcAddress, Insecure, TlsCertificatePath, Metered", Assert.Single(session.Run(New + "-DynamicPrice @{ Address = 'h:1' }").Errors).Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void WhatIf_checks_and_stores_nothing()
    {
        session.Run(New + "-PaywallId pw_a");

        Assert.Empty(session.Run("New-LightningPaywall b.example /b https://u.example -PriceSats 1 -WhatIf; Set-LightningPaywall pw_a -PriceSats 9 -WhatIf; Remove-LightningPaywall pw_a -WhatIf; Suspend-LightningPaywall pw_a -WhatIf").Errors);
        session.Run("Set-LightningPaywall pw_a -PathPattern '/x?y=1' -WhatIf").Error("PaywallInvalid");
        Assert.Equal("pw_a Active 5000", session.Run("Get-LightningPaywall | ForEach-Object { \"$($_.PaywallId) $($_.Status) $($_.Policy.FixedAmountMsats)\" }").Text());
    }

    [Theory]
    [InlineData("Set-LightningPaywall Weather -PriceSats 1")]
    [InlineData("Remove-LightningPaywall Weather -Force")]
    [InlineData("Suspend-LightningPaywall weather")]
    [InlineData("Resume-LightningPaywall Weather")]
    [InlineData("Get-LightningPaywall Weather")]
    [InlineData("Export-LightningPaywall out.json Weather")]
    public void A_display_name_in_the_place_of_an_id_chooses_nothing_and_names_the_ids(string command)
    {
        session.Run(New + "-PaywallId pw_a -Name Weather");
        Assert.Contains("that is the name of paywall pw_a", session.Run(command).Error("PaywallNotFound").ToString(), StringComparison.Ordinal);
        session.Run(New.Replace("/weather", "/other") + "-PaywallId pw_b -Name Weather");

        Assert.Contains("2 paywalls have that name, pw_a, pw_b", session.Run(command).Error("PaywallNotFound").ToString(), StringComparison.Ordinal);
        Assert.Equal("pw_a Active 5000, pw_b Active 5000", session.Run("(Get-LightningPaywall | ForEach-Object { \"$($_.PaywallId) $($_.Status) $($_.Policy.FixedAmountMsats)\" }) -join ', '").Text());
    }

    [Fact]
    public void A_paywall_read_before_another_change_is_a_conflict()
    {
        session.Run(New + "-PaywallId pw_a");

        session.Run("$old = Get-LightningPaywall pw_a; Set-LightningPaywall pw_a -PriceSats 6 | Out-Null; $old | Set-LightningPaywall -PriceSats 7").Error("PaywallConflict");
        Assert.Equal("8000", session.Run("Get-LightningPaywall pw_a | Set-LightningPaywall -PriceSats 8 | ForEach-Object { \"$($_.Policy.FixedAmountMsats)\" }").Text());
        session.Run(New + "-PaywallId pw_a").Error("PaywallConflict");
    }

    [Theory]
    [InlineData("Set-LightningPaywall pw_none -PriceSats 1")]
    [InlineData("Remove-LightningPaywall pw_none -Force")]
    [InlineData("Suspend-LightningPaywall pw_none")]
    [InlineData("Resume-LightningPaywall pw_none")]
    [InlineData("Export-LightningPaywall x.json pw_none")]
    public void A_paywall_that_is_not_there_is_an_error_and_the_next_one_is_done(string script)
    {
        session.Run(New + "-PaywallId pw_a");

        Assert.Equal("pw_none", session.Run(script).Error("PaywallNotFound").TargetObject);
        Assert.Equal("Paused", session.Run("'pw_none', 'pw_a' | Suspend-LightningPaywall -ErrorAction SilentlyContinue | ForEach-Object { \"$($_.Status)\" }").Text());
    }

    [Theory]
    [InlineData("New-LightningPaywall a /b https://c -PriceSats 1 -Mode Mock")]
    [InlineData("Set-LightningPaywall pw_news -PriceSats 1 -Mode Mock")]
    [InlineData("Remove-LightningPaywall pw_news -Force -Mode Mock")]
    [InlineData("Suspend-LightningPaywall pw_news -Mode Mock")]
    [InlineData("Connect-LightningOps Api -ApiBaseUrl https://ops.example.com -Secret (ConvertTo-SecureString s -AsPlainText -Force); New-LightningPaywall a.example /b https://c.example -PriceSats 1")]
    public void A_control_plane_that_is_not_local_says_where_its_paywalls_are_changed(string script) =>
        session.Run(script).Error("PaywallsManagedElsewhere");

    [Theory]
    [InlineData("Set-LightningPaywall pw_a -PriceSats 1 -StorePath gone/s.db -Mode Local")]
    [InlineData("Suspend-LightningPaywall pw_a -StorePath gone/s.db -Mode Local")]
    public void A_mistyped_store_is_an_error_and_none_is_made(string script)
    {
        session.Run(script).Error("StoreError");
        Assert.False(Directory.Exists(session.Folder.File("gone")));
    }

    [Fact]
    public void Ids_of_paywalls_and_routes_are_completed()
    {
        session.Run(New + "-PaywallId pw_a -RouteId r_1");

        foreach (var cmdlet in new[] { "Set", "Remove", "Suspend", "Resume" })
        {
            Assert.Equal("pw_a", session.Run("$l = '" + cmdlet + "-LightningPaywall p'; (TabExpansion2 $l $l.Length).CompletionMatches.CompletionText").Text());
        }

        Assert.Equal("r_1", session.Run("$l = 'Set-LightningPaywall pw_a -RouteId '; (TabExpansion2 $l $l.Length).CompletionMatches.CompletionText").Text());
    }

    [Fact]
    public void An_export_that_is_imported_is_exported_to_the_same_bytes()
    {
        session.Run(New + "-PaywallId pw_a -Description 'grüße \"x\"' -Metadata @{ a = 1; list = 1, 2 } -AllowedHosts api.example.com -QuotaPerDay 3");
        session.Run("New-LightningPaywall b.example /b https://u.example -PriceSats 1 -Status Archived; Get-LightningPaywall -Mode Mock | Import-LightningPaywall -Merge");

        Assert.Empty(session.Run("Export-LightningPaywall one.json; Import-LightningPaywall one.json -StorePath t.db; Export-LightningPaywall two.json -StorePath t.db").Errors);

        var bytes = File.ReadAllBytes(session.Folder.File("one.json"));
        Assert.Equal(bytes, File.ReadAllBytes(session.Folder.File("two.json")));
        Assert.Equal("4", session.Run("\"$(((Get-Content one.json -Raw) | ConvertFrom-Json).paywalls.Count)\"").Text());
        session.Run("Export-LightningPaywall one.json -NoClobber").Error("ConfigError");
        Assert.Equal(bytes, File.ReadAllBytes(session.Folder.File("one.json")));
    }

    [Fact]
    public async Task The_check_of_a_roll_out_to_a_test_gateway_is_no_revenue()
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Json("\"served\"")));

        var books = session.Run(
            "Import-LightningPaywall $paywalls | Out-Null; $g = Start-L402TestGateway -Upstream $upstream -PassThru; Sync-ApertureConfig -Gateway loopback -Force | Out-Null; Import-L402Settlement -Gateway loopback | Out-Null; $r = Get-L402Revenue -CredentialStorePath none.db; Stop-L402TestGateway; \"$($r.Settled) $($r.Own) $($r.OwnMsats -gt 0)\"",
            ("paywalls", Places.Vector("smoke/paywalls.json")),
            ("upstream", upstream.Url)).Text();

        Assert.Equal("0 1 True", books);
    }

    [Fact]
    public async Task A_suspended_paywall_is_closed_at_the_gateway_at_once_and_sells_again_when_it_is_resumed()
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Json("\"served\"")));
        using var buyer = new HttpClient();
        var url = session.Run("Import-LightningPaywall $paywalls | Out-Null; $g = Start-L402TestGateway -Upstream $upstream -PassThru; Sync-ApertureConfig -Gateway loopback -Force | Out-Null; $g.Url", ("paywalls", Places.Vector("smoke/paywalls.json")), ("upstream", upstream.Url)).Text();
        try
        {
            Assert.Equal(HttpStatusCode.PaymentRequired, await AskAsync("/api/weather/premium"));

            var suspended = session.Run("Suspend-LightningPaywall pw_weather -Sync -Gateway loopback").Single();

            Assert.Equal(true, suspended.Properties["Ok"].Value);
            Assert.Equal(HttpStatusCode.BadGateway, await AskAsync("/api/weather/premium"));
            Assert.Equal(HttpStatusCode.PaymentRequired, await AskAsync("/api/news/premium"));
            Assert.Empty(session.Run("Sync-ApertureConfig -Gateway loopback -Force -WarningAction SilentlyContinue").Errors);
            Assert.Equal(HttpStatusCode.BadGateway, await AskAsync("/api/weather/premium"));

            session.Run("Resume-LightningPaywall pw_weather -Sync -Gateway loopback").Single();
            Assert.Equal(HttpStatusCode.PaymentRequired, await AskAsync("/api/weather/premium"));
        }
        finally
        {
            session.Run("Stop-L402TestGateway");
        }

        async Task<HttpStatusCode> AskAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url + path);
            request.Headers.Host = "openagents.com";
            using var answer = await buyer.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public void A_suspended_paywall_that_could_not_be_confirmed_to_be_closed_is_told_as_not_closed()
    {
        session.WithoutServices();
        session.Run(New + "-PaywallId pw_a; Invoke-LightningCompile | Export-ApertureConfig aperture.yaml -BaseConfig aperture.yaml");

        var outcome = session.Run("Suspend-LightningPaywall pw_a -Sync -Gateway file:aperture.yaml -WarningAction SilentlyContinue");

        Assert.Contains("Paywall pw_a IS suspended, but", outcome.Error("GatewayNotClosed").Exception.Message, StringComparison.Ordinal);
        Assert.Contains("NOT SEEN CLOSED", outcome.Error("GatewayNotClosed").Exception.Message, StringComparison.Ordinal);
        Assert.Equal("Paused", session.Run("\"$((Get-LightningPaywall pw_a).Status)\"").Text());
        Assert.Contains("127.0.0.1:0", File.ReadAllText(session.Folder.File("aperture.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Suspend-LightningPaywall pw_a, pw_b -Sync", "pw_a SUSPENDED, pw_b SUSPENDED")]
    [InlineData("Suspend-LightningPaywall pw_a, pw_b | Out-Null; Resume-LightningPaywall pw_a, pw_b -Sync", "pw_a resumed, pw_b resumed")]
    [InlineData("Set-L402OwnerKillSwitch o -Active -Sync -Force", "o STOPPED")]
    [InlineData("Set-L402GlobalPause -Active -Sync -Force -Reason r", "global pause ON: r")]
    public async Task What_was_set_and_a_result_without_a_failure_are_told_in_whole_sentences(string command, string set)
    {
        await using var up = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        session.WithoutServices();
        session.Run(New + "-PaywallId pw_a -OwnerId o; New-LightningPaywall api.example.com /b https://up.example.com -PriceSats 4 -PaywallId pw_b -OwnerId o; Invoke-LightningCompile | Export-ApertureConfig aperture.yaml -BaseConfig aperture.yaml");

        var screen = session.Show(command + " -Gateway file:aperture.yaml -HealthUrl " + up.Url + " -ErrorAction SilentlyContinue 3>$null");

        var shown = string.Concat(screen.Where(static letter => !char.IsWhiteSpace(letter)));
        Assert.Contains("Set:" + set.Replace(" ", string.Empty, StringComparison.Ordinal) + "Gateways:file:", shown, StringComparison.Ordinal);
        Assert.Contains("aperture.yaml:Thedesiredconfigurationiswritten,", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_paywall_that_is_not_there_fails_the_stop_of_the_others()
    {
        session.WithoutServices();
        session.Run(New + "-PaywallId pw_a; Invoke-LightningCompile | Start-L402TestGateway");

        var outcome = session.Run("Suspend-LightningPaywall pw_a, pw_none -Sync -Gateway loopback | ForEach-Object { \"$($_.Ok) $($_.ExitCode) $($_.NotSet) $($_.Paywalls.PaywallId)\" }");

        Assert.Equal("No paywall 'pw_none'.", Assert.Single(outcome.Errors).Exception.Message);
        Assert.Equal("False 2 pw_none pw_a", Assert.Single(outcome.Output).ToString());
        Assert.Contains("NotSet", string.Concat(session.Show("Resume-LightningPaywall pw_a, pw_none -Sync -Gateway loopback -ErrorAction SilentlyContinue")), StringComparison.Ordinal);
    }

    [Fact]
    public void Suspending_with_Sync_leaves_and_names_every_other_pending_change_and_shows_its_plan_first()
    {
        session.WithoutServices();
        session.Run(New + "-PaywallId pw_a; Invoke-LightningCompile | Export-ApertureConfig aperture.yaml -BaseConfig aperture.yaml; New-LightningPaywall api.example.com /b https://up.example.com -PriceSats 4 -PaywallId pw_b");
        var before = File.ReadAllText(session.Folder.File("aperture.yaml"));

        Assert.Empty(session.Run("Suspend-LightningPaywall pw_a -Sync -Gateway file:aperture.yaml -WhatIf").Errors);
        Assert.Equal("Active", session.Run("\"$((Get-LightningPaywall pw_a).Status)\"").Text());
        Assert.Equal(before, File.ReadAllText(session.Folder.File("aperture.yaml")));
        var outcome = session.Run("Suspend-LightningPaywall pw_a -Sync -Gateway file:aperture.yaml -WarningVariable w -WarningAction SilentlyContinue -ErrorAction SilentlyContinue | Out-Null; \"$w\"").Text();

        var after = File.ReadAllText(session.Folder.File("aperture.yaml"));
        Assert.Contains("127.0.0.1:0", after, StringComparison.Ordinal);
        Assert.DoesNotContain("pw_b", after, StringComparison.Ordinal);
        Assert.Contains("Not rolled out, because the switch is not about them: pw_b", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("-Force", true)]
    public void A_gateway_that_is_not_seen_to_close_is_taken_down_by_the_stop_command_which_is_asked_for_first(string force, bool isDone)
    {
        session.WithoutServices();
        session.Run(New + "-PaywallId pw_a; Invoke-LightningCompile | Export-ApertureConfig aperture.yaml -BaseConfig aperture.yaml");

        var outcome = session.Run("Suspend-LightningPaywall pw_a -Sync -Gateway file:aperture.yaml -StopCommand /bin/sh, '-c', \"echo x > '$PWD/stopped'\" -StopIfUnconfirmed -CloseTimeoutSeconds 0 -WarningAction SilentlyContinue " + force);

        Assert.NotEmpty(outcome.Errors);
        Assert.Equal(isDone, File.Exists(session.Folder.File("stopped")));
        Assert.Equal(isDone ? "Paused" : "Active", session.Run("\"$((Get-LightningPaywall pw_a).Status)\"").Text());
    }

    [Theory]
    [InlineData("-StopCommand /bin/true", "StopCommand")]
    [InlineData("-Sync -Gateway loopback -StopIfUnconfirmed", "StopIfUnconfirmed")]
    [InlineData("-Sync -Gateway loopback -StopCommand true", "StopCommand")]
    public void A_stop_command_that_cannot_be_used_ends_the_command_before_anything_is_suspended(string parameters, string named) =>
        Assert.Contains(named, session.Run("Suspend-LightningPaywall pw_a " + parameters).Error("ConfigError").Exception.Message, StringComparison.Ordinal);

    [Fact]
    public void Parameters_of_gateways_need_a_sync() =>
        session.Run("Suspend-LightningPaywall pw_a -Gateway file:aperture.yaml").Error("ConfigError");
}
