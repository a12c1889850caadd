using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Records;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Storage.Postgres;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>A stop at an admin gateway of a team while PostgreSQL, which has its record, is down.</summary>
public sealed class AdminTeamStopTests : IAsyncLifetime
{
    private const string Website = "services:\n  - {name: website, hostregexp: '^www$', pathregexp: '^/$', address: '127.0.0.1:1', protocol: http, auth: \"on\", price: 7}\n";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly List<string> warnings = [];
    private readonly Lazy<PostgresServer> server = new(static () => PostgresServer.Start("max_connections=30"));
    private readonly ApertureModel model;
    private PostgresDatabase? database;
    private StorePatience? patience;
    private int request;

    public AdminTeamStopTests() => model = new ApertureModel(folder.File("aperture.yaml"));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await model.DisposeAsync();
        if (server.IsValueCreated)
        {
            server.Value.Dispose();
        }

        folder.Dispose();
    }

    [PostgresTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_this_machine_knows_as_made_here_is_closed_and_the_others_are_named(bool isGlobal)
    {
        await StartAsync();
        server.Value.Kill();
        patience = new StorePatience(TimeSpan.FromSeconds(10));

        var stopped = await StopAsync(isGlobal, all: false);

        Assert.Equal(isGlobal ? ["pw_a.r", "pw_b.r"] : ["pw_a.r"], Closed());
        var said = string.Join("\n", stopped.Warnings.Select(static warning => warning.Message).Append(stopped.FailureReason));
        Assert.Contains("website", said, StringComparison.Ordinal);
        Assert.False(stopped.Ok);
        Assert.Single(warnings, static warning => warning.StartsWith("Set on this machine only", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task All_closes_the_rest_and_once_the_server_is_back_the_pause_is_sent_and_its_end_restores_everything()
    {
        await StartAsync();
        var before = model.Live.Select(static service => (service.Name, service.Address, service.PriceSats, service.Auth)).Order().ToArray();
        server.Value.Kill();
        patience = new StorePatience(TimeSpan.FromSeconds(10));
        var stopped = await StopAsync(isGlobal: true, all: true);
        Assert.Equal(["pw_a.r", "pw_b.r", "website"], Closed());
        Assert.DoesNotContain(stopped.Warnings, static warning => warning.Code is "others_not_kept" or "not_kept");
        server.Value.Launch();
        patience = null;

        using var plane = Open(keepsDenials: false);
        Assert.True((await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        Assert.Single(warnings, static warning => warning.StartsWith("No longer pending", StringComparison.Ordinal));
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        var lifted = await RunAsync(plane, new SwitchScope { Stops = false }, all: false);

        Assert.True(lifted.Ok, lifted.FailureReason + string.Join("\n", lifted.Warnings));
        Assert.Equal(before, model.Live.Select(static service => (service.Name, service.Address, service.PriceSats, service.Auth)).Order().ToArray());
    }

    [PostgresFact]
    public async Task Where_the_former_state_of_others_cannot_be_kept_it_is_said()
    {
        await StartAsync();
        server.Value.Kill();
        patience = new StorePatience(TimeSpan.FromSeconds(10));
        Directory.Delete(folder.File("team", "closes"), recursive: true);
        await File.WriteAllTextAsync(folder.File("team", "closes"), string.Empty);

        var stopped = await StopAsync(isGlobal: true, all: true);

        Assert.Equal(["pw_a.r", "pw_b.r", "website"], Closed());
        Assert.EndsWith("restore them by hand: website (127.0.0.1:1, 7 sat)", Assert.Single(stopped.Warnings, static warning => warning.Code == "others_not_kept").Message, StringComparison.Ordinal);
    }

    private async Task StartAsync()
    {
        database = new PostgresDatabase(server.Value, isMigrated: true);
        await File.WriteAllTextAsync(folder.File("aperture.yaml"), model.AdminSettings + Website);
        await model.StartAsync();
        using (var store = new PostgresControlPlane(database.Options()))
        {
            await store.ImportPaywallsAsync([Selling("/a", 5000), Selling("/b", 3000) with { OwnerId = "other" }], PaywallImportMode.Replace, None);
        }

        using var plane = Open(keepsDenials: false);
        var result = await RunAsync(plane, null, all: false);
        Assert.True(result.Ok, result.FailureReason);
        Directory.CreateDirectory(folder.File("team", "closes"));
    }

    private string[] Closed() => model.Live.Where(static service => service.IsClosed).Select(static service => service.Name).Order(StringComparer.Ordinal).ToArray();

    private async Task<ReconcileResult> StopAsync(bool isGlobal, bool all)
    {
        using var plane = Open(keepsDenials: true);
        if (isGlobal)
        {
            await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "stolen" }, None);
            return await RunAsync(plane, new SwitchScope { Stops = true }, all);
        }

        var owner = Selling("/a").OwnerId;
        await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = owner, Active = true }, None);
        return await RunAsync(plane, new SwitchScope { Stops = true, Owners = [owner] }, all);
    }

    private IControlPlane Open(bool keepsDenials) => ControlPlaneFactory.CreateWithPending(
        new ControlPlaneSettings { Mode = ControlPlaneMode.Postgres, Postgres = database!.Connection, PostgresPassword = () => server.Value.Password, StorePath = folder.File("store.db"), Patience = patience },
        new OperatorEnvironment(static _ => null),
        keepsDenials,
        warnings.Add);

    private async Task<ReconcileResult> RunAsync(IControlPlane plane, SwitchScope? scope, bool all)
    {
        PostgresStoreOptions options = database!.Options() with { Patience = patience };
        using var leases = new PostgresLeases(options);
        using var outbox = new PostgresOutbox(options, "team");
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions
        {
            BaseUrl = model.Url,
            MacaroonPath = model.MacaroonPath,
            ConfigPath = scope is { Stops: false } ? null : folder.File("aperture.yaml"),
            Records = new CopiedGatewayRecords(new PostgresGatewayRecords(options), folder.File("team"), "team"),
            Http = TestHttp.Options,
        });
        return await new Reconciler(plane, gateway, TimeProvider.System, leases, outbox).RunAsync(
            new ReconcileOptions { RequestId = "team:" + ++request, Switch = scope, CloseOthers = all, AllowOrderLoss = true, AllowMissingFeatures = true, ClosesWithoutLease = scope is { Stops: true } }, None);
    }
}
