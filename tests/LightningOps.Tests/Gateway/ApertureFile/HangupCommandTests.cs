using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.ApertureFile;

/// <summary>A reload command that ends Aperture is not run for a roll-out, and does not keep a service open.</summary>
public sealed class HangupCommandTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly GatewayFile file;
    private readonly MockControlPlane plane = new(TimeProvider.System, [Selling("/a", 5000)]);
    private int request;

    public HangupCommandTests()
    {
        // Whatever becomes of the command: something listens, as behind a supervisor.
        listener.Start();
        file = new GatewayFile(listener.LocalEndpoint.ToString()!);
    }

    public void Dispose()
    {
        listener.Dispose();
        file.Dispose();
    }

    [Theory]
    [InlineData(true, "kill", "-HUP", "123")]
    [InlineData(true, "/bin/kill", "-1", "123")]
    [InlineData(true, "kill", "-s", "HUP", "123")]
    [InlineData(true, "kill", "-n", "1", "123")]
    [InlineData(true, "pkill", "-SIGHUP", "aperture")]
    [InlineData(true, "pkill", "--signal", "hup", "-x", "aperture")]
    [InlineData(true, "sudo", "-n", "killall", "-q", "-HUP", "aperture")]
    [InlineData(true, "systemctl", "kill", "--signal=SIGHUP", "aperture")]
    [InlineData(true, "docker", "kill", "-s", "HUP", "aperture")]
    [InlineData(true, "sh", "-c", "kill -HUP $(cat /run/aperture.pid)")]
    [InlineData(true, "sh", "-c", "test -f /run/aperture.pid && kill -1 `cat /run/aperture.pid`")]
    [InlineData(false, "kill", "-TERM", "123")]
    [InlineData(false, "kill", "-15", "1")]
    [InlineData(false, "kill", "1")]
    [InlineData(false, "systemctl", "restart", "aperture")]
    [InlineData(false, "/opt/skillful-1", "-1")]
    [InlineData(false, "sh", "-c", "kill $(cat a.pid); exec nohup aperture -HUP")]
    public void It_is_known_by_program_and_signal(bool hangsUp, params string[] command) => Assert.Equal(hangsUp, HangupCommand.IsOne(command));

    [UnixFact]
    public async Task A_roll_out_is_refused_before_anything_is_written_or_run()
    {
        var before = file.Bytes;

        var refused = await ReconcileAsync();

        Assert.Equal((false, "refused:reload_hangup", LiveConfiguration.Unknown), (refused.Ok, refused.FailureReason, refused.Serving));
        Assert.Equal(before, file.Bytes);
        Assert.Equal(0, Signals);
    }

    [UnixFact]
    public async Task Where_a_supervisor_traps_the_signal_it_is_run()
    {
        var result = await ReconcileAsync(allow: true);

        Assert.Equal(LiveConfiguration.Written, result.Serving);
        Assert.Equal(1, Signals);
        Assert.DoesNotContain(result.Warnings, static warning => warning.Code == HangupCommand.Code);
    }

    [UnixFact]
    public async Task A_pause_warns_and_goes_on_and_its_end_is_refused()
    {
        using (var loading = file.Open())
        {
            Assert.True((await Reconciler(loading).RunAsync(new ReconcileOptions { RequestId = "first" }, None)).Ok);
        }

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var paused = await ReconcileAsync(scope: new SwitchScope { Stops = true });

        Assert.All(LiveFile.FromBytes(file.Bytes).Services, static service => Assert.True(service.IsClosed));
        Assert.Contains(paused.Warnings, static warning => warning.Code == HangupCommand.Code);
        Assert.False(paused.DenialHolds);
        Assert.Equal(1, Signals);

        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, None);
        var closed = file.Bytes;
        var lifted = await ReconcileAsync(scope: new SwitchScope { Stops = false });

        Assert.Equal((false, "refused:reload_hangup"), (lifted.Ok, lifted.FailureReason));
        Assert.Equal(closed, file.Bytes);
        Assert.Equal(1, Signals);
    }

    [Fact]
    public async Task A_program_that_is_not_there_changes_nothing_and_what_is_served_stays_known()
    {
        using (var loading = file.Open())
        {
            Assert.True((await Reconciler(loading).RunAsync(new ReconcileOptions { RequestId = "first" }, None)).Ok);
        }

        var before = file.Bytes;
        using var changed = new MockControlPlane(TimeProvider.System, [Selling("/a", 6000)]);
        using var gateway = new ApertureFileGateway(file.Options() with { ReloadCommand = ["no-such-program"] });

        var result = await new Reconciler(changed, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "second" }, None);
        var drift = await new DriftCheck(changed, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None);

        Assert.Equal((false, "refused:reload_not_started", LiveConfiguration.Previous), (result.Ok, result.FailureReason, result.Serving));
        Assert.Contains("program not found: no-such-program", Assert.Single(result.Plan!.Diagnostics, static found => found.Severity == DiagnosticSeverity.Error).Message, StringComparison.Ordinal);
        Assert.NotNull(result.Standing.Live);
        Assert.Equal(before, file.Bytes);
        Assert.Equal(DriftStatus.InDrift, drift.Status);
    }

    /// <summary>How often the command was run: one that sends the signal by its text, and leaves a line instead.</summary>
    private int Signals => File.Exists(file.Beside("signals")) ? File.ReadAllLines(file.Beside("signals")).Length : 0;

    private Reconciler Reconciler(IGateway gateway) => new(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox());

    private async Task<ReconcileResult> ReconcileAsync(bool allow = false, SwitchScope? scope = null)
    {
        using var gateway = new ApertureFileGateway(file.Options() with
        {
            ReloadCommand = ["sh", "-c", "echo sent >> '" + file.Beside("signals") + "' # kill -HUP 123"],
            AllowHangup = allow,
            HealthTimeout = TimeSpan.FromMilliseconds(100),
        });
        return await Reconciler(gateway).RunAsync(new ReconcileOptions { RequestId = FormattableString.Invariant($"hangup:{++request}"), Switch = scope }, None);
    }
}
