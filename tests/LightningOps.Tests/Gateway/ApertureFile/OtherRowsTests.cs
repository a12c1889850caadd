using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
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

/// <summary>A global pause with -All at a file whose database holds rows of others, and its end, at a model of Aperture.</summary>
public sealed class OtherRowsTests : IAsyncDisposable
{
    private const string Website = "  - name: website\n    hostregexp: '^www$'\n    pathregexp: '^/$'\n    address: 127.0.0.1:1\n    protocol: http\n    auth: \"on\"\n    price: 7\n";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly GatewayService Row = new() { Name = "by_hand", HostRegexp = "^hand$", PathRegexp = "^/$", Address = "127.0.0.1:2", Protocol = "http", Auth = "on", PriceSats = 11 };
    private readonly TemporaryFolder folder = new();
    private readonly System.Collections.Generic.List<Paywall> paywalls = [Selling("/a", 5000)];
    private readonly MockControlPlane plane;
    private readonly ApertureModel model;
    private Func<Task> reload;
    private int request;

    public OtherRowsTests()
    {
        plane = new MockControlPlane(TimeProvider.System, paywalls);
        model = new ApertureModel(Path, new ApertureModelOptions { StartTime = TimeSpan.FromMilliseconds(250) });
        reload = model.RestartAsync;
    }

    private string Path => folder.File("aperture.yaml");

    public async ValueTask DisposeAsync()
    {
        await model.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_pause_with_All_closes_rows_of_others_and_its_end_puts_them_back(bool isSwitch, bool hasPending)
    {
        await StartAsync();
        paywalls[0] = hasPending ? Selling("/a", 9000) : paywalls[0];

        var paused = await PauseAsync(true, isSwitch);

        Assert.True(paused.DenialHolds || paused.Ok, paused.FailureReason);
        Assert.Equal(["by_hand", "pw_a.r", "website"], model.Live.Where(static service => service.IsClosed).Select(static service => service.Name).Order(StringComparer.Ordinal));
        Assert.Empty(paused.LeftAlone);
        var lifted = await PauseAsync(false, isSwitch);
        Assert.True(lifted.Ok, lifted.FailureCode + " " + lifted.FailureReason);
        Assert.Equal(["by_hand 11", "pw_a.r 5", "website 7"], model.Live.Where(static service => service.Sells).Select(static service => service.Name + " " + service.PriceSats).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(lifted.Warnings, static warning => warning.Code is "others_left_closed" or "back_after_restart");
        Assert.DoesNotContain(new ApertureDatabase(model.DatabasePath).Read(), static row => row.Name == "website" || row.IsClosed);
        await model.RestartAsync();
        Assert.Equal(3, model.Live.Count(static service => service.Sells));
    }

    [Fact]
    public async Task Without_a_restart_the_row_of_a_service_of_the_file_is_deleted_and_named_as_back_after_one()
    {
        await StartAsync();
        await PauseAsync(true, true);
        reload = static () => Task.CompletedTask;

        // The row of the website after an earlier close over the admin API.
        await model.StopAsync();
        new ApertureDatabase(model.DatabasePath).Write(Row.Closed() with { Name = "website" });
        await model.StartAsync();
        var lifted = await PauseAsync(false, true);

        Assert.Contains(lifted.Warnings, static warning => warning.Code == "back_after_restart" && warning.Message.Contains("website", StringComparison.Ordinal));
        Assert.DoesNotContain(new ApertureDatabase(model.DatabasePath).Read(), static row => row.Name == "website");
        await model.RestartAsync();
        Assert.Contains(model.Live, static service => service is { Name: "website", PriceSats: 7, IsClosed: false });
    }

    [Fact]
    public async Task What_cannot_be_put_back_is_named_as_left_closed_and_tried_again()
    {
        await StartAsync();
        await PauseAsync(true, true);
        await model.StopAsync();
        reload = static () => throw new GatewayException("x", "reload", "reload_exit_1", "x");
        var failed = await PauseAsync(false, true);
        Assert.Contains(failed.Warnings, static warning => warning.Code == "others_left_closed" && warning.Message.Contains("by_hand", StringComparison.Ordinal));

        await model.StartAsync();
        reload = model.RestartAsync;
        var again = await RunAsync(new SwitchScope { Stops = false }, false);

        Assert.True(again.Ok, again.FailureReason);
        Assert.Contains(model.Live, static service => service is { Name: "by_hand", PriceSats: 11, IsClosed: false });
    }

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync(Path, model.AdminSettings + "services:\n" + Website);
        await model.StartAsync();
        Assert.Null(model.StartError);
        await model.StopAsync();
        new ApertureDatabase(model.DatabasePath).Write(Row);
        await model.StartAsync();
        var first = await RunAsync(null, false);
        Assert.True(first.Ok, first.FailureReason);
        Assert.Equal(3, model.Live.Count(static service => service.Sells));
    }

    private async Task<ReconcileResult> PauseAsync(bool active, bool isSwitch)
    {
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = active }, None);
        return await RunAsync(isSwitch ? new SwitchScope { Stops = active } : null, active);
    }

    private async Task<ReconcileResult> RunAsync(SwitchScope? scope, bool all)
    {
        using var gateway = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = Path, Http = TestHttp.Options, HealthTimeout = TimeSpan.FromSeconds(2), Reload = new ModelReload(() => reload()) });
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox())
            .RunAsync(new ReconcileOptions { RequestId = "run:" + ++request, CloseOthers = all, Switch = scope }, None);
    }
}
