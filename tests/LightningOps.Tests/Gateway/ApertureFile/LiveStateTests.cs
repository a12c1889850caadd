using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Probes;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>Desired, written and live of a file gateway, against a model of Aperture: nothing is said of a load that was not seen.</summary>
public sealed class LiveStateTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Func<ApertureModel, Task> NoReload = static _ => Task.CompletedTask;
    private static readonly Func<ApertureModel, Task> Restart = static model => model.RestartAsync();
    private readonly TemporaryFolder folder = new();
    private readonly MemoryOutbox outbox = new();
    private readonly ApertureModel model;
    private MockControlPlane plane = new(TimeProvider.System, [Selling("/a", 5000)]);
    private int request;

    public LiveStateTests() => model = new ApertureModel(FilePath, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(200) });

    private string FilePath => folder.File("aperture.yaml");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, model.Settings + "services: []\n");
        await model.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await model.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Without_a_reload_command_it_is_written_and_the_record_stays_pending()
    {
        var result = await ReconcileAsync(null);

        Assert.Equal((false, null, LiveConfiguration.Written, DeploymentStatus.Pending), (result.Ok, result.FailureCode, result.Serving, result.DeploymentStatus));
        Assert.Equal((result.ConfigHash, null, LiveEvidence.NotKnown), (result.Standing.Written, result.Standing.Live, result.Standing.Evidence));
        Assert.Contains("not known", result.Standing.ToString(), StringComparison.Ordinal);
        Assert.Contains(result.Warnings, static warning => warning.Code == "load_not_seen");
        Assert.Equal(DeploymentStatus.Pending, (await RecordAsync(result)).Status);
        Assert.Empty(model.Live);
    }

    [Fact]
    public async Task A_reload_command_that_restarts_nothing_leaves_it_written_and_the_next_run_reloads()
    {
        var idle = await ReconcileAsync(NoReload);
        Assert.Equal(LiveConfiguration.Written, idle.Serving);

        var restarted = await ReconcileAsync(Restart);

        Assert.True(restarted.Ok, restarted.ToString());
        Assert.Equal((2, LiveEvidence.Restart, restarted.ConfigHash), (model.Starts, restarted.Standing.Evidence, restarted.Standing.Live));
        Assert.True(restarted.Standing.IsConfirmed);
        Assert.Equal(DeploymentStatus.Applied, (await RecordAsync(restarted)).Status);
        Assert.Single(model.Live);
        Assert.True(await ReconcileAsync(Restart) is { Ok: true, Changed: false });
        Assert.Equal(2, model.Starts);
    }

    [Theory]
    [InlineData(false, "there is no -ReloadCommand", "-ReloadCommand (to restart it)")]
    [InlineData(true, "was not seen to go down and come back", "use a -ReloadCommand that restarts it")]
    public async Task The_cause_of_an_unseen_load_is_named_with_its_remedy(bool isRun, string cause, string remedy)
    {
        var result = await ReconcileAsync(isRun ? NoReload : null);

        Assert.Contains(cause, result.Standing.ToString(), StringComparison.Ordinal);
        Assert.Contains(remedy, result.Standing.Remedy, StringComparison.Ordinal);
        var warning = Assert.Single(result.Warnings, static warning => warning.Code == "load_not_seen").Message;
        Assert.EndsWith(result.Standing + " " + result.Standing.Remedy, warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_that_was_seen_is_not_denied_when_the_admin_api_cannot_be_read(bool isSwitch)
    {
        await File.WriteAllTextAsync(FilePath, model.Settings + "admin:\n  enabled: true\n  macaroonpath: \"" + model.MacaroonPath + "\"\nservices: []\n");
        await model.RestartAsync();
        if (isSwitch)
        {
            Assert.True((await ReconcileAsync(Restart)).Ok);
            await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        }

        var result = await ReconcileAsync(
            async model =>
            {
                await model.RestartAsync();
                File.Delete(model.MacaroonPath);
            },
            scope: isSwitch ? new SwitchScope { Stops = true } : null);

        Assert.Equal((false, LiveConfiguration.Written), (result.Ok, result.Serving));
        Assert.Contains("a restart was seen, but the admin API of the file is on", result.Standing.ToString(), StringComparison.Ordinal);
        Assert.Contains("macaroon_not_readable", result.Standing.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("-ReloadCommand", result.Standing.Remedy, StringComparison.Ordinal);
        Assert.DoesNotContain("-ChallengeUrl", result.Standing.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_kills_it_is_no_load()
    {
        var result = await ReconcileAsync(static model => model.HangUpAsync());

        Assert.False(result.Ok);
        Assert.NotEqual(LiveConfiguration.Wanted, result.Serving);
        Assert.Equal(LiveEvidence.NotKnown, result.Standing.Evidence);
    }

    [Fact]
    public async Task A_pause_that_nothing_loads_does_not_hold_and_one_that_a_restart_loads_does()
    {
        await ReconcileAsync(Restart);
        Assert.Equal(402, await StatusAsync());
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        foreach (var nothing in new[] { null, NoReload })
        {
            var written = await ReconcileAsync(nothing);
            Assert.False(written.Ok || written.DenialHolds, written.ToString());
            Assert.Equal((402, LiveConfiguration.Written), (await StatusAsync(), written.Serving));
        }

        var closed = await ReconcileAsync(Restart);
        Assert.True(closed.Ok && closed.DenialHolds, closed.ToString());
        Assert.Equal(502, await StatusAsync());
    }

    [Fact]
    public async Task Drift_of_what_is_only_written_cannot_be_told()
    {
        await ReconcileAsync(null);

        var written = await DriftAsync();
        Assert.Equal((DriftStatus.Undetermined, 2, true), (written.Status, written.ExitCode, written.IsOnlyWritten));
        Assert.Equal((null, written.ConfigHash), (written.ServedConfigHash, written.WrittenConfigHash));

        await ReconcileAsync(Restart);
        var loaded = await DriftAsync();
        Assert.Equal((DriftStatus.InSync, 0), (loaded.Status, loaded.ExitCode));
        Assert.Equal((loaded.ConfigHash, loaded.ConfigHash), (loaded.ServedConfigHash, loaded.WrittenConfigHash));
    }

    [Fact]
    public async Task A_file_that_was_edited_and_not_loaded_says_nothing_of_the_gateway()
    {
        await ReconcileAsync(Restart);
        await File.WriteAllTextAsync(FilePath, (await File.ReadAllTextAsync(FilePath)).Replace("price: 5", "price: 80", StringComparison.Ordinal));

        var drift = await DriftAsync();

        Assert.Equal((DriftStatus.InDrift, LiveEvidence.NotKnown, (string?)null), (drift.Status, drift.Evidence, drift.ServedConfigHash));
        Assert.Equal("The file differs from the desired configuration. It is not known what the gateway serves.", drift.Outcome);
        var facts = ((IReportable)drift).ToReport().Facts;
        Assert.Null(facts.Single(static fact => fact.Name == "Live configuration hash").Value);
        Assert.Equal(drift.WrittenConfigHash, facts.Single(static fact => fact.Name == "Configuration hash of the file, not known to be live").Value);
        Assert.Equal(5, Assert.Single(model.Live).PriceSats);
    }

    [Fact]
    public async Task A_file_that_was_put_back_by_hand_is_not_in_sync_before_it_is_loaded()
    {
        await ReconcileAsync(Restart);
        var good = await File.ReadAllTextAsync(FilePath);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 9000)]);
        await ReconcileAsync(null);
        await File.WriteAllTextAsync(FilePath, good);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 5000)]);

        Assert.Equal(DriftStatus.Undetermined, (await DriftAsync()).Status);
    }

    [Fact]
    public async Task The_one_price_that_changed_shows_the_load_when_it_is_asked()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 7000)]);

        // Something else restarts it, so there is no command.
        var result = await ReconcileAsync(null, options => options with
        {
            Probes = new SaleProbeOptions { BaseUrl = model.Url },
            Step = step =>
            {
                if (step == "reload")
                {
                    RestartNow();
                }
            },
        });

        Assert.True(result.Ok, result.ToString());
        Assert.Equal(LiveEvidence.Answer, result.Standing.Evidence);
    }

    [Fact]
    public async Task An_answer_at_a_price_that_did_not_change_shows_nothing()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 5000), Selling("/b", 5000)]);

        var result = await ReconcileAsync(null, options => options with { Probes = new SaleProbeOptions { BaseUrl = model.Url } });

        Assert.Equal((LiveConfiguration.Written, true), (result.Serving, result.ChallengeOk));
    }

    [Fact]
    public async Task A_process_that_was_down_before_the_write_may_have_read_the_file_before_it()
    {
        await model.StopAsync();

        Assert.Equal(LiveConfiguration.Written, (await ReconcileAsync(static model => model.StartAsync())).Serving);
    }

    [Fact]
    public async Task A_failed_reload_forgets_that_the_file_before_was_loaded()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 9000)]);

        var failed = await ReconcileAsync(static _ => throw new GatewayException("x", "reload", "reload_exit_1", "x"));
        Assert.Equal((false, LiveEvidence.NotKnown), (failed.Ok, failed.Standing.Evidence));

        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 5000)]);
        Assert.Equal(DriftStatus.Undetermined, (await DriftAsync()).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_the_reload_command_rewrites_is_not_rolled_out(bool isRestarted)
    {
        await ReconcileAsync(Restart);
        var template = await File.ReadAllTextAsync(FilePath);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 9000)]);

        var result = await ReconcileAsync(model => RenderAsync(model, template, isRestarted));

        Assert.Equal((false, ReconcileFailureCodes.GatewayChanged, LiveConfiguration.Unknown, LiveEvidence.NotKnown), (result.Ok, result.FailureCode, result.Serving, result.Standing.Evidence));
        Assert.Contains("rewritten after this command wrote it", result.FailureReason, StringComparison.Ordinal);
        Assert.Equal(DeploymentStatus.Failed, (await RecordAsync(result)).Status);
        Assert.Equal((template, 5), (await File.ReadAllTextAsync(FilePath), Assert.Single(model.Live).PriceSats));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pause_that_the_reload_command_rewrites_does_not_hold(bool isSwitch)
    {
        await ReconcileAsync(Restart);
        var template = await File.ReadAllTextAsync(FilePath);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var result = await ReconcileAsync(model => RenderAsync(model, template, isRestarted: true), scope: isSwitch ? new SwitchScope { Stops = true } : null);

        Assert.Equal((402, false, false), (await StatusAsync(), result.Ok, result.DenialHolds));
        Assert.Contains(result.Warnings, static warning => warning.Code == "denied_services_open" && warning.Message.Contains("NOT CLOSED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reload_command_may_change_other_settings_than_the_services()
    {
        var result = await ReconcileAsync(async model =>
        {
            await File.AppendAllTextAsync(FilePath, "debuglevel: info\n");
            await model.RestartAsync();
        });

        Assert.True(result.Ok, result.ToString());
        Assert.Equal(LiveEvidence.Restart, result.Standing.Evidence);
    }

    [Fact]
    public async Task A_roll_back_leaves_a_pause_that_another_wrote_meanwhile()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 9000)]);

        var result = await ReconcileAsync(async model =>
        {
            using (var other = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options, Reload = new ModelReload(model.RestartAsync) }))
            {
                await other.CloseAsync(new GatewayClosing { RequestId = "pause", DeploymentId = "dep_close_pause", Decide = static (_, _) => CloseDecision.Close, IsEverything = true }, None);
            }

            throw new GatewayException("x", "reload", "reload_exit_1", "x");
        });

        Assert.Equal((502, ReconcileFailureCodes.GatewayChanged, LiveConfiguration.Unknown), (await StatusAsync(), result.FailureCode, result.Serving));
        Assert.Contains("the next start of the gateway loads it (reload_failed:reload_exit_1)", result.FailureReason, StringComparison.Ordinal);
    }

    private async Task RenderAsync(ApertureModel model, string template, bool isRestarted)
    {
        await File.WriteAllTextAsync(FilePath, template);
        if (isRestarted)
        {
            await model.RestartAsync();
        }
    }

    private async Task<ReconcileResult> ReconcileAsync(Func<ApertureModel, Task>? reload, Func<ApertureFileGatewayOptions, ApertureFileGatewayOptions>? change = null, SwitchScope? scope = null)
    {
        var options = new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options, HealthTimeout = TimeSpan.FromSeconds(2), Reload = reload is null ? null : new ModelReload(() => reload(model)) };
        using var gateway = new ApertureFileGateway((change ?? (static options => options))(options));
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), outbox).RunAsync(new ReconcileOptions { RequestId = "live:" + ++request, Switch = scope }, None);
    }

    private async Task<DriftResult> DriftAsync()
    {
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = FilePath, Http = TestHttp.Options });
        return await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);
    }

    private async Task<Deployment> RecordAsync(ReconcileResult result) =>
        (await plane.ListDeploymentsAsync(new DeploymentQuery { DeploymentId = result.DeploymentId }, None)).Single();

    private void RestartNow() => model.RestartAsync().GetAwaiter().GetResult();

    private async Task<int> StatusAsync()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var question = new HttpRequestMessage(HttpMethod.Get, model.Url + "/a");
        question.Headers.Host = Host;
        using var answer = await http.SendAsync(question);
        return (int)answer.StatusCode;
    }
}
