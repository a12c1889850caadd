using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.ApertureFile;

public sealed class ApertureFileGatewayTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string TestProcess = Path.Combine(AppContext.BaseDirectory, "LightningOps.TestProcess.dll");
    private readonly GatewayFile file = new();

    public void Dispose() => file.Dispose();

    [Fact]
    public async Task Only_the_services_of_the_file_change()
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a", "/s/*");

        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(file.With(GetBlock(rollout)), file.Text);
    }

    [Fact]
    public async Task Rate_limits_and_rewrites_arrive_and_are_compared()
    {
        var rollout = CreateRollout("dep_1", Priced("pw", 2000, Route("r", Host, "/a", upstream: "https://up.example.com/v1")).WithPolicy(policy => policy with { QuotaPerMinute = 5, QuotaPerDay = 70 }));
        using var gateway = file.Open();

        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(DesiredServices.From(rollout.Rules, withExtras: true)[0].Extras, LiveFile.FromBytes(file.Bytes).Services[0].Extras);
        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), rollout).IsEmpty);
    }

    [Theory]
    [InlineData("local:/home/b/store.db on m", true)]
    [InlineData("local:/home/a/store.db on m", false)]
    [InlineData(null, false)]
    public async Task A_roll_out_of_another_store_does_not_reopen_what_a_store_stopped(string? store, bool isRefused)
    {
        using var stopping = file.Open(options => options with { Store = "local:/home/a/store.db on m" });
        await stopping.ApplyAsync(OfPaths("dep_1", "/a"), None);
        await stopping.CloseAsync(new GatewayClosing { RequestId = "stop", DeploymentId = "dep_close_stop", Decide = (_, _) => CloseDecision.Close }, None);
        using var other = file.Open(options => options with { Store = store });
        var state = await other.ReadStateAsync(None);

        var plan = other.Plan(state, OfPaths("dep_2", "/a"));

        Assert.Equal(isRefused, plan.IsRefused);
        Assert.Equal(isRefused, plan.Diagnostics.Any(found => found.Code == "stopped_by_another" && found.Message.Contains("dep_close_stop of local:/home/a/store.db on m", StringComparison.Ordinal)));
        Assert.False(other.Plan(state, OfPaths("dep_2", "/a") with { OverrideStop = true }).IsRefused);
        await other.ApplyAsync(OfPaths("dep_2", "/a"), None);
        Assert.False(stopping.Plan(await stopping.ReadStateAsync(None), OfPaths("dep_3", "/a")).IsRefused);
    }

    [Theory]
    [InlineData("price: 2", "price: 0x2")]
    [InlineData("price: 2", "price: 2.0")]
    [InlineData("price: 2", "price: 02 # agreed")]
    [InlineData("price: 2", "price: '2'")]
    [InlineData("protocol: https", "protocol: \"https\"")]
    public async Task Another_spelling_of_the_same_value_is_told_apart_from_a_change(string written, string edited)
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(rollout, None);
        await File.WriteAllTextAsync(file.Path, file.Text.Replace(written, edited, StringComparison.Ordinal));

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);

        Assert.Contains(edited, file.Text, StringComparison.Ordinal);
        Assert.Empty(plan.Changes);
        Assert.Equal("spelling and comments only: every service stays as it is", plan.Summary);
    }

    [Theory]
    [InlineData("0x10", 16)]
    [InlineData("1_000", 1000)]
    [InlineData("\"1_000\"", 1000)]
    [InlineData("1e3", 1000)]
    [InlineData("5.0", 5)]
    [InlineData("0o17", 15)]
    [InlineData("0b11", 3)]
    [InlineData("010", 8)]
    [InlineData("\"010\"", 10)]
    [InlineData("09", 9)]
    public async Task A_price_is_compared_as_Aperture_reads_it(string written, long sats)
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(rollout, None);
        await File.WriteAllTextAsync(file.Path, file.Text.Replace("price: 2", "price: " + written, StringComparison.Ordinal));

        var state = await gateway.ReadStateAsync(None);
        using var served = LightningOps.Gateway.Loopback.LoopbackGateway.Start(new LightningOps.Gateway.Loopback.LoopbackGatewayOptions { ConfigPath = file.Path });

        Assert.Equal(sats, state.Services!.Single().PriceSats);
        Assert.Equal(sats, served.Services.Single().Service.PriceSats);
        Assert.Equal(sats, served.Live.Config.Services.Single().PriceSats);
        Assert.Equal([new MemberChange("price", sats.ToString(System.Globalization.CultureInfo.InvariantCulture), "2")], gateway.Plan(state, rollout).Changes.Single().Members);
    }

    [Fact]
    public async Task A_file_edited_by_hand_is_another_deployment()
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(rollout, None);
        await File.WriteAllTextAsync(file.Path, file.Text.Replace("price: 2", "price: 1"));

        var state = await gateway.ReadStateAsync(None);

        Assert.Null(state.Active!.DeploymentId);
        Assert.NotEqual(rollout.ConfigHash, state.Active.ConfigHash);
        Assert.Equal([new MemberChange("price", "1", "2")], Assert.Single(gateway.Plan(state, rollout).Changes).Members);
    }

    [Fact]
    public async Task Other_settings_may_be_edited_without_the_deployment_being_another()
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(rollout, None);
        await File.WriteAllTextAsync(file.Path, file.Text.Replace("regtest", "mainnet"));

        Assert.Equal("dep_1", (await gateway.ReadStateAsync(None)).Active!.DeploymentId);
    }

    [Fact]
    public async Task Line_ends_of_the_file_do_not_change_the_hash()
    {
        await File.WriteAllTextAsync(file.Path, file.Text.Replace("\n", "\r\n"), new UTF8Encoding(false));
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a", "/b");

        await gateway.ApplyAsync(rollout, None);

        Assert.Equal(rollout.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
        Assert.DoesNotContain("\n", file.Text.Replace("\r\n", string.Empty));
    }

    [Fact]
    public async Task Rolling_back_gives_the_file_back_to_the_byte()
    {
        using var gateway = file.Open();
        await File.WriteAllTextAsync(file.Path, file.With("services:   # by hand\n- name: mine\n  address: localhost:1\n  hostregexp: ^mine$\n"));
        var before = file.Bytes;
        var state = await gateway.ReadStateAsync(None);
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);

        await gateway.RollBackAsync("req", "dep_1", state, None);

        Assert.Equal(before, file.Bytes);
        Assert.Null((await gateway.ReadStateAsync(None)).Active!.DeploymentId);
    }

    [Fact]
    public async Task Earlier_versions_are_kept_and_the_oldest_go()
    {
        using var gateway = file.Open(options => options with { KeptVersions = 2 });
        var first = file.Text;
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        Assert.Equal(first, await File.ReadAllTextAsync(Assert.Single(file.Versions)));

        var second = file.Text;
        await gateway.ApplyAsync(OfPaths("dep/2", "/b"), None);
        await gateway.ApplyAsync(OfPaths("dep_3", "/c"), None);

        // Each is named after the deployment and the hash of the services in it.
        Assert.Equal(["000002.dep_1.cfg_", "000003.dep_2.cfg_"], file.Versions.Select(path => Path.GetFileName(path)[..17]).Order());
        Assert.Equal(second, await File.ReadAllTextAsync(file.Versions.Order().First()));
    }

    [Theory]
    [InlineData("keep", false)]
    [InlineData("write", false)]
    [InlineData("reload", true)]
    [InlineData("record", true)]
    [InlineData("prune", true)]
    public async Task A_kill_at_any_step_leaves_the_old_file_or_the_new_and_the_next_run_converges(string step, bool isNew)
    {
        using var gateway = file.Open(options => options with { ReloadCommand = Say(0) });
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        var old = file.Text;
        var wanted = OfPaths("dep_2", "/a", "/b/*");
        await File.WriteAllBytesAsync(file.Beside("artifact"), wanted.Artifact.ToArray());

        using (var process = StartedProcess.Start("roll-out-file", file.Path, file.Beside("artifact"), step))
        {
            Assert.Equal(step, await process.ReadLineAsync());
            await process.KillAsync();
        }

        Assert.Equal(isNew ? file.With(GetBlock(wanted)) : old, file.Text);
        var state = await gateway.ReadStateAsync(None);
        Assert.Equal(isNew ? wanted.ConfigHash : OfPaths("dep_1", "/a").ConfigHash, state.Active!.ConfigHash);
        Assert.Equal(isNew ? "dep_killed" : "dep_1", state.Active.DeploymentId);

        // A command that exits with 0 does not prove a load, so nothing counts as live.
        Assert.Equal(LiveEvidence.NotKnown, state.Evidence);
        Assert.False(gateway.Plan(state, wanted).IsEmpty);
        await gateway.ApplyAsync(wanted, None);
        Assert.Equal(file.With(GetBlock(wanted)), file.Text);
    }

    [Fact]
    public async Task A_reload_that_fails_puts_the_old_file_back_and_tells_what_the_command_wrote()
    {
        using var gateway = file.Open(options => options with { ReloadCommand = Say(3, "no such service", "a\"b\\", string.Empty) });
        var old = file.Bytes;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None));

        Assert.StartsWith("reload_failed:reload_exit_3:[no such service]\n[a\"b\\]\n[]", failure.Reason.ReplaceLineEndings("\n"));
        Assert.Equal(old, file.Bytes);
        Assert.Null((await gateway.ReadStateAsync(None)).Active);
    }

    [Fact]
    public async Task A_reload_that_does_not_end_fails()
    {
        using var gateway = file.Open(options => options with { ReloadCommand = ["dotnet", TestProcess, "wait-forever"], ReloadTimeout = TimeSpan.FromMilliseconds(200) });
        var old = file.Bytes;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None));

        Assert.StartsWith("reload_failed:reload_timeout", failure.Reason);
        Assert.Equal(old, file.Bytes);
    }

    [Fact]
    public async Task A_reload_command_that_is_not_there_fails()
    {
        using var gateway = file.Open(options => options with { ReloadCommand = [file.Beside("no-such-program")] });

        Assert.StartsWith("reload_failed:reload_not_started:", (await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None))).Reason);
    }

    [Theory]
    [InlineData("systemctl reload aperture", "'systemctl', 'reload', 'aperture'")]
    [InlineData("no-such-program", "program not found: no-such-program")]
    public async Task A_command_that_cannot_be_run_is_found_before_anything_is_written(string command, string told)
    {
        var steps = new List<string>();
        using var gateway = file.Open(options => options with { ReloadCommand = [command], Step = steps.Add });
        var old = file.Bytes;

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), None));

        Assert.Contains(told, failure.Reason, StringComparison.Ordinal);
        Assert.Contains("-ReloadCommand", failure.Remedy, StringComparison.Ordinal);
        Assert.Empty(steps);
        Assert.Equal(old, file.Bytes);
        Assert.Empty(file.Versions);
    }

    [Fact]
    public async Task A_comment_on_the_line_of_the_services_stays_and_is_no_drift()
    {
        using var gateway = file.Open();
        await File.WriteAllTextAsync(file.Path, file.Text.Replace("services: []", "services: # ask ops", StringComparison.Ordinal));
        var rollout = OfPaths("dep_1", "/a");

        await gateway.ApplyAsync(rollout, None);

        Assert.Contains("services: # ask ops\n", file.Text, StringComparison.Ordinal);
        Assert.Equal(rollout.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
    }

    [UnixFact]
    public async Task What_is_no_file_is_refused_and_not_waited_for()
    {
        using var gateway = file.Open(options => options with { Path = "/dev/null" });

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None));

        Assert.Contains("not a regular file", failure.Reason, StringComparison.Ordinal);
    }

    [UnixFact]
    public async Task A_version_that_cannot_be_kept_does_not_keep_a_service_open()
    {
        using var gateway = file.Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        Directory.Delete(file.Path + ".versions", recursive: true);
        await File.WriteAllTextAsync(file.Path + ".versions", "in the way");
        var closing = new GatewayClosing { RequestId = "req", DeploymentId = "dep_close", Decide = (_, _) => CloseDecision.Close, IsEverything = true };

        await gateway.CloseAsync(closing, None);

        Assert.Null(gateway.PlanClosing(await gateway.ReadStateAsync(None), closing));
    }

    [Fact]
    public async Task A_cancelled_reload_puts_the_old_file_back()
    {
        using var stop = new CancellationTokenSource();
        using var gateway = file.Open(options => options with
        {
            ReloadCommand = ["dotnet", TestProcess, "wait-forever"],
            ReloadTimeout = TimeSpan.FromSeconds(1),
            Step = step =>
            {
                if (step == "reload")
                {
                    stop.CancelAfter(1);
                }
            },
        });
        var old = file.Bytes;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), stop.Token));

        Assert.Equal(old, file.Bytes);
    }

    [Theory]
    [InlineData(null, 2)]
    [InlineData("reload_timeout", 2)]
    [InlineData("reload_exit_3", 3)]
    public async Task Going_back_does_not_wait_again_for_a_reload_that_put_the_old_file_back_or_had_its_time(string? second, int runs)
    {
        using var stop = new CancellationTokenSource();
        var reload = new SecondReload(stop, second);
        using var gateway = file.Open(options => options with { Reload = reload });
        var state = await gateway.ReadStateAsync(None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), stop.Token));
        var failure = await Record.ExceptionAsync(() => gateway.RollBackAsync("req", "dep_1", state, None));

        Assert.Equal((second is null ? null : "reload_failed:" + second, runs), ((failure as GatewayException)?.Reason, reload.Runs));
    }

    [Fact]
    public async Task A_roll_back_leaves_a_file_that_was_edited_since_it_was_restored()
    {
        using var stop = new CancellationTokenSource();
        var reload = new SecondReload(stop, null);
        using var gateway = file.Open(options => options with { Reload = reload });
        var state = await gateway.ReadStateAsync(None);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a"), stop.Token));
        var edited = file.Text + "# by hand\n";
        await File.WriteAllTextAsync(file.Path, edited);

        var failure = await Assert.ThrowsAsync<GatewayChangedException>(() => gateway.RollBackAsync("req", "dep_1", state, None));

        Assert.Contains("(other settings). It was left as it is", failure.Message, StringComparison.Ordinal);
        Assert.Equal((2, edited), (reload.Runs, file.Text));
    }

    [Theory]
    [InlineData("network: regtest", "network: mainnet", "other settings")]
    [InlineData("price: 2", "price: 9", "r")]
    public async Task A_failed_reload_leaves_a_file_that_was_edited_meanwhile(string text, string edit, string changed)
    {
        using var gateway = file.Open(options => options with
        {
            Reload = new ModelReload(async () =>
            {
                await File.WriteAllTextAsync(file.Path, file.Text.Replace(text, edit, StringComparison.Ordinal));
                throw new GatewayException("x", "reload", "reload_exit_1", "x");
            }),
        });
        var state = await gateway.ReadStateAsync(None);
        var rollout = CreateRollout("dep_1", Priced("pw", 2000, Route("r", Host, "/a")));

        var failure = await Assert.ThrowsAsync<GatewayChangedException>(() => gateway.ApplyAsync(rollout, None));

        Assert.Contains(edit, file.Text, StringComparison.Ordinal);
        Assert.Contains(changed, failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<GatewayChangedException>(() => gateway.RollBackAsync("req", "dep_1", state, None));
        Assert.Contains(edit, file.Text, StringComparison.Ordinal);
    }

    [UnixTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Records_and_versions_of_a_file_are_the_same_under_every_name(bool isFolder)
    {
        using var gateway = file.Open();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        var link = file.Beside("link");
        var name = isFolder ? Path.Combine(link, "aperture.yaml") : link;
        if (isFolder)
        {
            Directory.CreateSymbolicLink(link, Path.GetDirectoryName(file.Path)!);
        }
        else
        {
            File.CreateSymbolicLink(link, "aperture.yaml");
        }

        using var linked = file.Open(options => options with { Path = name });
        var state = await linked.ReadStateAsync(None);
        await linked.ApplyAsync(OfPaths("dep_2", "/b"), None);

        Assert.Equal(("file:" + name, "dep_1", LiveEvidence.Answer), (linked.Name, state.Active!.DeploymentId, state.Evidence));
        Assert.Equal("dep_2", (await gateway.ReadStateAsync(None)).Active!.DeploymentId);
        Assert.Equal(2, file.Versions.Length);
        Assert.Equal([link], Directory.GetFileSystemEntries(Path.GetDirectoryName(file.Path)!, "link*"));
    }

    [Fact]
    public async Task A_missing_file_a_broken_one_and_the_route_document_are_refused()
    {
        var rollout = OfPaths("dep_1", "/a");
        using var gateway = file.Open();
        var document = PaywallCompiler.Compile([Selling("/a")], new CompileOptions { Format = ArtifactFormat.RouteDocument });

        var state = await gateway.ReadStateAsync(None);
        Assert.Equal("artifact_not_for_gateway", Assert.Single(gateway.Plan(state, rollout with { Rules = document.Rules, Artifact = document.Artifact }).Diagnostics).Code);
        Assert.Equal("artifact_not_for_gateway", (await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(rollout with { Artifact = document.Artifact }, None))).Reason);

        await File.WriteAllTextAsync(file.Path, "services: [\n");
        Assert.StartsWith("file_not_spliceable:", (await Assert.ThrowsAsync<GatewayException>(() => gateway.ApplyAsync(rollout, None))).Reason);

        File.Delete(file.Path);
        Assert.Equal("file_not_found", (await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None))).Reason);
    }

    [Fact]
    public async Task Who_cannot_read_the_file_is_told_to_be_let_read_it()
    {
        using var taken = new FileStream(file.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var gateway = file.Open();

        var failure = await Assert.ThrowsAsync<GatewayException>(() => gateway.ReadStateAsync(None));

        Assert.StartsWith("file_not_accessible:", failure.Reason, StringComparison.Ordinal);
        Assert.Equal("Check that this account may read the file.", failure.Remedy);
    }

    [Fact]
    public async Task Health_fails_where_nothing_listens()
    {
        var server = new LoopbackServer();
        using var deaf = new GatewayFile(new Uri(server.Url).Authority);
        await server.DisposeAsync();
        using var gateway = deaf.Open();

        var result = await gateway.ProbeHealthAsync(None);

        Assert.Equal((ProbeOutcome.Failed, "connection_failed:connection_refused"), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Without_a_base_url_the_checks_are_skipped()
    {
        using var gateway = file.Open();
        var rollout = OfPaths("dep_1", "/a");

        var challenge = await gateway.ProbeChallengeAsync(GetProbeRoute(rollout), None);

        Assert.Equal((ProbeOutcome.Skipped, "no_probe_address"), (challenge.Outcome, challenge.Reason));
    }

    private static string GetBlock(GatewayRollout rollout)
    {
        var artifact = Encoding.UTF8.GetString(rollout.Artifact.Span);
        return artifact[artifact.IndexOf("services:", StringComparison.Ordinal)..];
    }

    private static string[] Say(int code, params string[] words) => ["dotnet", TestProcess, "say", code.ToString(), .. words];

    /// <summary>Is stopped in its first run; the others end as they are told.</summary>
    private sealed class SecondReload(CancellationTokenSource stop, string? failure) : IConfigReload
    {
        public bool ConfirmsLoad => true;

        public int Runs { get; private set; }

        public Task<string?> RunAsync(CancellationToken cancellationToken)
        {
            if (++Runs > 1)
            {
                return Task.FromResult(failure);
            }

            stop.Cancel();
            return Task.FromCanceled<string?>(cancellationToken);
        }
    }
}
