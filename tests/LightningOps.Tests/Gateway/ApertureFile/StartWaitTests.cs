using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
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

/// <summary>An Aperture that takes its time to start, or does not come up: how long is waited, and what is checked after a roll-back.</summary>
public sealed class StartWaitTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly List<StageReport> reports = [];
    private readonly ApertureModel model;
    private MockControlPlane plane = new(TimeProvider.System, [Selling("/a", 5000)]);
    private TaskCompletionSource starts = new();
    private int request;

    public StartWaitTests() => model = new ApertureModel(FilePath, new ApertureModelOptions { Starting = () => starts.Task });

    private string FilePath => folder.File("aperture.yaml");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(FilePath, model.Settings + "services: []\n");
        starts.SetResult();
        await model.StartAsync();
    }

    public async Task DisposeAsync()
    {
        starts.TrySetResult();
        await model.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_start_is_waited_for_with_the_time_left_and_is_recorded()
    {
        starts = new();
        var result = await ReconcileAsync(
            RestartInBackground,
            report: report =>
            {
                if (report is { Status: StageStatus.Waiting, SecondsRemaining: not null })
                {
                    starts.TrySetResult();
                }
            });

        Assert.True(result.Ok, result.ToString());
        Assert.Equal(LiveEvidence.Restart, result.Standing.Evidence);
        var waits = reports.Where(static report => report.Status == StageStatus.Waiting).ToArray();
        Assert.NotEmpty(waits);
        Assert.All(waits, static report => Assert.InRange(report.SecondsRemaining!.Value, 1, 60));
        Assert.True(LoadedRecord.FindAny(FilePath)!.StartMs > 0);
    }

    [Fact]
    public async Task A_file_that_is_rewritten_while_the_start_is_awaited_is_not_the_loaded_one()
    {
        var template = await File.ReadAllTextAsync(FilePath);
        Task? start = null;
        var result = await ReconcileAsync(
            model.StopAsync,
            report: report =>
            {
                if (report is { Status: StageStatus.Waiting, SecondsRemaining: not null } && start is null)
                {
                    File.WriteAllText(FilePath, template);
                    start = model.StartAsync();
                }
            });

        await start!;
        Assert.Equal((false, ReconcileFailureCodes.GatewayChanged, LiveEvidence.NotKnown), (result.Ok, result.FailureCode, result.Standing.Evidence));
        Assert.Empty(model.Live);
    }

    [Theory]
    [InlineData(null, null, 60)]
    [InlineData(null, 1_000L, 60)]
    [InlineData(null, 30_000L, 90)]
    [InlineData(5, 30_000L, 5)]
    public void The_limit_is_a_minute_or_three_times_the_last_start_unless_one_is_given(int? given, long? lastMs, int limit)
    {
        var wait = new StartWait(given is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeProvider.System);
        wait.Learn(lastMs is { } ms ? TimeSpan.FromMilliseconds(ms) : null);

        Assert.Equal(TimeSpan.FromSeconds(limit), wait.Limit);
    }

    [Fact]
    public async Task One_that_refuses_the_new_file_is_rolled_back_and_checked_again()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 7000)]);
        var restarts = 0;

        var result = await ReconcileAsync(() => ++restarts == 1 ? model.StopAsync() : model.StartAsync());

        Assert.Equal((DeploymentStatus.RolledBack, ReconcileFailureCodes.HealthCheckFailed), (result.DeploymentStatus, result.FailureCode));
        var said = Assert.Single(result.Warnings, static warning => warning.Code == "after_rollback").Message;
        Assert.Contains("it is up", said, StringComparison.Ordinal);
        Assert.Contains("asks the previous price", said, StringComparison.Ordinal);
        Assert.Contains("(5 sat)", said, StringComparison.Ordinal);
        Assert.Equal(5, Assert.Single(model.Live).PriceSats);
    }

    [Fact]
    public async Task Nothing_is_said_to_be_served_by_one_that_is_not_up_after_the_roll_back()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 7000)]);

        var result = await ReconcileAsync(model.StopAsync);

        Assert.Equal((DeploymentStatus.RolledBack, LiveConfiguration.Unknown, LiveEvidence.NotKnown), (result.DeploymentStatus, result.Serving, result.Standing.Evidence));
        Assert.Contains("IT IS NOT UP", Assert.Single(result.Warnings, static warning => warning.Code == "after_rollback").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_that_is_not_the_previous_one_after_the_roll_back_is_said()
    {
        await ReconcileAsync(Restart);
        plane = new MockControlPlane(TimeProvider.System, [Selling("/a", 7000)]);
        var restarts = 0;

        // The roll-back restarts nothing, so the new price stays live.
        var result = await ReconcileAsync(() => ++restarts == 1 ? model.RestartAsync() : Task.CompletedTask, failProxy: true);

        Assert.Equal(DeploymentStatus.RolledBack, result.DeploymentStatus);
        Assert.Equal(LiveConfiguration.Unknown, result.Serving);
        Assert.Contains("DOES NOT ASK THE PREVIOUS PRICE", Assert.Single(result.Warnings, static warning => warning.Code == "after_rollback").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_roll_out_into_no_services_whose_check_fails_is_rolled_back()
    {
        var before = await File.ReadAllBytesAsync(FilePath);

        var result = await ReconcileAsync(Restart, failProxy: true);

        Assert.Equal((DeploymentStatus.RolledBack, ReconcileFailureCodes.ProxyCheckFailed, (string?)null), (result.DeploymentStatus, result.FailureCode, result.RolledBackFrom));
        Assert.Equal(before, await File.ReadAllBytesAsync(FilePath));
        Assert.Empty(model.Live);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_is_down_keeps_the_closed_file_and_is_not_said_to_sell(bool isSwitch)
    {
        await ReconcileAsync(Restart);
        await model.StopAsync();
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        var result = await ReconcileAsync(() => Task.CompletedTask, scope: isSwitch ? new SwitchScope { Stops = true } : null);

        Assert.All(LiveFile.Read(FilePath).Services, static service => Assert.True(service.IsClosed));
        Assert.Equal((false, ReconcileFailureCodes.HealthCheckFailed, false), (result.Ok, result.FailureCode, result.DenialHolds));
        Assert.Equal(isSwitch ? (DeploymentStatus.Failed, LiveConfiguration.Written) : (DeploymentStatus.RolledBack, LiveConfiguration.Unknown), (result.DeploymentStatus, result.Serving));
        Assert.DoesNotContain(result.Warnings, static warning => warning.Code == "closed_rules_reopened" || warning.Message.Contains("Rolled back to", StringComparison.Ordinal));
        await model.StartAsync();
        Assert.All(model.Live, static service => Assert.True(service.IsClosed));
    }

    private Task Restart() => model.RestartAsync();

    private async Task RestartInBackground()
    {
        await model.StopAsync();
        _ = model.StartAsync();
    }

    private async Task<ReconcileResult> ReconcileAsync(Func<Task> reload, bool failProxy = false, Action<StageReport>? report = null, SwitchScope? scope = null)
    {
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions
        {
            Path = FilePath,
            Http = TestHttp.Options,
            Reload = new ModelReload(reload),
            HealthTimeout = report is null ? TimeSpan.FromMilliseconds(300) : null,
            Probes = new SaleProbeOptions { BaseUrl = model.Url, Payer = failProxy ? new NoPayer() : null },
        });
        var progress = new Reports(value =>
        {
            reports.Add(value);
            report?.Invoke(value);
        });
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox(), progress).RunAsync(new ReconcileOptions { RequestId = "start:" + ++request, Switch = scope }, None);
    }

    private sealed class Reports(Action<StageReport> tell) : IProgress<StageReport>
    {
        public void Report(StageReport value) => tell(value);
    }

    private sealed class NoPayer : IProbePayer
    {
        public Task<string> BuyAsync(string challenge, ProbeRoute route, CancellationToken cancellationToken) => throw new GatewayException("x", "pay", "not paid", "x");
    }
}
