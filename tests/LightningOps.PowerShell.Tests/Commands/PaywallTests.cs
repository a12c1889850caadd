using System;
using System.IO;
using System.Linq;
using LightningOps.PowerShell.Tests.Hosting;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

public sealed class PaywallTests : IDisposable
{
    private readonly ModuleSession session = new();

    public void Dispose() => session.Dispose();

    [Theory]
    [InlineData("Get-LightningPaywall -Mode Mock", "pw_weather,pw_news")]
    [InlineData("Get-LightningPaywall PW_N* -Mode Mock", "pw_news")]
    [InlineData("Get-LightningPaywall -OwnerId *weather -Mode Mock", "pw_weather")]
    [InlineData("Get-LightningPaywall -Status Paused -Mode Mock", "")]
    [InlineData("'pw_news', 'pw_weather' | ForEach-Object { [pscustomobject] @{ PaywallId = $_ } } | Get-LightningPaywall -Mode Mock", "pw_news,pw_weather")]
    public void Paywalls_are_chosen(string script, string ids)
    {
        var outcome = session.Run(script);

        Assert.Empty(outcome.Errors);
        Assert.Equal(ids, string.Join(',', outcome.Output.Select(static paywall => paywall.Properties["PaywallId"].Value)));
    }

    [Fact]
    public void A_number_longer_than_64_bits_stays_a_number_through_ConvertFrom_Json()
    {
        session.Run("$j = Get-Content -Raw $file | ConvertFrom-Json; $j.paywalls | Import-LightningPaywall -Mode Local -StorePath big.db; Export-LightningPaywall big.json -Mode Local -StorePath big.db", ("file", Places.Vector("findings/14-metadata-through-convertfrom-json.json")));

        Assert.Contains("\"big\":12345678901234567890", File.ReadAllText(session.Folder.File("big.json")).Replace(" ", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_paywall_that_is_not_there_is_an_error() =>
        Assert.Equal("pw_none", session.Run("Get-LightningPaywall pw_none -Mode Mock").Error("PaywallNotFound").TargetObject);

    [Fact]
    public void Paywalls_move_from_one_store_to_another()
    {
        var summary = session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db").Single();
        var copy = session.Run("(Get-LightningPaywall -Mode Local -StorePath s.db | Export-Json) -join ''").Text();
        var original = session.Run("(Get-LightningPaywall -Mode Mock | Export-Json) -join ''").Text();

        Assert.Equal(2, summary.Properties["Added"].Value);
        Assert.Equal(original, copy);
    }

    [Theory]
    [InlineData("Import-LightningPaywall p.json -StorePath s.db")]
    [InlineData("Import-LightningPaywall p.json -Merge -WhatIf -StorePath s.db")]
    [InlineData("(Get-Content p.json -Raw | ConvertFrom-Json).paywalls | Import-LightningPaywall -StorePath s.db")]
    public void A_password_in_an_upstream_is_not_imported_and_not_repeated(string import)
    {
        Assert.Empty(session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db; Export-LightningPaywall p.json -Mode Local -StorePath s.db").Errors);
        var text = File.ReadAllText(session.Folder.File("p.json"));
        File.WriteAllText(session.Folder.File("p.json"), System.Text.RegularExpressions.Regex.Replace(text, "(\"upstreamUrl\": *\"[a-z]+://)", "$1user:secretpw@"));

        var error = session.Run(import).Error("PaywallInvalid").ToString();

        Assert.Contains("has a user name or password", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secretpw", error, StringComparison.Ordinal);
        Assert.DoesNotContain("secretpw", session.Run("(Get-LightningPaywall -Mode Local -StorePath s.db | Export-Json) -join ''").Text(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Import-LightningPaywall p.json -StorePath s.db")]
    [InlineData("Import-LightningPaywall p.json -Merge -StorePath s.db")]
    public void A_snapshot_with_a_paywall_or_route_without_an_id_is_not_imported(string import)
    {
        Assert.Empty(session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db; Export-LightningPaywall p.json -Mode Local -StorePath s.db").Errors);
        var kept = session.Run("(Get-LightningPaywall -Mode Local -StorePath s.db | Export-Json) -join ''").Text();
        var text = File.ReadAllText(session.Folder.File("p.json"));
        text = new System.Text.RegularExpressions.Regex("\"paywallId\": *\"[^\"]+\"").Replace(text, "\"paywallId\": \"\"", 1);
        File.WriteAllText(session.Folder.File("p.json"), System.Text.RegularExpressions.Regex.Replace(text, "\"routeId\": *\"[^\"]+\"", "\"routeId\": \" \""));

        var error = session.Run(import).Error("PaywallInvalid").ToString();

        Assert.Contains("paywalls[0].paywallId: is empty; paywalls[0].routes[0].routeId: is empty; paywalls[1].routes[0].routeId: is empty", error, StringComparison.Ordinal);
        Assert.Equal(kept, session.Run("(Get-LightningPaywall -Mode Local -StorePath s.db | Export-Json) -join ''").Text());
    }

    [Fact]
    public void A_store_made_in_an_empty_file_comes_with_a_warning()
    {
        File.WriteAllBytes(session.Folder.File("s.db"), []);
        const string import = "Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db";

        Assert.Contains("s.db is an empty file. The next write creates a new store", Assert.Single(session.Run(import).Warnings), StringComparison.Ordinal);
        Assert.Empty(session.Run(import).Warnings);
    }

    [Fact]
    public void An_import_replaces_and_a_merge_keeps()
    {
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");

        var merged = session.Run("Get-LightningPaywall pw_news -Mode Mock | Import-LightningPaywall -StorePath s.db -Merge").Single();
        var replaced = session.Run("Get-LightningPaywall pw_news -Mode Mock | Import-LightningPaywall -StorePath s.db -Force");

        Assert.Equal(0, merged.Properties["Removed"].Value);
        Assert.Equal(1, replaced.Output.Single().Properties["Removed"].Value);
        var kept = Assert.Single(System.IO.Directory.GetFiles(session.Folder.Path, "s.db.replaced-*.json"));
        Assert.Contains(kept, Assert.Single(replaced.Warnings), StringComparison.Ordinal);
        Assert.Equal(1, session.Run("Import-LightningPaywall $kept -StorePath s.db", ("kept", kept)).Single().Properties["Added"].Value);
    }

    [Fact]
    public void An_import_that_removes_a_paywall_names_it_and_asks_first()
    {
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");
        session.Screen.Answer = 1;

        var outcome = session.Run("Get-LightningPaywall pw_news -Mode Mock | Import-LightningPaywall -StorePath s.db");

        Assert.Contains("pw_weather", session.Screen.Text, StringComparison.Ordinal);
        Assert.Empty(outcome.Output);
        Assert.Equal(2, session.Run("Get-LightningPaywall -Mode Local -StorePath s.db").Output.Count);
    }

    [Theory]
    [InlineData("@() | Import-LightningPaywall -StorePath s.db", "ConfigError")]
    [InlineData("1, (Get-LightningPaywall pw_news -Mode Mock) | Import-LightningPaywall -StorePath s.db", "ControlPlaneDecodeError")]
    [InlineData("(Get-LightningPaywall pw_news -Mode Mock), $null | Import-LightningPaywall -StorePath s.db", "ControlPlaneDecodeError")]
    [InlineData("(Get-LightningPaywall pw_news -Mode Mock), @{ paywallId = 'x' } | Import-LightningPaywall -StorePath s.db", "ControlPlaneDecodeError")]
    [InlineData("Import-LightningPaywall -StorePath s.db -InputObject @((Get-LightningPaywall pw_news -Mode Mock), 1)", "ControlPlaneDecodeError")]
    public void A_pipeline_without_paywalls_or_with_a_broken_one_leaves_the_store_as_it_is(string script, string id)
    {
        session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db");

        var outcome = session.Run(script);

        outcome.Error(id);
        Assert.Empty(outcome.Output);
        Assert.Equal(2, session.Run("Get-LightningPaywall -Mode Local -StorePath s.db").Output.Count);
    }

    [Fact]
    public void A_copy_that_another_cmdlet_made_is_told_how_it_is_made() =>
        Assert.Contains("Use Export-Json", session.Run("[pscustomobject] @{ PaywallId = 'pw_a'; Status = 0 } | Import-LightningPaywall -StorePath s.db").Error("ControlPlaneDecodeError").ErrorDetails.RecommendedAction, StringComparison.Ordinal);

    [Fact]
    public void Paywalls_of_a_job_compile_and_import_as_live_ones_do()
    {
        session.Run("'[' + (Get-LightningPaywall pw_news -Mode Mock | Export-Json).Replace('\"metadata\":null', '\"metadata\":{\"n\": 12345678901234567890, \"t\": [true, null]}') + ']' | Set-Content with.json; Import-LightningPaywall with.json -StorePath zero.db -Confirm:$false");

        var found = session.Run("""
            $live = @(Get-LightningPaywall pw_weather -Mode Mock) + @(Get-LightningPaywall -Mode Local -StorePath zero.db)
            $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($live, 5))
            ($live | Invoke-LightningCompile).ConfigHash
            ($copies | Invoke-LightningCompile).ConfigHash
            $live | Import-LightningPaywall -StorePath one.db -Confirm:$false | Out-Null
            $copies | Import-LightningPaywall -StorePath two.db -Confirm:$false | Out-Null
            (Get-LightningPaywall -Mode Local -StorePath one.db | Export-Json) -join "`n"
            (Get-LightningPaywall -Mode Local -StorePath two.db | Export-Json) -join "`n"
            $copies[0].PSTypeNames[0]
            """).Output.Select(static one => one.ToString()).ToArray();

        Assert.Equal(found[0], found[1]);
        Assert.Equal(found[2], found[3]);
        Assert.Equal("Deserialized.LightningOps.Paywalls.Paywall", found[4]);
    }

    [Fact]
    public void A_paywall_that_was_cut_at_the_depth_of_a_serialization_is_refused_by_its_member() =>
        Assert.Contains("Policy", session.Run("$x = Get-LightningPaywall pw_weather -Mode Mock; $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($x)); $copy.Policy = 'PaywallPolicy { }'; $copy | Invoke-LightningCompile").Error("ControlPlaneDecodeError").ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_copy_with_metadata_that_is_not_JSON_is_refused_by_its_member() =>
        Assert.Contains("Metadata", session.Run("$x = Get-LightningPaywall pw_weather -Mode Mock; $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($x)); $copy.Metadata = '{'; $copy | Invoke-LightningCompile").Error("ControlPlaneDecodeError").ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("Get-LightningPaywall")]
    [InlineData("Get-L402Deployment")]
    [InlineData("Get-L402Settlement")]
    [InlineData("Get-L402Invoice")]
    public void A_store_that_is_not_where_it_was_said_to_be_is_an_error_and_none_is_made(string cmdlet)
    {
        session.Run(cmdlet + " -Mode Local -StorePath gone/s.db").Error("StoreError");
        Assert.False(System.IO.Directory.Exists(session.Folder.File("gone")));
    }

    [Fact]
    public void A_name_the_prompt_would_read_as_something_else_completes_in_quotes()
    {
        session.Run("$p = Get-LightningPaywall pw_news -Mode Mock | Export-Json; [IO.File]::WriteAllText(\"$PWD/p.json\", '[' + $p.Replace('owner_news', 'o''neil; $(exit)') + ']'); Import-LightningPaywall p.json -StorePath s.db");

        Assert.Equal("'o''neil; $(exit)'", session.Run("$l = 'Get-LightningPaywall -Mode Local -StorePath s.db -OwnerId '; (TabExpansion2 $l $l.Length).CompletionMatches.CompletionText").Text());
    }

    [Fact]
    public void WhatIf_makes_no_store()
    {
        Assert.Empty(session.Run("Get-LightningPaywall -Mode Mock | Import-LightningPaywall -StorePath s.db -WhatIf").Output);
        Assert.Empty(System.IO.Directory.GetFiles(session.Folder.Path));
    }

    [Theory]
    [InlineData("Get-LightningPaywall -Mode Mock -PaywallId pw_", "pw_news,pw_weather")]
    [InlineData("Get-LightningPaywall -Mode Mock -OwnerId owner_w", "owner_weather")]
    [InlineData("Get-LightningPaywall -Mode Api -PaywallId pw_", "")]
    [InlineData("Invoke-LightningCompile -Mode ", "Api,Convex,Local,Mock,Postgres")]
    [InlineData("Invoke-L402Smoke -Name Comp", "Compile")]
    public void Values_complete(string typed, string values)
    {
        var matches = session.Run("[Management.Automation.CommandCompletion]::CompleteInput($typed, $typed.Length, $null).CompletionMatches.CompletionText", ("typed", typed));

        // What completes nothing may still complete file names, of which there are none here.
        Assert.Equal(values, string.Join(',', matches.Output.Where(static match => match is not null).Select(static match => match.ToString()).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void A_hosted_control_plane_does_not_tell_its_deployments() =>
        session.Run("Connect-LightningOps Api -ApiBaseUrl https://ops.example; $s = [securestring]::new(); $s.AppendChar('x'); Connect-LightningOps Api -ApiBaseUrl https://ops.example -Secret $s; Get-L402Deployment").Error("ConfigError");

    [Fact]
    public void A_deployment_that_is_not_there_is_an_error() =>
        session.Run("Get-L402Deployment dep_none -Mode Mock").Error("DeploymentNotFound");
}
