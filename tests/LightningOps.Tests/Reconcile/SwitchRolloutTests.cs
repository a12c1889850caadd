using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Memory;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile;

/// <summary>A switch with a roll-out closes or reopens what it is about and nothing else, at every kind of gateway.</summary>
public sealed class SwitchRolloutTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly List<Paywall> paywalls =
    [
        Selling("/a", 5000) with { OwnerId = "owner_a" },
        Selling("/b", 3000) with { OwnerId = "owner_b" },
        Selling("/c", 4000) with { OwnerId = "owner_b" },
    ];

    private readonly TemporaryFolder folder = new();
    private readonly MemoryRecords records = new();
    private readonly StrictAperture aperture = new();
    private readonly LightningOps.Tests.Gateway.Ops.OpsPeer ops = new();
    private readonly MockControlPlane plane;
    private MemoryGateway? memory;
    private LoopbackGateway? loopback;
    private readonly StrictAperture replica = new();
    private LoopbackServer? server;
    private LoopbackServer? second;
    private EchoUpstream? upstream;
    private int request;
    private bool failsWrites;

    public SwitchRolloutTests() => plane = new MockControlPlane(TimeProvider.System, paywalls);

    public static TheoryData<string> Kinds => ["memory", "file", "admin", "endpoints", "ops", "loopback"];

    public async ValueTask DisposeAsync()
    {
        if (loopback is not null)
        {
            await loopback.StopAsync();
        }

        upstream?.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        if (second is not null)
        {
            await second.DisposeAsync();
        }

        memory?.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pause_closes_and_leaves_and_names_every_other_change(string kind)
    {
        await StartAsync(kind);
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };
        paywalls.Add(Selling("/new", 1000));

        var result = await PauseAsync(true);

        Assert.True(result.Ok, result.FailureReason);
        Assert.True(result.DenialHolds);
        Assert.Equal(["pw_a.r", "pw_b.r", "pw_c.r"], Names(static service => service.IsClosed));
        Assert.DoesNotContain("pw_new.r", Names(static _ => true));
        Assert.Equal(["Added pw_new.r", "Changed pw_a.r"], result.Pending.Select(static change => change.Kind + " " + change.Name).Order(StringComparer.Ordinal));
        Assert.Contains(result.Warnings, static warning => warning.Code == "pending_changes" && warning.Message.Contains("pw_new.r (added)", StringComparison.Ordinal) && warning.Message.Contains("pw_a.r (changed, price 5 to 9)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failed_close_is_not_named_as_a_change_that_the_switch_is_not_about()
    {
        await StartAsync("admin");
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };
        paywalls[1] = Selling("/b", 7000) with { OwnerId = "owner_b" };
        failsWrites = true;

        var result = await SuspendAsync(0, active: true);

        Assert.Contains("NOT CLOSED: pw_a.r", result.FailureReason, StringComparison.Ordinal);
        var pending = Assert.Single(result.Warnings, static warning => warning.Code == "pending_changes");
        Assert.Contains("pw_b.r (changed, price 3 to 7)", pending.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pw_a.r", pending.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Lifting_reopens_as_last_rolled_out_only_what_nothing_denies_now_and_names_the_rest(string kind)
    {
        paywalls.AddRange([Selling("/gone", 1000), Selling("/killed", 1000), Selling("/quota", 1000)]);
        await StartAsync(kind);
        Assert.True((await PauseAsync(true)).Ok);
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };
        paywalls[1] = paywalls[1] with { Status = PaywallStatus.Paused };
        paywalls.RemoveAt(3);
        paywalls[3] = paywalls[3].Killed();
        paywalls[4] = paywalls[4].WithPolicy(static policy => policy with { QuotaPerDay = 0 });

        var result = await PauseAsync(false);

        Assert.True(result.Ok, result.FailureCode + " " + result.FailureReason);
        Assert.Equal(LiveConfiguration.Reopened, result.Serving);
        Assert.Equal(["pw_a.r 5", "pw_c.r 4"], Names(static service => !service.IsClosed, static service => service.Name + " " + service.PriceSats));
        Assert.Equal(["pw_b.r (paywall paused)", "pw_gone.r (archived or gone)", "pw_killed.r (kill switch of the paywall)", "pw_quota.r (quota 0)"], result.StaysClosed.Order(StringComparer.Ordinal));
        Assert.Contains(result.Warnings, static warning => warning.Code == "stays_closed" && warning.Message.Contains("pw_gone.r (archived or gone)", StringComparison.Ordinal));
        Assert.Contains("pw_a.r", result.Pending.Select(static change => change.Name));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task After_lifting_drift_tells_what_is_still_pending(string kind)
    {
        await StartAsync(kind);
        Assert.True((await PauseAsync(true)).Ok);
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };
        Assert.True((await PauseAsync(false)).Ok);

        using var gateway = Open(kind);
        var drift = await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);

        Assert.Equal(DriftStatus.InDrift, drift.Status);
        Assert.Equal(("pw_a.r", ServiceChangeKind.Changed), (Assert.Single(drift.Plan!.Changes).Name, drift.Plan.Changes[0].Kind));
        Assert.True((await RunAsync(null)).Ok);
        Assert.Contains("pw_a.r 9", Names(static _ => true, static service => service.Name + " " + service.PriceSats));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task With_nothing_else_pending_a_pause_and_its_end_leave_the_gateway_in_sync(string kind)
    {
        await StartAsync(kind);

        Assert.True((await PauseAsync(true)).Ok);
        Assert.Equal(3, Names(static service => service.IsClosed).Length);
        var lifted = await PauseAsync(false);

        Assert.True(lifted.Ok, lifted.FailureReason);
        Assert.Empty(lifted.Pending);
        Assert.Equal(["pw_a.r 5", "pw_b.r 3", "pw_c.r 4"], Names(static service => !service.IsClosed, static service => service.Name + " " + service.PriceSats));
        using var gateway = Open(kind);
        Assert.Equal(DriftStatus.InSync, (await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None)).Status);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_kill_switch_is_about_its_owner_alone(string kind)
    {
        await StartAsync(kind);
        paywalls[0] = paywalls[0] with { Status = PaywallStatus.Paused };

        var stopped = await KillAsync(true);

        Assert.True(stopped.Ok, stopped.FailureReason);
        Assert.Equal(["pw_b.r", "pw_c.r"], Names(static service => service.IsClosed));
        Assert.Equal("pw_a.r", Assert.Single(stopped.Pending).Name);
        paywalls[2] = Selling("/c", 8000) with { OwnerId = "owner_b" };
        var released = await KillAsync(false);
        Assert.True(released.Ok, released.FailureReason);
        Assert.Equal(["pw_a.r 5", "pw_b.r 3", "pw_c.r 4"], Names(static service => !service.IsClosed, static service => service.Name + " " + service.PriceSats));
        Assert.Equal(["pw_a.r", "pw_c.r"], released.Pending.Select(static change => change.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_an_owners_kill_switch_denies_stays_closed_when_the_pause_is_lifted(string kind)
    {
        await StartAsync(kind);
        Assert.True((await KillAsync(true)).Ok);
        Assert.True((await PauseAsync(true)).Ok);

        var lifted = await PauseAsync(false);

        Assert.True(lifted.Ok, lifted.FailureReason);
        Assert.Equal(["pw_a.r"], Names(static service => !service.IsClosed));
        Assert.Equal(["pw_b.r (kill switch of its owner)", "pw_c.r (kill switch of its owner)"], lifted.StaysClosed);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("admin")]
    public async Task How_it_was_last_rolled_out_not_being_known_it_stays_closed_and_is_named(string kind)
    {
        await StartAsync(kind);
        Assert.True((await PauseAsync(true)).Ok);
        if (kind == "file")
        {
            File.Delete(folder.File("aperture.yaml.rules.json"));
        }
        else
        {
            using var gateway = Open(kind);
            await records.WriteAsync(gateway.Name, await records.ReadAsync(gateway.Name, None) with { Rules = null }, None);
        }

        var lifted = await PauseAsync(false);

        Assert.Empty(Names(static service => !service.IsClosed));
        Assert.Equal(3, lifted.StaysClosed.Count(static line => line.EndsWith("(how it was last rolled out is not known)", StringComparison.Ordinal)));
        Assert.Equal(3, lifted.Pending.Count(static change => change.Kind == ServiceChangeKind.Opened));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_service_of_a_file_that_no_roll_out_wrote_is_no_owners_unless_the_record_is_damaged(bool isDamaged)
    {
        kind = "file";
        var path = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(path, "listenaddr: 127.0.0.1:9\nservices:\n  - name: website\n    hostregexp: '^w$'\n    pathregexp: '^/$'\n    address: 127.0.0.1:9000\n    protocol: http\n    price: 5\n");
        if (isDamaged)
        {
            await File.WriteAllTextAsync(path + ".deployment.json", "{");
        }

        var result = await KillAsync(true);

        Assert.Equal(!isDamaged, result.Ok);
        Assert.Equal(isDamaged, result.FailureReason?.Contains("NOT CLOSED, owner unknown: website", StringComparison.Ordinal) ?? false);
        Assert.Equal(["website"], Names(static service => !service.IsClosed));
    }

    [Fact]
    public async Task Paywalls_that_do_not_compile_keep_no_released_service_closed()
    {
        await StartAsync("file");
        Assert.True((await PauseAsync(true)).Ok);
        paywalls.Add(SamplePaywalls.Priced("pw_bad", 1000, SamplePaywalls.Route("r", Host, "/bad", upstream: "https://api\u200d.example.com")));

        var lifted = await PauseAsync(false);

        Assert.Equal(3, Names(static service => !service.IsClosed).Length);
        Assert.Contains(lifted.Warnings, static warning => warning.Code == "pending_changes" && warning.Message.Contains("do not compile", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Suspending_and_resuming_is_about_the_paywalls_named_alone(string kind)
    {
        await StartAsync(kind);
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };
        paywalls.Add(Selling("/new", 1000));
        paywalls[2] = paywalls[2] with { Status = PaywallStatus.Paused };

        var suspended = await SuspendAsync(1, true);

        Assert.True(suspended.Ok, suspended.FailureReason);
        Assert.True(suspended.DenialHolds);
        Assert.Equal(["pw_b.r"], Names(static service => service.IsClosed));
        Assert.Equal(["Added pw_new.r", "Changed pw_a.r", "Closed pw_c.r"], suspended.Pending.Select(static change => change.Kind + " " + change.Name).Order(StringComparer.Ordinal));
        paywalls[1] = Selling("/b", 7000) with { OwnerId = "owner_b" };
        var resumed = await SuspendAsync(1, false);
        Assert.True(resumed.Ok, resumed.FailureCode + " " + resumed.FailureReason);
        Assert.Equal(LiveConfiguration.Reopened, resumed.Serving);
        Assert.Equal(["pw_a.r 5", "pw_b.r 3", "pw_c.r 4"], Names(static service => !service.IsClosed, static service => service.Name + " " + service.PriceSats));
        Assert.Contains("pw_b.r", resumed.Pending.Select(static change => change.Name));
        Assert.Contains(resumed.Warnings, static warning => warning.Code == "pending_changes" && warning.Message.Contains("pw_b.r (changed, price 3 to 7)", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_paywall_that_was_rolled_out_suspended_is_reopened_by_its_resumption_unless_something_else_denies_it(string kind)
    {
        await StartAsync(kind);
        paywalls[1] = paywalls[1] with { Status = PaywallStatus.Paused };
        paywalls[2] = paywalls[2] with { Status = PaywallStatus.Paused };
        Assert.True((await RunAsync(null)).Ok);
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };

        var one = await SuspendAsync(1, false);

        Assert.True(one.Ok, one.FailureReason);
        Assert.Equal(["pw_c.r"], Names(static service => service.IsClosed));
        paywalls[2] = paywalls[2] with { Status = PaywallStatus.Active };
        paywalls[2] = paywalls[2].Killed();
        var two = await RunAsync(new SwitchScope { Stops = false, Paywalls = ["pw_c"] });
        Assert.Equal(["pw_c.r"], Names(static service => service.IsClosed));
        Assert.Equal(["pw_c.r (kill switch of the paywall)"], two.StaysClosed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_was_reopened_in_place_is_reopened_again_after_the_next_kill_switch_and_pause(string kind)
    {
        await StartAsync(kind);
        paywalls[1] = paywalls[1] with { Status = PaywallStatus.Paused };
        Assert.True((await RunAsync(null)).Ok);
        paywalls[0] = Selling("/a", 9000) with { OwnerId = "owner_a" };
        Assert.Equal(LiveConfiguration.Reopened, (await SuspendAsync(1, false)).Serving);
        Assert.True((await KillAsync(true)).Ok);

        var released = await KillAsync(false);

        Assert.Empty(released.StaysClosed);
        Assert.Equal(["pw_a.r 5", "pw_b.r 3", "pw_c.r 4"], Names(static service => !service.IsClosed, static service => service.Name + " " + service.PriceSats));
        Assert.True((await PauseAsync(true)).Ok);
        Assert.Empty((await PauseAsync(false)).StaysClosed);
        Assert.Equal(["pw_a.r 5", "pw_b.r 3", "pw_c.r 4"], Names(static service => !service.IsClosed, static service => service.Name + " " + service.PriceSats));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_reopening_or_a_roll_out_that_is_rolled_back_leaves_the_rules_last_rolled_out_as_they_were(string kind)
    {
        await StartAsync(kind);
        paywalls[1] = paywalls[1] with { Status = PaywallStatus.Paused };
        Assert.True((await RunAsync(null)).Ok);
        var gateway = Open(kind);
        var before = await gateway.ReadStateAsync(None);
        var last = before.Origins.FindRolledOut("pw_b.r")!;
        var reopening = new GatewayReopening { RequestId = "r", DeploymentId = "dep_reopen_r", Rules = [last with { ClosedBy = null }] };

        await ((IServiceReopening)gateway).ReopenAsync(reopening, None);
        Assert.Null((await gateway.ReadStateAsync(None)).Origins.FindRolledOut("pw_b.r")!.ClosedBy);
        await gateway.RollBackAsync("r", "dep_reopen_r", before, None);
        Assert.Equal(last.ClosedBy, (await gateway.ReadStateAsync(None)).Origins.FindRolledOut("pw_b.r")!.ClosedBy);

        await gateway.ApplyAsync(CreateRollout("dep_2", [.. paywalls.Select(static paywall => paywall with { Status = PaywallStatus.Active })]), None);
        await gateway.RollBackAsync("r", "dep_2", before, None);
        Assert.Equal(last.ClosedBy, (await gateway.ReadStateAsync(None)).Origins.FindRolledOut("pw_b.r")!.ClosedBy);
        if (kind != "memory")
        {
            gateway.Dispose();
        }
    }

    [Fact]
    public async Task A_service_without_a_record_keeps_its_text_under_the_suspension_and_has_it_back_with_the_resumption_alone()
    {
        kind = "file";
        server = new LoopbackServer(aperture.AnswerAsync);
        var path = folder.File("aperture.yaml");
        var text = "listenaddr: \"" + new Uri(server.Url).Authority + "\"\ninsecure: true\nservices:\n  - name: pw_b.r   # by hand\n    hostregexp: '^b$'\n    pathregexp: '^/b$'\n    address: 127.0.0.1:9000\n    protocol: http\n    price: 5\n";
        await File.WriteAllTextAsync(path, text);

        var suspended = await SuspendAsync(1, true);

        Assert.True(suspended.DenialHolds, suspended.FailureReason);
        Assert.Contains("# Closed by LightningOps while its paywall is suspended; its text is put back after it:", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
        Assert.True(Assert.Single(Live()).IsClosed);
        await PauseAsync(true);
        await PauseAsync(false);
        Assert.True(Assert.Single(Live(), static service => service.Name == "pw_b.r").IsClosed);
        var resumed = await SuspendAsync(1, false);
        Assert.True(resumed.Ok, resumed.FailureReason);
        Assert.Equal(text, await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task What_a_close_recorded_first_does_not_make_the_services_of_others_this_stores()
    {
        kind = "file";
        server = new LoopbackServer(aperture.AnswerAsync);
        var path = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(path, "listenaddr: \"" + new Uri(server.Url).Authority + "\"\ninsecure: true\nservices:\n" + string.Concat(new[] { "pw_b.r", "website" }.Select(static name => "  - name: " + name + "\n    hostregexp: '^" + name + "$'\n    pathregexp: '^/$'\n    address: 127.0.0.1:9000\n    protocol: http\n    price: 5\n")));
        Assert.True((await SuspendAsync(1, true)).DenialHolds);

        var result = await RunAsync(null);

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal(["pw_a.r", "pw_c.r", "website"], Names(static service => service.Sells));
        Assert.Equal(["website"], result.LeftAlone.Select(static service => service.Name));
    }

    private async Task StartAsync(string kind)
    {
        this.kind = kind;
        switch (kind)
        {
            case "memory":
                memory = new MemoryGateway();
                break;
            case "admin" or "endpoints":
                server = new LoopbackServer(request => failsWrites && request.Method != "GET" ? Task.FromResult(Reply.Status(500)) : aperture.AnswerAsync(request));
                second = new LoopbackServer(replica.AnswerAsync);
                break;
            case "ops":
                server = new LoopbackServer(ops.AnswerAsync);
                break;
            case "loopback":
                upstream = EchoUpstream.Start();
                loopback = LoopbackGateway.Start(new LoopbackGatewayOptions { Upstream = upstream.Url });
                break;
            default:
                server = new LoopbackServer(aperture.AnswerAsync);
                await File.WriteAllTextAsync(folder.File("aperture.yaml"), "listenaddr: \"" + new Uri(server.Url).Authority + "\"\ninsecure: true\nservices: []\n");
                break;
        }

        var first = await RunAsync(null);
        Assert.True(first.Ok, first.FailureReason);
    }

    private string kind = string.Empty;

    private IReadOnlyList<GatewayService> Live() => kind switch
    {
        "memory" => memory!.ReadStateAsync(None).Result.Services!,
        "loopback" => loopback!.Live.File.Services,
        "ops" => ops.Served,
        "file" => LiveFile.Read(folder.File("aperture.yaml")).Services,
        "endpoints" => replica.Services,
        _ => aperture.Services,
    };

    private string[] Names(Func<GatewayService, bool> which, Func<GatewayService, string>? text = null) =>
        Live().Where(which).Select(text ?? (static service => service.Name)).Order(StringComparer.Ordinal).ToArray();

    private async Task<ReconcileResult> PauseAsync(bool active)
    {
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = active }, None);
        return await RunAsync(new SwitchScope { Stops = active });
    }

    private async Task<ReconcileResult> KillAsync(bool active)
    {
        await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_b", Active = active }, None);
        return await RunAsync(new SwitchScope { Stops = active, Owners = ["owner_b"] });
    }

    private async Task<ReconcileResult> SuspendAsync(int place, bool active)
    {
        paywalls[place] = paywalls[place] with { Status = active ? PaywallStatus.Paused : PaywallStatus.Active };
        return await RunAsync(new SwitchScope { Stops = active, Paywalls = [paywalls[place].PaywallId] });
    }

    private async Task<ReconcileResult> RunAsync(SwitchScope? scope)
    {
        var gateway = Open(kind);
        try
        {
            return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox())
                .RunAsync(new ReconcileOptions { RequestId = "switch:" + ++request, Switch = scope, Suspended = scope is { Stops: true, Paywalls: { } ids } ? paywalls.Where(paywall => ids.Contains(paywall.PaywallId)).ToArray() : [] }, None);
        }
        finally
        {
            if (kind != "memory")
            {
                gateway.Dispose();
            }
        }
    }

    private IGateway Open(string opened) => opened switch
    {
        "memory" => memory!,
        "admin" => Admin(server!.Url),
        "endpoints" => new EndpointGroup([Admin(server!.Url), Admin(second!.Url)]),
        "ops" => new LightningOps.Gateway.Ops.OpsGateway(new LightningOps.Gateway.Ops.OpsGatewayOptions { BaseUrl = server!.Url, ChallengeUrl = server.Url + "/staging", ProxyUrl = server.Url + "/staging", OpsToken = OperatorSecret.From("tok"), Records = records, Http = TestHttp.Options }),
        "loopback" => GatewayFactory.Create(GatewayReference.Parse("loopback"), new GatewaySettings { Environment = new OperatorEnvironment(static _ => null), Running = [loopback!] }),
        _ => new ApertureFileGateway(new ApertureFileGatewayOptions { Path = folder.File("aperture.yaml"), Http = TestHttp.Options, Reload = new LoadedAtOnce() }),
    };

    private ApertureAdminGateway Admin(string url) => new(new ApertureAdminGatewayOptions { BaseUrl = url, Macaroon = OperatorSecret.From(StrictAperture.Macaroon), Records = records, Http = TestHttp.Options });

    private sealed class LoadedAtOnce : IConfigReload
    {
        public bool ConfirmsLoad => true;

        public Task<string?> RunAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
    }
}
