using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>A global pause with -All over the admin API, and whether what it changes outlives a restart, at a model of Aperture.</summary>
public sealed class AdminOthersTests : IAsyncDisposable
{
    private const string Website = "services:\n  - {name: website, hostregexp: '^www$', pathregexp: '^/$', address: '127.0.0.1:1', protocol: http, auth: \"on\", price: 7, headers: {X-Key: v}}\n";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder folder = new();
    private readonly MemoryRecords records = new();
    private readonly MockControlPlane plane = new(TimeProvider.System, [Selling("/a", 5000), Selling("/b", 3000)]);
    private readonly ApertureModel model;
    private int request;

    public AdminOthersTests() => model = new ApertureModel(Path);

    private string Path => folder.File("aperture.yaml");

    public async ValueTask DisposeAsync()
    {
        await model.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task All_closes_the_others_too_and_names_what_a_restart_would_lose()
    {
        await StartAsync();

        var paused = await PauseAsync(true);

        Assert.True(paused.Ok, paused.FailureReason);
        Assert.Empty(paused.LeftAlone);
        Assert.All(model.Live, static service => Assert.True(service.IsClosed, service.Name));
        Assert.Contains(paused.Plan!.Diagnostics, static found => found.Code == "restart_loses_settings" && found.Message.Contains("website", StringComparison.Ordinal) && !found.Message.Contains("pw_a.r", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_All_they_are_left_alone_and_listed()
    {
        await StartAsync();

        var paused = await PauseAsync(true, all: false);

        Assert.Equal(["website (7 sat)"], paused.LeftAlone.Select(static service => service.ToString()));
        Assert.Contains(model.Live, static service => service is { Name: "website", PriceSats: 7 });
    }

    [Fact]
    public async Task Lifting_deletes_the_row_of_a_service_of_the_file_so_that_the_file_counts_again()
    {
        await StartAsync();
        Assert.True((await PauseAsync(true)).Ok);

        var lifted = await PauseAsync(false);

        Assert.True(lifted.Ok, lifted.FailureReason);
        Assert.Contains(lifted.Warnings, static warning => warning.Code == "back_after_restart" && warning.Message.Contains("website", StringComparison.Ordinal));
        Assert.DoesNotContain(new ApertureDatabase(model.DatabasePath).Read(), static row => row.Name == "website");
        await model.RestartAsync();
        Assert.Contains(model.Live, static service => service is { Name: "website", PriceSats: 7, IsClosed: false });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lifting_restores_the_others_as_they_stood(bool inPlace)
    {
        await StartAsync(knowsFile: false);
        Assert.True((await PauseAsync(true)).Ok);

        var lifted = await PauseAsync(false, inPlace: inPlace);

        Assert.True(lifted.Ok, lifted.FailureReason);
        var website = Assert.Single(model.Live, static service => service.Name == "website");
        Assert.Equal((7, "127.0.0.1:1", "on"), (website.PriceSats, website.Address, website.Auth));
        using var gateway = Open();
        Assert.Empty((await records.ReadAsync(gateway.Name, None)).Others);
    }

    [Fact]
    public async Task A_pause_that_follows_a_pause_keeps_how_the_others_stood()
    {
        await StartAsync(knowsFile: false);
        await PauseAsync(true);
        await PauseAsync(true);

        await PauseAsync(false);

        Assert.Contains(model.Live, static service => service is { Name: "website", PriceSats: 7 });
    }

    [Fact]
    public async Task A_change_whose_rows_are_stored_is_durable()
    {
        await StartAsync();

        Assert.Equal(ChangeDurability.Durable, (await PauseAsync(true)).Durability);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_the_database_did_not_store_is_said_not_durable_and_sent_again_by_the_next_command(bool canReadDatabase)
    {
        await StartAsync(knowsFile: canReadDatabase);
        model.IsDatabaseDown = true;
        var paused = await PauseAsync(true, all: false);
        Assert.Equal((true, ChangeDurability.NotDurable), (paused.Ok, paused.Durability));
        Assert.Contains(paused.Warnings, static warning => warning.Code == "not_durable" && warning.Message.Contains("pw_a.r, pw_b.r", StringComparison.Ordinal));
        model.IsDatabaseDown = false;

        var again = await PauseAsync(true, all: false);

        Assert.True(again.Ok, again.FailureReason);
        Assert.Equal(canReadDatabase ? ChangeDurability.Durable : ChangeDurability.NotKnown, again.Durability);
        await model.RestartAsync();
        Assert.All(model.Live.Where(static service => service.Name != "website"), static service => Assert.True(service.IsClosed, service.Name));
    }

    [Fact]
    public async Task A_deletion_that_was_not_stored_is_said_until_a_restart_would_not_bring_it_back()
    {
        await StartAsync();
        model.IsDatabaseDown = true;
        using var gateway = Open();
        await gateway.ApplyAsync(CreateRollout("dep_2", Selling("/a", 5000)), None);
        Assert.Contains("pw_b.r", ((IChangeDurability)gateway).Unsaved);
        model.IsDatabaseDown = false;

        using var next = Open();
        await next.ApplyAsync(CreateRollout("dep_3", Selling("/a", 5000)), None);

        var durability = (IChangeDurability)next;
        var unsaved = durability.Unsaved.Contains("pw_b.r");
        Assert.Equal(unsaved, durability.Durability == ChangeDurability.NotDurable);
        await model.RestartAsync();
        Assert.Equal(unsaved, model.Live.Any(static service => service.Name == "pw_b.r"));
    }

    [Fact]
    public async Task A_change_at_a_database_that_cannot_be_read_is_not_known_to_be_durable()
    {
        await StartAsync(knowsFile: false);

        var paused = await PauseAsync(true, all: false);

        Assert.Equal(ChangeDurability.NotKnown, paused.Durability);
        Assert.Contains(paused.Warnings, static warning => warning.Code == "durability_not_known");
    }

    [Fact]
    public async Task A_close_without_a_roll_out_says_it_too()
    {
        await StartAsync();
        model.IsDatabaseDown = true;
        using var gateway = Open();

        await gateway.CloseAsync(new GatewayClosing { RequestId = "r", DeploymentId = "dep_close_r", Decide = static (_, _) => CloseDecision.CloseIfMadeHere }, None);

        var durability = (IChangeDurability)gateway;
        Assert.Equal((ChangeDurability.NotDurable, 2), (durability.Durability!.Value, durability.Unsaved.Count));
        Assert.False(gateway.Plan(await gateway.ReadStateAsync(None), CreateRollout("dep_2", Selling("/a", 5000).Killed(), Selling("/b", 3000).Killed())).IsEmpty);
    }

    [Fact]
    public async Task Deleting_a_service_that_the_file_defines_says_that_it_is_back_at_the_next_restart()
    {
        await StartAsync();
        using var gateway = Open();
        var rollout = CreateRollout("dep_2", Selling("/a", 5000)) with { Prune = true };

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);

        var back = Assert.Single(plan.Diagnostics, static found => found.Code == "back_after_restart");
        Assert.Equal("The aperture.yaml defines these, and they are back at Aperture's next restart: website. Remove them from the file, too", back.Message);
        await gateway.ApplyAsync(rollout, None);
        await model.RestartAsync();
        Assert.Contains(model.Live, static service => service.Name == "website");
    }

    private bool knowsFile;

    private async Task StartAsync(bool knowsFile = true)
    {
        this.knowsFile = knowsFile;
        await File.WriteAllTextAsync(Path, model.AdminSettings + Website);
        await model.StartAsync();
        Assert.Null(model.StartError);
        var first = await RunAsync(null, false);
        Assert.True(first.Ok, first.FailureReason);
    }

    private async Task<ReconcileResult> PauseAsync(bool active, bool all = true, bool inPlace = false)
    {
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = active }, None);
        return await RunAsync(inPlace ? new SwitchScope { Stops = active } : null, all && active);
    }

    private async Task<ReconcileResult> RunAsync(SwitchScope? scope, bool all)
    {
        using var gateway = Open();
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox())
            .RunAsync(new ReconcileOptions { RequestId = "run:" + ++request, CloseOthers = all, Switch = scope }, None);
    }

    private ApertureAdminGateway Open() => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = model.Url,
        MacaroonPath = model.MacaroonPath,
        ConfigPath = knowsFile ? Path : null,
        Records = records,
        Http = TestHttp.Options,
    });
}
