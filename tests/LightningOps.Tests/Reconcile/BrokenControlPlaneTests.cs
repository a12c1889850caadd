using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.ControlPlane.Hosted;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Paywalls.Decoding;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Reconcile;

/// <summary>A pause that can be read closes a gateway whatever else a control plane answers.</summary>
public sealed class BrokenControlPlaneTests : IAsyncDisposable
{
    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private const string List = "lightning/ops:listPaywallControlPlaneState";
    private const string Security = "lightning/security:getControlPlaneSecurityState";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HostedStub stub = new(TimeProvider.System);
    private readonly LoopbackServer server;
    private readonly GatewayFile file = new();
    private readonly ApertureFileGateway gateway;
    private readonly ApiControlPlane plane;
    private Func<string, Reply?> listed = _ => null;
    private Func<string, Reply?> secured = _ => null;

    public BrokenControlPlaneTests()
    {
        server = new LoopbackServer(AnswerAsync);
        gateway = file.Open();
        plane = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s3cret"), RetryDelay = TimeSpan.FromMilliseconds(1) });
    }

    public async ValueTask DisposeAsync()
    {
        plane.Dispose();
        gateway.Dispose();
        file.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("negative price")]
    [InlineData("unknown status")]
    [InlineData("lone surrogate")]
    [InlineData("deep metadata")]
    [InlineData("error 503")]
    [InlineData("no answer")]
    [InlineData("empty answer")]
    [InlineData("a list of nothing")]
    public async Task A_global_pause_closes_what_is_served_although_the_paywalls_cannot_be_listed(string fault)
    {
        await ServeAsync();
        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        listed = answer => Break(fault, answer);

        var result = await RunAsync();

        Assert.Equal((false, ReconcileFailureCodes.PaywallsUnreadable, LiveConfiguration.Closed, true), (result.Ok, result.FailureCode, result.Serving, result.DenialHolds));
        Assert.All(LiveFile.FromBytes(file.Bytes).Services, service => Assert.True(service.IsClosed));
        Assert.Equal(2, LiveFile.FromBytes(file.Bytes).Services.Count);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_paywalls_that_never_come()
    {
        await ServeAsync();
        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        listed = _ => Reply.Stall;
        using var patient = new ApiControlPlane(new HostedControlPlaneOptions { BaseUrl = server.Url, Secret = OperatorSecret.From("s3cret"), TryTimeout = TimeSpan.FromHours(1) });

        var result = await new Reconciler(patient, gateway, new FastClock(), new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "stop", Switch = new SwitchScope { Stops = true } }, None);

        Assert.Equal((ReconcileFailureCodes.PaywallsUnreadable, LiveConfiguration.Closed, true), (result.FailureCode, result.Serving, result.DenialHolds));
        Assert.Equal(2, ClosedNames().Length);
    }

    [Fact]
    public async Task An_owners_kill_switch_closes_what_was_the_owners_at_the_last_roll_out_and_no_other()
    {
        await ServeAsync();
        await stub.Books.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
        listed = answer => Break("negative price", answer);

        var result = await RunAsync();

        Assert.Equal((ReconcileFailureCodes.PaywallsUnreadable, LiveConfiguration.Closed, true), (result.FailureCode, result.Serving, result.DenialHolds));
        Assert.Equal(["pw_news.route_news"], ClosedNames());
    }

    [Fact]
    public async Task A_service_without_a_recorded_owner_is_named_as_not_closed()
    {
        await ServeAsync();
        File.Delete(file.Path + ".deployment.json");
        await stub.Books.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_news", Active = true }, None);
        listed = answer => Break("error 503", answer);

        var result = await RunAsync();

        Assert.False(result.DenialHolds);
        Assert.Contains("NOT CLOSED, owner unknown: ", result.FailureReason, StringComparison.Ordinal);
        Assert.Contains("pw_news.route_news", result.FailureReason, StringComparison.Ordinal);
        Assert.Empty(ClosedNames());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_security_state_that_cannot_be_read_touches_nothing(bool isListBroken)
    {
        await ServeAsync();
        var before = file.Text;
        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        secured = _ => Reply.Status(500);
        listed = answer => isListBroken ? Break("unknown status", answer) : null;

        await Assert.ThrowsAnyAsync<LightningOpsException>(RunAsync);

        Assert.Equal(before, file.Text);
    }

    [Fact]
    public async Task Without_a_switch_paywalls_that_cannot_be_listed_are_an_error_and_nothing_is_touched()
    {
        await ServeAsync();
        var before = file.Text;
        listed = answer => Break("unknown status", answer);

        await Assert.ThrowsAsync<ControlPlaneDecodeException>(RunAsync);

        Assert.Equal(before, file.Text);
    }

    [Fact]
    public async Task A_role_that_is_not_known_here_is_kept_as_text_and_breaks_nothing()
    {
        secured = answer => Reply.Json(answer.Replace("\"credentialRoles\":[]", "\"credentialRoles\":[{\"role\":\"CREDENTIAL_ROLE_BACKUP\",\"status\":\"parked\",\"version\":1,\"updatedAtMs\":1}]", StringComparison.Ordinal));

        var role = Assert.Single((await plane.GetSecurityStateAsync(None)).CredentialRoles);

        Assert.Equal(("backup", "parked"), (role.Role, role.Status));
        Assert.True(OwnerGate.Evaluate(await plane.GetSecurityStateAsync(None), "o").Allowed);
    }

    [Theory]
    [InlineData("\"globalPause\":true,\"globalPause\":false")]
    [InlineData("\"globalPause\":false,\"globalPause\":false")]
    [InlineData("\"globalPause\":null,\"globalPause\":false")]
    public async Task A_switch_that_is_named_twice_denies(string members)
    {
        secured = answer => Reply.Json(answer.Replace("\"globalPause\":false", members, StringComparison.Ordinal));

        var decision = OwnerGate.Evaluate(await plane.GetSecurityStateAsync(None), "o");

        Assert.Equal((false, "global_pause_active"), (decision.Allowed, decision.DenyReasonCode));
    }

    [Fact]
    public async Task An_owners_switch_or_a_state_that_is_named_twice_denies()
    {
        await stub.Books.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "o", Active = false }, None);
        secured = answer => Reply.Json(answer.Replace("\"killSwitch\":false", "\"killSwitch\":true,\"killSwitch\":false", StringComparison.Ordinal));
        Assert.False(OwnerGate.Evaluate(await plane.GetSecurityStateAsync(None), "o").Allowed);

        secured = answer => Reply.Json("{\"global\":{\"stateId\":\"global\",\"globalPause\":true,\"updatedAtMs\":1}," + answer[1..]);
        Assert.False(OwnerGate.Evaluate(await plane.GetSecurityStateAsync(None), "other").Allowed);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_written_keeps_nothing_open()
    {
        await ServeAsync();
        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        await File.WriteAllTextAsync(file.Beside("leases"), "not a folder");

        var result = await RunAsync(new FileLeases(file.Beside("leases")));

        Assert.Equal((ReconcileFailureCodes.LeaseUnavailable, LiveConfiguration.Closed, true), (result.FailureCode, result.Serving, result.DenialHolds));
        Assert.Equal(2, ClosedNames().Length);
    }

    [Fact]
    public async Task A_lease_that_another_holds_keeps_nothing_open_but_it_is_not_known_to_stay_closed()
    {
        await ServeAsync();
        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        var leases = new MemoryLeases();
        await leases.TryTakeAsync(new LeaseHolder { Gateway = gateway.Name, RequestId = "other", Token = "t", Host = "elsewhere", ProcessId = 1, SinceMs = 0, ExpiresAtMs = DateTimeOffset.UtcNow.AddSeconds(50).ToUnixTimeMilliseconds() }, None);

        await Assert.ThrowsAsync<LeaseHeldException>(() => RunAsync(leases));
        var result = await RunAsync(leases, closesWithoutLease: true);

        Assert.Equal((ReconcileFailureCodes.LeaseUnavailable, LiveConfiguration.Unknown, false), (result.FailureCode, result.Serving, result.DenialHolds));
        Assert.Contains(result.Warnings, warning => warning.Code == "closed_without_lease");
        Assert.Equal(2, ClosedNames().Length);
    }

    [RootFact]
    public async Task A_lock_that_any_account_can_hold_keeps_nothing_open_and_leaves_it_not_known_until_its_holder_has_ended()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        await ServeAsync();
        var folder = Path.GetDirectoryName(file.Path)!;
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var claim = new LeaseHolder { Gateway = gateway.Name, RequestId = "made", Token = "t", Host = "here", ProcessId = 1, SinceMs = 0, ExpiresAtMs = 1 };
        var made = FileLeases.Beside(file.Path);
        Assert.Null(await made.TryTakeAsync(claim, None));
        await made.ReleaseAsync(claim, None);
        var held = Directory.GetFiles(folder, ".*.lock").Single();
        File.SetUnixFileMode(held, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        using var holder = Process.Start(new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", "flock", "-x", held, "sh", "-c", "echo held; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        try
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
            await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

            var closed = await RunAsync(FileLeases.Beside(file.Path), closesWithoutLease: true);

            Assert.Equal((ReconcileFailureCodes.LeaseUnavailable, LiveConfiguration.Unknown, false), (closed.FailureCode, closed.Serving, closed.DenialHolds));
            Assert.Contains(closed.Warnings, warning => warning.Code == "closed_without_lease");
            Assert.Equal(2, ClosedNames().Length);
            Assert.Equal(DriftStatus.Undetermined, (await new DriftCheck(plane, gateway).RunAsync(new ReconcileOptions { RequestId = "drift" }, None)).Status);
        }
        finally
        {
            holder.Kill(entireProcessTree: true);
            await holder.WaitForExitAsync();
        }

        // The child of the one that ended holds it until it has ended, too.
        using (var free = Process.Start("flock", [held, "true"]))
        {
            await free.WaitForExitAsync();
        }

        using var up = new TcpListener(IPAddress.Loopback, 0);
        up.Start();
        using var listening = file.Open(options => options with { ListenAddress = up.LocalEndpoint.ToString() });
        var known = await new Reconciler(plane, listening, TimeProvider.System, FileLeases.Beside(file.Path), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "again", ClosesWithoutLease = true }, None);

        Assert.True(known.DenialHolds, known.FailureReason);
        Assert.Equal(DriftStatus.InSync, (await new DriftCheck(plane, listening).RunAsync(new ReconcileOptions { RequestId = "drift" }, None)).Status);
    }

    [Fact]
    public async Task A_version_and_a_record_that_cannot_be_written_keep_nothing_open()
    {
        await ServeAsync();
        await stub.Books.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        listed = answer => Break("error 503", answer);
        Directory.Delete(file.Path + ".versions", recursive: true);
        await File.WriteAllTextAsync(file.Path + ".versions", "not a folder");
        File.Delete(file.Path + ".deployment.json");
        Directory.CreateDirectory(file.Path + ".deployment.json");

        var result = await RunAsync();

        Assert.Equal((LiveConfiguration.Closed, true), (result.Serving, result.DenialHolds));
        Assert.Equal(2, ClosedNames().Length);
    }

    private async Task ServeAsync()
    {
        var compiled = PaywallCompiler.Compile(await plane.ListPaywallsAsync(None), new CompileOptions());
        await gateway.ApplyAsync(
            new GatewayRollout { RequestId = "earlier", DeploymentId = "dep_earlier", ConfigHash = compiled.ConfigHash, Artifact = compiled.Artifact, Rules = compiled.Rules }, None);
        Assert.Equal(2, LiveFile.FromBytes(file.Bytes).Services.Count);
    }

    private Task<ReconcileResult> RunAsync() => RunAsync(new MemoryLeases());

    private Task<ReconcileResult> RunAsync(ILeaseStore leases, bool closesWithoutLease = false) =>
        new Reconciler(plane, gateway, TimeProvider.System, leases, new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "stop", ClosesWithoutLease = closesWithoutLease }, None);

    private string[] ClosedNames() => LiveFile.FromBytes(file.Bytes).Services.Where(service => service.IsClosed).Select(service => service.Name).ToArray();

    private async Task<Reply> AnswerAsync(RecordedRequest request)
    {
        var function = (string)JsonNode.Parse(request.Body)!["functionName"]!;
        if (function is not (List or Security))
        {
            return await stub.AnswerAsync(request);
        }

        var answer = await stub.AnswerTextAsync(request);
        return (function == List ? listed(answer) : secured(answer)) ?? Reply.Json(answer);
    }

    private static Reply Break(string fault, string answer) => fault switch
    {
        "negative price" => Reply.Json(Regex.Replace(answer, "\"fixedAmountMsats\":[0-9]+", "\"fixedAmountMsats\":-1")),
        "unknown status" => Reply.Json(answer.Replace("\"status\":\"active\"", "\"status\":\"frozen\"", StringComparison.Ordinal)),
        "lone surrogate" => Reply.Json(new Regex("\"name\":\"").Replace(answer, "\"name\":\"\\ud800", 1)),
        "deep metadata" => Reply.Json(new Regex("\"name\":").Replace(answer, "\"metadata\":" + new string('[', 70) + new string(']', 70) + ",\"name\":", 1)),
        "error 503" => Reply.Status(503),
        "no answer" => Reply.DropAfterReading,
        "empty answer" => Reply.Json(string.Empty),
        _ => Reply.Json("[]"),
    };

    /// <summary>A clock whose waits are a fiftieth.</summary>
    private sealed class FastClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 50 : dueTime, period > TimeSpan.Zero ? period / 50 : period);
    }
}
