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

public sealed class SyncApertureConfigTests : IAsyncDisposable
{
    private const string Import = "Import-LightningPaywall $paywalls -StorePath s.db | Out-Null; ";
    private const string Sync = "Sync-ApertureConfig -Mode Mock -Gateway file:aperture.yaml -Prune ";

    private readonly ModuleSession session = new();
    private readonly LoopbackServer up = new(_ => Task.FromResult(Reply.Status(200)));

    private string Healthy => "-HealthUrl " + up.Url + " ";

    public async ValueTask DisposeAsync()
    {
        session.Dispose();
        await up.DisposeAsync();
    }

    [Fact]
    public void WhatIf_prints_the_plan_and_touches_nothing()
    {
        session.WithForeignService();
        session.Run(Import, ("paywalls", Places.Vector("smoke/paywalls.json")));
        var before = Contents();

        var plan = session.Run("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:aperture.yaml -Prune -ArtifactDirectory out -WhatIf -PassThru").Single();

        Assert.Equal(before, Contents());
        Assert.Equal(3, session.Run("$plan.Changes", ("plan", plan)).Output.Count);
        Assert.Contains("What if: Roll out to file:", session.Screen.Text, StringComparison.Ordinal);
        Assert.Contains("\n  - old\n      credentials sold before open nothing while it is absent, and open it\n", session.Screen.Text, StringComparison.Ordinal);
        Assert.Empty(session.Run("Get-L402Deployment -Mode Local -StorePath s.db").Output);
    }

    [Fact]
    public void A_reload_command_that_ends_Aperture_is_refused_in_the_plan_unless_that_is_allowed()
    {
        session.WithoutServices();
        const string plan = "Sync-ApertureConfig -Mode Mock -WhatIf -Gateway ";

        Assert.Contains("SIGHUP", session.Run(plan + "file:aperture.yaml -ReloadCommand kill, -HUP, 1").Error("RolloutRefused").Exception.Message, StringComparison.Ordinal);
        Assert.Empty(session.Run(plan + "file:aperture.yaml -ReloadCommand kill, -HUP, 1 -AllowHangup").Errors);
        Assert.Empty(session.Run(plan + "@{ Kind = 'file'; Path = 'aperture.yaml'; ReloadCommand = 'kill', '-HUP', '1'; AllowHangup = $true }").Errors);
        var missing = session.Run(plan.Replace("-WhatIf", "-Force", StringComparison.Ordinal) + "file:aperture.yaml -ReloadCommand no-such-program").Error("deploy_apply_failed");
        Assert.Contains("program not found: no-such-program", missing.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", missing.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_makes_no_store()
    {
        session.WithoutServices();

        session.Run("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:aperture.yaml -WhatIf").Error("StoreError");

        Assert.Equal([session.Folder.File("aperture.yaml")], Directory.GetFileSystemEntries(session.Folder.Path));
    }

    [Theory]
    [InlineData("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:aperture.yaml -Force", false)]
    [InlineData("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway memory -Force", true)]
    public void No_store_is_made_where_one_is_missed_or_cut_off_so_that_the_gate_still_denies(string command, bool isEmptyFile)
    {
        session.WithForeignService();
        if (isEmptyFile)
        {
            File.WriteAllBytes(session.Folder.File("s.db"), []);
        }

        var before = Contents();

        Assert.StartsWith("store_not_found", session.Run(command).Error("StoreError").ToString(), StringComparison.Ordinal);

        Assert.Equal(before, Contents());
        Assert.False((bool)session.Run("Test-L402Gate owner_7 -Mode Local -StorePath s.db -Quiet").Single().BaseObject);
    }

    [Fact]
    public void A_file_whose_load_nothing_shows_is_written_and_recorded_as_pending_and_the_next_run_reloads()
    {
        session.WithForeignService();
        var script = "Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:aperture.yaml -Force " + ServedFile.ReloadCommand() + Healthy;

        var first = session.Run(Import + script + "-RequestId r1 -ArtifactDirectory out", ("paywalls", Places.Vector("smoke/paywalls.json")));
        var second = session.Run(script);

        Assert.Equal(true, first.Single().Properties["Changed"].Value);
        Assert.Contains(first.Warnings, static warning => warning.Contains("Proxy check skipped", StringComparison.Ordinal));
        Assert.Contains(first.Warnings, static warning => warning.Contains("it is not known whether the gateway serves it", StringComparison.Ordinal));
        Assert.Equal("Written", second.Single().Properties["Serving"].Value.ToString());
        Assert.StartsWith(ServedFile.Head, Served(), StringComparison.Ordinal);
        Assert.Contains("name: pw_news.route_news", Served(), StringComparison.Ordinal);
        Assert.Equal(["reloaded", "reloaded"], File.ReadAllLines(session.Folder.File("reload.log")).Select(static line => line.Trim()));
        Assert.Equal("Pending", session.Run("(Get-L402Deployment dep_reconcile_r1 -Mode Local -StorePath s.db).Status").Text());
        Assert.Contains("\"stage\":\"reconcile.apply\"", File.ReadAllText(session.Folder.File("out/events.jsonl")), StringComparison.Ordinal);
        Assert.False((bool)JsonNode.Parse(File.ReadAllText(session.Folder.File("out/summary.json")))!["ok"]!);
    }

    [Fact]
    public void Nothing_is_sent_where_it_could_not_be_written_down()
    {
        session.WithForeignService();
        File.WriteAllText(session.Folder.File("taken"), string.Empty);
        var before = Contents();

        var error = session.Run(Sync + "-Force -ArtifactDirectory taken " + Healthy).Error("ArtifactsNotWritten");

        Assert.Equal(session.Folder.File("taken"), error.TargetObject);
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task A_folder_that_is_lost_on_the_way_is_told_after_the_result()
    {
        session.WithForeignService();
        await using var server = new LoopbackServer(_ =>
        {
            session.Folder.Obstruct("out");
            return Task.FromResult(Reply.Status(200));
        });

        var outcome = session.Run(Sync + "-Force -ArtifactDirectory out -HealthUrl " + server.Url);

        outcome.Error("ArtifactsNotWritten");
        Assert.Equal("Pending", Assert.Single(outcome.Output).Properties["DeploymentStatus"].Value.ToString());
    }

    [Theory]
    [InlineData("rollback_failed", "Failed", 3, 200)]
    [InlineData("health_check_failed", "RolledBack", 0, 503)]
    public async Task A_failure_gives_the_result_and_then_its_code_and_the_file_is_as_before(string code, string status, int exitCode, int health)
    {
        session.WithForeignService();
        var before = Served();
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Status(health)));

        var outcome = session.Run(Sync + "-Force -HealthTimeoutSeconds 1 -HealthUrl " + server.Url + " " + ServedFile.ReloadCommand(exitCode));

        var result = Assert.Single(outcome.Output);
        Assert.Same(result.BaseObject, outcome.Error(code).TargetObject);
        Assert.Equal(status, result.Properties["DeploymentStatus"].Value.ToString());
        Assert.Equal(before, Served());
    }

    [Fact]
    public void Removing_asks_and_a_host_nobody_sits_at_is_an_error_and_not_a_hang()
    {
        session.WithForeignService();
        var before = Served();

        var error = session.Run(Sync + Healthy).Error("ConfirmationUnavailable");

        Assert.Contains("-Force", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(before, Served());
    }

    [Theory]
    [InlineData("", 0, true)]
    [InlineData("", 1, false)]
    [InlineData("-Confirm:$false", null, true)]
    [InlineData("-Force", null, true)]
    public void The_answer_decides(string parameters, int? answer, bool isRolledOut)
    {
        session.WithForeignService();
        session.Screen.Answer = answer;

        var outcome = session.Run(Sync + Healthy + parameters);

        Assert.Empty(outcome.Errors);
        Assert.Equal(isRolledOut ? 1 : 0, outcome.Output.Count);
        Assert.Equal(isRolledOut, Served().Contains("pw_news", StringComparison.Ordinal));
    }

    [Fact]
    public void Adding_does_not_ask()
    {
        session.WithoutServices();

        Assert.Equal(true, session.Run(Sync + Healthy).Single().Properties["Changed"].Value);
    }

    [Fact]
    public void Pipeline_of_drift_rolls_out_where_something_differs()
    {
        session.WithoutServices();
        const string pipe = "Test-ApertureDrift -Mode Mock -Gateway file:aperture.yaml -Prune | Where-Object InDrift | Sync-ApertureConfig -Mode Mock -Prune ";

        Assert.Single(session.Run(pipe + Healthy).Output);
        Assert.Empty(session.Run(pipe + Healthy).Output);
    }

    [Fact]
    public void The_first_gateway_that_fails_ends_the_sequence_and_all_go_back_when_told()
    {
        session.WithForeignService();
        var before = Served();

        var outcome = session.Run("Sync-ApertureConfig -Mode Mock -Gateway @{ Kind = 'file'; Path = 'aperture.yaml'; HealthUrl = '" + up.Url + "' }, file:nowhere.yaml, memory -RollbackAll -Force");

        Assert.Equal(["sequence_failed", "active_lookup_failed"], outcome.Errors.Select(static error => error.FullyQualifiedErrorId.Split(',')[0]));
        Assert.Contains(outcome.Warnings, static warning => warning.StartsWith("memory was not reached", StringComparison.Ordinal));
        Assert.Equal(before, Served());
    }

    [Theory]
    [InlineData("Sync-ApertureConfig -Mode Local -StorePath s.db", "Gateway")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway nginx", "Gateway")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway file:", "Gateway")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway memory, memory", "Gateway")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway memory -KeepVersions 3", "KeepVersions")]
    [InlineData("Sync-ApertureConfig -Mode Mock -Gateway admin:https://127.0.0.1:1", "MacaroonPath")]
    public void What_names_no_gateway_is_a_configuration_error(string script, string field)
    {
        Assert.Equal(field, session.Run(script).Error("ConfigError").TargetObject);
        Assert.Empty(Directory.GetFileSystemEntries(session.Folder.Path));
    }

    [Fact]
    public void Paywalls_that_do_not_compile_fail_with_the_first_diagnostic()
    {
        session.WithoutServices();
        session.Run("New-LightningPaywall a.example /a https://u.example -PriceSats 1 -PaywallId pw_a -Mode Local -StorePath s.db; Remove-LightningPaywall pw_a -Mode Local -StorePath s.db -Force");

        var error = session.Run("Sync-ApertureConfig -Mode Local -StorePath s.db -Gateway file:aperture.yaml").Error("compile_validation_failed");

        Assert.Contains("no_compilable_routes", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Verbose_tells_each_stage_with_its_duration()
    {
        var verbose = session.Run("Sync-ApertureConfig -Mode Mock -Force -Verbose").Verbose;

        Assert.All(
            new[] { "Lease", "Outbox", "List", "Security", "Compile", "Pending", "ActiveLookup", "Plan", "Apply", "Health", "Challenge", "Proxy", "Record" },
            stage => Assert.Contains(verbose, line => line.StartsWith("memory " + stage + " Ok after ", StringComparison.Ordinal) && line.EndsWith(" ms", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stopping_goes_back_and_tells_the_screen_and_the_summary()
    {
        session.WithForeignService();
        var before = Served();
        var asked = new TaskCompletionSource();
        await using var stalled = new LoopbackServer(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult(Reply.Stall);
        });
        using var shell = session.Prepare(Sync + "-Force -ArtifactDirectory out -HealthUrl " + stalled.Url);

        var run = shell.InvokeAsync();
        await asked.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Task.Run(shell.Stop).WaitAsync(TimeSpan.FromMinutes(1));

        await Assert.ThrowsAnyAsync<RuntimeException>(() => run);
        Assert.Equal(before, Served());
        var told = session.Screen.Text.Split('\n').Where(static line => line.StartsWith("WARNING: ", StringComparison.Ordinal)).ToArray();
        Assert.Contains("Stopping. file:", told[0], StringComparison.Ordinal);
        Assert.Contains(told, static line => line.EndsWith(" Rollback: waiting until the gateway serves the previous configuration.", StringComparison.Ordinal));
        Assert.Contains("ended RolledBack as dep_reconcile_", told[^1], StringComparison.Ordinal);
        Assert.Equal("rolled_back", (string)JsonNode.Parse(File.ReadAllText(session.Folder.File("out/summary.json")))!["gatewayReconcile"]!["deploymentStatus"]!);
    }

    private string Served() => File.ReadAllText(session.Folder.File("aperture.yaml"));

    /// <summary>All files by name and content, without the scratch files of SQLite.</summary>
    private string[] Contents() => Directory
        .GetFiles(session.Folder.Path, "*", SearchOption.AllDirectories)
        .Where(static file => !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal)
        .Select(static file => file + " " + Convert.ToBase64String(File.ReadAllBytes(file)))
        .ToArray();
}
