using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Hosted;
using LightningOps.ControlPlane.Offline;
using LightningOps.Gateway;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Security;
using LightningOps.Settings;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.ControlPlane;

/// <summary>Denials that are set while the control plane cannot be reached: they hold here, and reach it before anything else.</summary>
public sealed class OfflineControlPlaneTests : IAsyncDisposable
{
    private const string Name = "api:test";
    private const string Security = "lightning/security:getControlPlaneSecurityState";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HostedStub stub = new(TimeProvider.System);
    private readonly LoopbackServer server;
    private readonly GatewayFile file = new();
    private readonly TemporaryFolder folder = new();
    private readonly List<string> calls = [];
    private readonly List<string> warnings = [];
    private Func<string, bool> isDown = _ => false;

    public OfflineControlPlaneTests() => server = new LoopbackServer(AnswerAsync);

    private string PendingPath => folder.File("switches.pending.json");

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        file.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_pause_that_cannot_be_sent_denies_here_and_closes_the_gateway()
    {
        await ServeAsync();
        isDown = _ => true;
        using var plane = Open(keepsDenials: true);

        var control = await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "node stolen" }, None);
        var result = await RunAsync(plane);

        Assert.Equal((true, "node stolen"), (control.GlobalPause, control.DenyReason));
        Assert.Contains("pending", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal((LiveConfiguration.Closed, true), (result.Serving, result.DenialHolds));
        Assert.Equal(2, ClosedNames().Length);
        Assert.Single(new PendingSwitches(PendingPath, Name).Read());
    }

    [Fact]
    public async Task It_is_sent_before_anything_else_and_then_is_no_longer_pending()
    {
        isDown = _ => true;
        using (var offline = Open(keepsDenials: true))
        {
            await offline.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
            await offline.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
        }

        using (var still = Open())
        {
            warnings.Clear();
            Assert.True((await still.GetSecurityStateAsync(None)) is { IsPartial: true, Global.GlobalPause: true });
            Assert.Contains("the global pause, the kill switch of owner_news", Assert.Single(warnings), StringComparison.Ordinal);
        }

        isDown = _ => false;
        calls.Clear();
        using var plane = Open();
        await plane.ListPaywallsAsync(None);

        Assert.Equal([Security, "lightning/security:setGlobalPause", "lightning/security:setOwnerKillSwitch", "lightning/ops:listPaywallControlPlaneState"], calls);
        Assert.Empty(new PendingSwitches(PendingPath, Name).Read());
        var state = await stub.Books.GetSecurityStateAsync(None);
        Assert.True(state.Global.GlobalPause);
        Assert.True(Assert.Single(state.OwnerControls).KillSwitch);
        Assert.Contains(warnings, static text => text.StartsWith("No longer pending", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(2, true)]
    public async Task A_later_lift_wins_and_the_denial_does_where_clocks_leave_the_order_open(int minutesBefore, bool isPaused)
    {
        isDown = _ => true;
        using (var offline = Open(keepsDenials: true, time: new ClockBehind(TimeSpan.FromMinutes(minutesBefore))))
        {
            await offline.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        }

        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        isDown = _ => false;
        warnings.Clear();
        using var plane = Open();

        Assert.Equal(isPaused, (await plane.GetSecurityStateAsync(None)).Global.GlobalPause);
        Assert.Equal(isPaused, (await stub.Books.GetSecurityStateAsync(None)).Global.GlobalPause);
        Assert.StartsWith(isPaused ? "No longer pending" : "Not sent", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Empty(new PendingSwitches(PendingPath, Name).Read());
    }

    [Fact]
    public async Task An_owners_switch_closes_that_owners_services_as_last_rolled_out()
    {
        await ServeAsync();
        isDown = _ => true;
        using var plane = Open(keepsDenials: true);

        await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
        await RunAsync(plane);

        Assert.Equal(["pw_news.route_news"], ClosedNames());
    }

    [Fact]
    public async Task A_pause_that_was_recorded_closes_the_gateway_although_the_control_plane_fails_after_it()
    {
        await ServeAsync();
        using var plane = Open(keepsDenials: true);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "node stolen" }, None);
        isDown = _ => true;

        var result = await RunAsync(plane);

        Assert.Equal((LiveConfiguration.Closed, true), (result.Serving, result.DenialHolds));
        Assert.Equal(2, ClosedNames().Length);
        Assert.Equal("node stolen", (await plane.GetSecurityStateAsync(None)).Global.DenyReason);
        Assert.False(File.Exists(PendingPath));
    }

    [Fact]
    public async Task A_state_that_cannot_be_read_opens_nothing_although_the_paywalls_can()
    {
        await ServeAsync();
        isDown = _ => true;
        using (var offline = Open(keepsDenials: true))
        {
            await offline.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
            await RunAsync(offline);
        }

        isDown = function => function.Contains("security", StringComparison.Ordinal);
        using var plane = Open();
        var before = file.Text;

        var result = await RunAsync(plane);

        Assert.Equal(ReconcileFailureCodes.PaywallsUnreadable, result.FailureCode);
        Assert.Equal(before, file.Text);
        var gate = await GateCheck.ReadAsync(() => Open(), OperatorEnvironment.ForProcess(), None);
        Assert.False(gate.GetResult("owner_news").Allowed);
        Assert.Equal((false, GateResultSource.SecurityState), (gate.GetResult("somebody").Allowed, gate.GetResult("somebody").Source));
    }

    [Fact]
    public async Task Without_the_word_a_switch_that_cannot_be_sent_is_an_error_and_nothing_is_kept()
    {
        isDown = _ => true;
        using var plane = Open();

        await Assert.ThrowsAsync<ControlPlaneTransportException>(() => plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None));

        Assert.False(File.Exists(PendingPath));
    }

    [Fact]
    public async Task The_store_of_a_team_that_cannot_be_reached_keeps_no_denial_from_being_set_here()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var settings = new ControlPlaneSettings
        {
            Mode = ControlPlaneMode.Postgres,
            Postgres = FormattableString.Invariant($"Host=127.0.0.1;Port={((IPEndPoint)free.LocalEndpoint).Port};Database=none;Username=none;Timeout=2"),
            StorePath = folder.File("store.db"),
        };
        free.Stop();

        using (var set = ControlPlaneFactory.CreateWithPending(settings, new OperatorEnvironment(static _ => null), keepsDenials: true, warnings.Add))
        {
            Assert.True((await set.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "stolen" }, None)).GlobalPause);
        }

        Assert.Contains("is pending", Assert.Single(warnings), StringComparison.Ordinal);
        warnings.Clear();
        using var next = ControlPlaneFactory.CreateWithPending(settings, new OperatorEnvironment(static _ => null), keepsDenials: false, warnings.Add);
        Assert.True(await next.GetSecurityStateAsync(None) is { IsPartial: true, Global: { GlobalPause: true, DenyReason: "stolen" } });
        Assert.StartsWith("Pending, set on this machine", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_pending_and_cannot_be_read_or_kept_allows_nothing_and_stops_no_stop()
    {
        await ServeAsync();
        await File.WriteAllTextAsync(PendingPath, "[{");
        using (var reading = Open())
        {
            Assert.True((await reading.GetSecurityStateAsync(None)).IsPartial);
            Assert.Contains(PendingPath, Assert.Single(warnings), StringComparison.Ordinal);
        }

        isDown = _ => true;
        using var plane = Open(keepsDenials: true);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        await RunAsync(plane);

        Assert.Equal(2, ClosedNames().Length);
        Assert.Contains(warnings, static text => text.StartsWith("NOT PENDING", StringComparison.Ordinal));
        Assert.Equal("[{", await File.ReadAllTextAsync(PendingPath));
    }

    private OfflineControlPlane Open(bool keepsDenials = false, TimeProvider? time = null) => new(
        new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s3cret"), RetryDelay = TimeSpan.FromMilliseconds(1) }),
        new PendingSwitches(PendingPath, Name),
        Name,
        time ?? TimeProvider.System,
        warnings.Add)
    {
        KeepsDenials = keepsDenials,
    };

    private async Task ServeAsync()
    {
        using var plane = Open();
        var compiled = PaywallCompiler.Compile(await plane.ListPaywallsAsync(None), new CompileOptions());
        using var gateway = file.Open();
        await gateway.ApplyAsync(new GatewayRollout { RequestId = "earlier", DeploymentId = "dep_earlier", ConfigHash = compiled.ConfigHash, Artifact = compiled.Artifact, Rules = compiled.Rules }, None);
    }

    private async Task<ReconcileResult> RunAsync(IControlPlane plane)
    {
        using var gateway = file.Open();
        return await new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "stop" }, None);
    }

    private string[] ClosedNames() => LiveFile.FromBytes(file.Bytes).Services.Where(service => service.IsClosed).Select(service => service.Name).ToArray();

    private async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        var function = (string)JsonNode.Parse(request.Body)!["functionName"]!;
        calls.Add(function);
        return isDown(function) ? Reply.Status(503) : await stub.AnswerAsync(request);
    }

    private sealed class ClockBehind(TimeSpan behind) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - behind;
    }
}
