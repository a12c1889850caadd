using System;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using LightningOps.PowerShell.Tests.Hosting;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.PowerShell.Tests.Commands;

/// <summary>What a roll-out may change where nobody agreed to its plan, and how an approved plan is applied.</summary>
public sealed class GuardRailTests : IAsyncDisposable
{
    private const string Mode = "-Mode Local -StorePath s.db ";
    private const string At = "-Gateway file:aperture.yaml ";
    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    private string Sync => "Sync-ApertureConfig " + Mode + "-HealthUrl " + up.Url + " ";

    public async ValueTask DisposeAsync()
    {
        session.Run("Stop-L402TestGateway");
        session.Dispose();
        await up.DisposeAsync();
    }

    /// <summary>A runbook forces, a CI has nobody to ask, a prompt asks.</summary>
    [Theory]
    [InlineData("runbook", "removal", "guard_rail_exceeded", "4 of 5 services would be removed (80 %, the limit is 20 %)")]
    [InlineData("runbook", "price", "guard_rail_exceeded", "from 3 sat to 7 sat")]
    [InlineData("runbook", "cut", "guard_rail_exceeded", "from 3 sat to 1 sat")]
    [InlineData("runbook", "free", "guard_rail_exceeded", "would become free of charge: pw_0.r")]
    [InlineData("runbook", "pause", null, null)]
    [InlineData("quiet", "removal", "guard_rail_exceeded", "pw_1.r, pw_2.r, pw_3.r, pw_4.r")]
    [InlineData("quiet", "price", "guard_rail_exceeded", "the limit is 100 %")]
    [InlineData("quiet", "free", "guard_rail_exceeded", "free of charge")]
    [InlineData("quiet", "pause", null, null)]
    [InlineData("CI", "removal", "guard_rail_exceeded", "80 %")]
    [InlineData("CI", "price", "guard_rail_exceeded", "from 3 sat to 7 sat")]
    [InlineData("CI", "free", "guard_rail_exceeded", "free of charge")]
    [InlineData("CI", "pause", "ConfirmationUnavailable", "")]
    [InlineData("yes", "removal", null, null)]
    [InlineData("yes", "price", null, null)]
    [InlineData("yes", "free", null, null)]
    [InlineData("yes", "pause", null, null)]
    [InlineData("no", "removal", "", null)]
    [InlineData("no", "price", "", null)]
    [InlineData("no", "free", "", null)]
    [InlineData("no", "pause", "", null)]
    public void What_nobody_agreed_to_is_limited_and_a_pause_never_is(string who, string what, string? id, string? said)
    {
        Serve();
        var before = Served();
        Change(what);
        session.Screen.Answer = who switch { "yes" => 0, "no" => 1, _ => null };

        var outcome = session.Run(Sync + At + who switch { "runbook" => "-Force", "quiet" => "-Confirm:$false", _ => string.Empty });

        if (id is null)
        {
            Assert.Empty(outcome.Errors);
            Assert.NotEqual(before, Served());
            return;
        }

        Assert.Equal(before, Served());
        if (id.Length > 0)
        {
            Assert.Contains(said!, outcome.Error(id).ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Enter_declines_a_plan_beyond_the_guard_rails()
    {
        Serve();
        Change("removal");
        session.Screen.Answer = 1;

        Assert.Empty(session.Run(Sync + At).Errors);

        Assert.Contains("Beyond the guard rails: 4 of 5 services would be removed", session.Screen.Text, StringComparison.Ordinal);
        Assert.Equal("&No", session.Screen.DefaultChoice);
    }

    [Fact]
    public void A_pause_is_carried_out_although_the_rest_of_the_plan_is_refused()
    {
        Serve();
        Change("removal");
        Change("pause");

        session.Run(Sync + At + "-Force").Error("guard_rail_exceeded");

        Assert.Equal(5, Served().Split("127.0.0.1:0").Length - 1);
        Assert.Equal("Failed", session.Run("(Get-LightningOpsJournal -Mode Local -StorePath s.db -Kind Rollout -First 1).Result").Text());
    }

    [Theory]
    [InlineData("-MaxRemovePercent 80", "removal")]
    [InlineData("-MaxPriceChangePercent 140", "price")]
    public void A_limit_can_be_set(string parameter, string what)
    {
        Serve();
        var before = Served();
        Change(what);

        Assert.Empty(session.Run(Sync + At + "-Force " + parameter).Errors);
        Assert.NotEqual(before, Served());
    }

    [Fact]
    public void One_service_may_always_go()
    {
        Serve();
        Import(4, static _ => { });

        Assert.Empty(session.Run(Sync + At + "-Force -MaxRemovePercent 0").Errors);
    }

    [Fact]
    public void The_last_service_goes_with_the_last_paywall()
    {
        Serve();
        Import(1, static _ => { });
        session.Screen.Answer = 0;
        Assert.Empty(session.Run(Sync + At).Errors);
        Assert.Equal("402", Ask());
        session.Screen.Answer = null;

        var removed = session.Run("Remove-LightningPaywall pw_0 -Force " + Mode);
        Assert.Contains("Sync-ApertureConfig", Assert.Single(removed.Warnings), StringComparison.Ordinal);
        Assert.Equal("InDrift", session.Run("(Test-ApertureDrift " + Mode + At + ").Status").Text());
        Assert.Empty(session.Run(Sync + At + "-Force").Errors);

        Assert.DoesNotContain("pw_0", Served(), StringComparison.Ordinal);
        Assert.NotEqual("402", Ask());
        Assert.Equal("InSync", session.Run("(Test-ApertureDrift " + Mode + At + ").Status").Text());
        var empty = session.Run(Sync + At + "-Force").Single();
        Assert.False((bool)empty.Properties["Changed"].Value);

        // Back to the paywall, and to none again.
        var first = session.Run("(Get-L402Deployment " + Mode + "-Status Applied | Select-Object -Last 1).DeploymentId").Text();
        session.Screen.Answer = 0;
        Assert.Empty(session.Run("Restore-L402Deployment -DeploymentId " + first + " " + Mode + "-HealthUrl " + up.Url).Errors);
        Assert.Equal("402", Ask());
        Assert.Empty(session.Run("Restore-L402Deployment -DeploymentId " + empty.Properties["DeploymentId"].Value + " " + Mode + "-HealthUrl " + up.Url).Errors);
        Assert.NotEqual("402", Ask());
    }

    [Fact]
    public void Several_last_services_go_only_where_somebody_agrees()
    {
        Serve();
        var before = Served();
        session.Run("Get-LightningPaywall " + Mode + "| ForEach-Object { Remove-LightningPaywall $_.PaywallId -Force " + Mode + "}");

        Assert.Contains("5 of 5 services would be removed (100 %, the limit is 20 %)", session.Run(Sync + At + "-Force").Error("guard_rail_exceeded").ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Served());

        var hash = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile plan.json).Hash").Text();
        Assert.Empty(session.Run(Sync + "-PlanPath plan.json -Approve " + hash).Errors);
        Assert.DoesNotContain("pw_", Served(), StringComparison.Ordinal);
    }

    /// <summary>A store that was lost and made again is empty, and has no record of a roll-out.</summary>
    [Theory]
    [InlineData("-Force")]
    [InlineData("")]
    public void An_empty_store_without_a_roll_out_removes_nothing(string how)
    {
        Serve();
        Import(1, static _ => { });
        session.Screen.Answer = 0;
        Assert.Empty(session.Run(Sync + At).Errors);
        var before = Served();
        foreach (var file in Directory.GetFiles(session.Folder.Path, "s.db*"))
        {
            File.Delete(file);
        }

        Assert.Empty(session.Run("New-LightningPaywall a.example /a https://u.example -PriceSats 1 -PaywallId pw_a -Owner o " + Mode + "; Remove-LightningPaywall pw_a -Force " + Mode).Errors);
        var error = session.Run(Sync + At + how).Error("compile_validation_failed");

        Assert.Contains("not rolled out to the gateway before", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, Served());
    }

    [Fact]
    public void An_approved_plan_passes_the_guard_rails_and_both_names_are_kept()
    {
        Serve();
        Change("removal");
        var plan = session.Run("New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile plan.json").Single();
        var hash = (string)plan.Properties["Hash"].Value;

        Assert.Equal(1, plan.Properties["ExitCode"].Value);
        session.Run(Sync + "-PlanPath plan.json -Approve plan_1").Error("PlanFileError");
        session.Run(Sync + "-PlanPath plan.json -Confirm:$false").Error("guard_rail_exceeded");
        Assert.Empty(session.Run(Sync + "-PlanPath plan.json -ApprovedBy bob -Approve " + hash).Errors);

        Assert.Contains("pw_0.r", Served(), StringComparison.Ordinal);
        Assert.DoesNotContain("pw_1.r", Served(), StringComparison.Ordinal);
        Assert.Equal(
            $"bob|{Environment.UserName}@{Environment.MachineName}|rolled out the plan of {Environment.UserName}@{Environment.MachineName}",
            session.Run("Get-LightningOpsJournal -Mode Local -StorePath s.db -Kind Rollout -First 1 | ForEach-Object { \"$($_.Deed.ApprovedBy)|$($_.Who)|$($_.Action)\" }").Text());
        const string entry = "Get-LightningOpsJournal -Mode Local -StorePath s.db -Kind Rollout -First 1";
        foreach (var (script, said) in new[] { (entry, "approvedbybob"), (entry + " | Format-List", "ApprovedBy:bob"), ("Get-L402SecurityState -Mode Local -StorePath s.db; " + entry, "ApprovedBy:bob") })
        {
            Assert.Contains(said, string.Concat(session.Show(script).Where(static letter => !char.IsWhiteSpace(letter))), StringComparison.Ordinal);
        }

        session.Run(Sync + "-PlanPath plan.json -Approve " + hash).Error("plan_stale");
    }

    [Theory]
    [InlineData("pause", "the global pause was set")]
    [InlineData("kill", "1 owner kill switch was set")]
    [InlineData("price", "control plane: paywall pw_0 was changed")]
    [InlineData("added", "control plane: paywall pw_5 was added")]
    [InlineData("gateway", "gateway: service pw_2.r was changed")]
    [InlineData("order", "control plane: the order of the paywalls was changed")]
    [InlineData("comment", "Since it was made: gateway: its file was changed, and no service in it.")]
    public void A_stale_plan_is_refused_and_names_what_moved(string moved, string said)
    {
        Serve();
        Import(5, static paywalls => paywalls[3]!["policy"]!["fixedAmountMsats"] = 4000);
        var hash = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile plan.json).Hash").Text();
        var before = Served();
        Move(moved);
        var changed = Served();

        Assert.Contains(said, session.Run(Sync + "-WhatIf -PlanPath plan.json -Approve " + hash).Error("plan_stale").ToString(), StringComparison.Ordinal);
        var error = session.Run(Sync + "-PlanPath plan.json -Approve " + hash).Error("plan_stale");

        Assert.Contains(said.TrimEnd('.').Replace("Since it was made: ", "since the plan was made: ", StringComparison.Ordinal), error.ToString(), StringComparison.Ordinal);
        if (moved is "pause" or "kill")
        {
            Assert.Equal(5, Served().Split("127.0.0.1:0").Length - 1);
            Assert.NotEqual(before, Served());
        }
        else
        {
            Assert.Equal(changed, Served());
        }
    }

    [Fact]
    public void A_plan_with_another_finding_is_stale_and_names_the_finding()
    {
        Serve();
        Change("price");
        File.Copy(session.Folder.File("aperture.yaml"), session.Folder.File("other.yaml"));
        var hash = session.Run("(New-L402Plan " + Mode + "-Gateway file:other.yaml -HealthUrl " + up.Url + " -OutFile plan.json).Hash").Text();

        var error = session.Run(Sync + "-Gateway file:other.yaml -ReloadCommand ./none -PlanPath plan.json -Approve " + hash).Error("plan_stale");

        Assert.Contains("since the plan was made: the plan: the finding reload_", error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>CI posts what it gets.</summary>
    [Fact]
    public void No_owner_is_in_the_artifacts_of_a_plan_a_drift_and_roll_outs()
    {
        Serve();
        var hash = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile plan.json).Hash").Text();
        session.Run("Set-L402OwnerKillSwitch owner_weather -Active -Force " + Mode + "| Out-Null");

        session.Run("Test-ApertureDrift " + Mode + At + "| Export-L402Artifact out/drift -JUnitPath out/drift.xml");
        session.Run(Sync + "-PlanPath plan.json -ArtifactDirectory out/stale -Approve " + hash).Error("plan_stale");
        session.Run(Sync + At + "-Force -ArtifactDirectory out/rolled | Export-L402Artifact out/report -JUnitPath out/report.xml");
        session.Run("New-L402Plan " + Mode + At + "-OutFile out/plan.json | Out-String | Set-Content out/plan.txt");

        var files = Directory.GetFiles(session.Folder.File("out"), "*", SearchOption.AllDirectories);
        Assert.True(files.Length > 10, string.Join(' ', files));
        Assert.Contains(files, static file => File.ReadAllText(file).Contains("owner_kill_switch", StringComparison.Ordinal));
        Assert.Empty(files.Where(static file => File.ReadAllText(file).Contains("owner_weather", StringComparison.Ordinal)));
        Assert.Contains("owner_weather", session.Run("(New-L402Plan " + Mode + At + "-IncludePrivateValues).ToString()").Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_that_was_edited_or_is_of_another_gateway_is_refused()
    {
        Serve();
        Change("price");
        var hash = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile plan.json).Hash").Text();
        File.Copy(session.Folder.File("aperture.yaml"), session.Folder.File("other.yaml"));

        Assert.Contains("plan_of_another_gateway", session.Run(Sync + "-Gateway file:other.yaml -PlanPath plan.json -Approve " + hash).Error("PlanFileError").ToString(), StringComparison.Ordinal);
        session.Run(Sync + "-Prune -PlanPath plan.json").Error("ConfigError");
        var text = File.ReadAllText(session.Folder.File("plan.json"));
        File.WriteAllText(session.Folder.File("plan.json"), text.Replace("\r", string.Empty).Replace("\n", "\r\n"));
        Assert.Empty(session.Run(Sync + "-WhatIf -PlanPath plan.json -Approve " + hash).Errors);
        foreach (var edited in new[] { text.Replace("\"to\": \"7\"", "\"to\": \"4\""), text.Replace("\"format\": 1,", "\"format\": 1, \"note\": 1,"), text.Substring(0, 40) })
        {
            File.WriteAllText(session.Folder.File("plan.json"), edited);
            session.Run(Sync + "-PlanPath plan.json").Error("PlanFileError");
        }
    }

    /// <summary>A price of whole satoshis written as millisatoshis, another name for the same paywall, and a price raised while nothing is sold.</summary>
    [Theory]
    [InlineData("unit", "from 3 sat to 1 sat")]
    [InlineData("renamed", "the price of pw_9.r would change from 3 sat to 7 sat")]
    [InlineData("reopened", "the price of pw_0.r would change from 3 sat to 7 sat")]
    [InlineData("dynamic", "a price server would set the price of pw_0.r")]
    public void A_way_around_a_limit_is_limited_too(string way, string said)
    {
        Serve();
        switch (way)
        {
            case "unit":
                Import(5, static paywalls => paywalls[0]!["policy"]!["fixedAmountMsats"] = 3);
                break;
            case "renamed":
                Import(5, static paywalls =>
                {
                    foreach (var holder in new[] { paywalls[0]!, paywalls[0]!["policy"]!, paywalls[0]!["routes"]![0]! })
                    {
                        holder["paywallId"] = "pw_9";
                    }

                    paywalls[0]!["policy"]!["fixedAmountMsats"] = 7000;
                });
                break;
            case "reopened":
                Change("pause");
                Assert.Empty(session.Run(Sync + At + "-Force").Errors);
                Change("price");
                Assert.Empty(session.Run(Sync + At + "-Force").Errors);
                session.Run("Set-L402GlobalPause -Inactive -Force " + Mode + "| Out-Null");
                break;
            default:
                Import(5, static paywalls => paywalls[0]!["policy"]!["dynamicPrice"] = new JsonObject { ["grpcAddress"] = "127.0.0.1:1", ["insecure"] = true });
                break;
        }

        var before = Served();
        Assert.Contains(said, session.Run(Sync + At + "-Force").Error("guard_rail_exceeded").ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Served());
    }

    [Fact]
    public void A_plan_is_the_one_that_was_approved_whatever_its_file_is()
    {
        Serve();
        Change("price");
        var hash = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile plan.json).Hash").Text();
        var text = File.ReadAllText(session.Folder.File("plan.json"));
        Change("removal");
        var other = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + " -OutFile other.json).Hash").Text();
        var before = Served();

        // The hash of another plan does not pass, with -Force or without.
        Assert.Contains("plan_not_approved", session.Run(Sync + "-Force -PlanPath other.json -Approve " + hash).Error("PlanFileError").ToString(), StringComparison.Ordinal);

        // Two plans in one file: who reads the first approves it, and the last would be applied.
        var last = File.ReadAllText(session.Folder.File("other.json"));
        File.WriteAllText(session.Folder.File("two.json"), text.TrimEnd().TrimEnd('}') + "," + last.TrimStart().Substring(1));
        session.Run(Sync + "-Force -PlanPath two.json -Approve " + other).Error("PlanFileError");
        File.WriteAllText(session.Folder.File("two.json"), last.TrimEnd().TrimEnd('}') + ", \"note\": 1}");
        session.Run(Sync + "-Force -PlanPath two.json -Approve " + other).Error("PlanFileError");
        Assert.Equal(before, Served());

        // A link is read once; where it leads to counts by its hash. A byte order mark changes nothing.
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(session.Folder.File("link.json"), session.Folder.File("plan.json"));
            session.Run(Sync + "-PlanPath link.json -Approve " + other).Error("PlanFileError");
        }

        File.WriteAllText(session.Folder.File("marked.json"), "\uFEFF" + last.Replace("\r", string.Empty).Replace("\n", "\r\n"));
        Assert.Empty(session.Run(Sync + "-PlanPath marked.json -Approve " + other).Errors);
        Assert.NotEqual(before, Served());
    }

    [Fact]
    public void A_plan_has_every_member_with_units_and_withholds_what_is_private()
    {
        Serve();
        Import(6, static paywalls =>
        {
            paywalls[0]!["policy"]!["fixedAmountMsats"] = 2500;
            paywalls[1]!["policy"]!["fixedAmountMsats"] = 4500;
            paywalls.RemoveAt(4);
            paywalls[2]!["status"] = "paused";
        });

        var text = session.Run("(New-L402Plan " + Mode + At + "-HealthUrl " + up.Url + ").ToString()").Text();

        Assert.Contains("price: 3 sat → 5 sat", text, StringComparison.Ordinal);
        Assert.Contains("added pw_5.r", text, StringComparison.Ordinal);
        Assert.Contains("hostregexp: ", text, StringComparison.Ordinal);
        Assert.Contains("price: 3 sat → none", text, StringComparison.Ordinal);
        Assert.Contains("removed pw_4.r", text, StringComparison.Ordinal);
        Assert.Contains("address: (withheld) → 127.0.0.1:0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("owner_", text, StringComparison.Ordinal);
        Assert.False(File.Exists(session.Folder.File("p.json")));
        session.Run("New-L402Plan " + Mode + At + "-WhatIf -OutFile p.json").Single();
        Assert.False(File.Exists(session.Folder.File("p.json")));
        Assert.DoesNotContain("(withheld)", session.Run("(New-L402Plan " + Mode + At + "-IncludePrivateValues).ToString()").Text(), StringComparison.Ordinal);
    }

    private void Serve()
    {
        session.WithoutServices();
        session.Run("Start-L402TestGateway aperture.yaml -Upstream " + up.Url);
        Import(5, static _ => { });
        Assert.Empty(session.Run(Sync + At + "-Force").Errors);
    }

    private void Change(string what)
    {
        switch (what)
        {
            case "removal":
                Import(1, static _ => { });
                break;
            case "price":
                Import(5, static paywalls => paywalls[0]!["policy"]!["fixedAmountMsats"] = 7000);
                break;
            case "cut":
                Import(5, static paywalls => paywalls[0]!["policy"]!["fixedAmountMsats"] = 1000);
                break;
            case "free":
                Import(5, static paywalls => paywalls[0]!["policy"]!["whitelistPaths"] = new JsonArray("/api/pw_0/sample"));
                break;
            default:
                session.Run("Set-L402GlobalPause -Active -Force " + Mode + "| Out-Null");
                break;
        }
    }

    private void Move(string what)
    {
        switch (what)
        {
            case "kill":
                session.Run("Set-L402OwnerKillSwitch owner_weather -Active -Force " + Mode + "| Out-Null");
                break;
            case "added":
                Import(6, static paywalls => paywalls[3]!["policy"]!["fixedAmountMsats"] = 4000);
                break;
            case "price":
                Import(5, static paywalls =>
                {
                    paywalls[3]!["policy"]!["fixedAmountMsats"] = 4000;
                    paywalls[0]!["policy"]!["fixedAmountMsats"] = 4000;
                });
                break;
            case "comment":
                File.AppendAllText(session.Folder.File("aperture.yaml"), "# by hand\n");
                break;
            case "order":
                Import(5, static paywalls =>
                {
                    paywalls[3]!["policy"]!["fixedAmountMsats"] = 4000;
                    var last = paywalls[4]!.DeepClone();
                    paywalls.RemoveAt(4);
                    paywalls.Insert(0, last);
                });
                break;
            case "gateway":
                File.WriteAllText(session.Folder.File("aperture.yaml"), ReplaceLast(Served(), "price: 3", "price: 9", "pw_2.r"));
                break;
            default:
                Change(what);
                break;
        }
    }

    private static string ReplaceLast(string text, string old, string with, string after)
    {
        var place = text.IndexOf(old, text.IndexOf(after, StringComparison.Ordinal), StringComparison.Ordinal);
        return text.Substring(0, place) + with + text.Substring(place + old.Length);
    }

    private void Import(int count, Action<JsonArray> change)
    {
        var model = JsonNode.Parse(File.ReadAllText(Places.Vector("smoke/paywalls.json")))!.AsArray().First(static paywall => (string)paywall!["paywallId"]! == "pw_weather")!;
        var paywalls = new JsonArray();
        for (var place = 0; place < count; place++)
        {
            var paywall = model.DeepClone();
            var id = "pw_" + place.ToString(System.Globalization.CultureInfo.InvariantCulture);
            paywall["paywallId"] = id;
            paywall["policy"]!["paywallId"] = id;
            paywall["policy"]!["fixedAmountMsats"] = 3000;
            paywall["policy"]!["maxPerRequestMsats"] = 9000;
            paywall["routes"]![0]!["paywallId"] = id;
            paywall["routes"]![0]!["routeId"] = "r";
            paywall["routes"]![0]!["pathPattern"] = "/api/" + id + "/*";
            paywalls.Add(paywall);
        }

        change(paywalls);
        File.WriteAllText(session.Folder.File("paywalls.json"), paywalls.ToJsonString());
        Assert.Empty(session.Run("Import-LightningPaywall paywalls.json -StorePath s.db -Force").Errors);
    }

    private string Ask() => session.Run("[int](Invoke-WebRequest ((Get-L402TestGateway).Url + '/api/pw_0/x') -Headers @{ Host = 'openagents.com' } -SkipHttpErrorCheck).StatusCode").Text();

    private string Served() => File.ReadAllText(session.Folder.File("aperture.yaml"));
}
