using System;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Paywalls;
using LightningOps.Security;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Tests.Smoke;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Security;

public sealed class GateReadingTests
{
    private const string Secret = "0123456789abcdef";
    private static readonly OperatorEnvironment Good = new(static _ => Secret);
    private readonly MockControlPlane plane = new(TimeProvider.System);

    [Fact]
    public async Task With_nothing_set_and_good_credentials_an_owner_may_sell()
    {
        var gate = (await TakeAsync(Good)).GetResult("o");

        Assert.Equal(("o", true, null, null, null), (gate.OwnerId, gate.Allowed, gate.DenyReasonCode, gate.DenyReason, gate.Source));
    }

    [Fact]
    public async Task The_global_pause_denies_everyone_before_anything_else()
    {
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "moving" }, default);
        await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "o", Active = true }, default);

        var gate = (await TakeAsync(new OperatorEnvironment(static _ => null))).GetResult("o");

        Assert.Equal((false, "global_pause_active", "moving", GateResultSource.GlobalPause), (gate.Allowed, gate.DenyReasonCode, gate.DenyReason, gate.Source));
    }

    [Fact]
    public async Task A_kill_switch_denies_its_owner_only()
    {
        await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "o", Active = true }, default);

        var reading = await TakeAsync(Good);

        Assert.Equal(("owner_kill_switch_active", GateResultSource.OwnerKillSwitch), (reading.GetResult("o").DenyReasonCode, reading.GetResult("o").Source));
        Assert.True(reading.GetResult("O").Allowed);
    }

    [Theory]
    [InlineData(null, "missing_credential_role")]
    [InlineData(" ", "missing_credential_role")]
    [InlineData("hunter2", "invalid_credential_role")]
    [InlineData("hunter2 hunter2 hunter2", "invalid_credential_role")]
    public async Task Credentials_that_are_missing_or_malformed_deny_and_are_not_repeated(string? credential, string code)
    {
        var gate = (await TakeAsync(new OperatorEnvironment(_ => credential))).GetResult("o");

        Assert.Equal((false, code, GateResultSource.Credentials), (gate.Allowed, gate.DenyReasonCode, gate.Source));
        Assert.DoesNotContain("hunter2", gate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_credential_of_three_is_enough_to_deny()
    {
        var gate = (await TakeAsync(new OperatorEnvironment(static name => name.EndsWith("OPERATOR_ADMIN", StringComparison.Ordinal) ? "short" : Secret))).GetResult("o");

        Assert.Equal("invalid_credential_role", gate.DenyReasonCode);
        Assert.Contains("OA_LIGHTNING_OPS_CRED_OPERATOR_ADMIN", gate.DenyReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_fails_denies()
    {
        using var failing = new FailingControlPlane(plane, static _ => true);

        var gate = (await GateCheck.ReadAsync(() => failing, Good, default)).GetResult("o");

        Assert.Equal((false, "ControlPlaneTransportError", GateResultSource.SecurityState), (gate.Allowed, gate.DenyReasonCode, gate.Source));
    }

    [Theory]
    [InlineData("""{"ok":true}""")]
    [InlineData("""{"ok":true,"global":{"stateId":"global","globalPause":"no"},"ownerControls":[],"credentialRoles":[]}""")]
    [InlineData("null")]
    public async Task An_answer_that_is_no_state_denies(string answer)
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json(answer)));

        var gate = (await GateCheck.ReadAsync(() => WireRun.Plane("api", server.Url), Good, default)).GetResult("o");

        Assert.Equal((false, "ControlPlaneDecodeError"), (gate.Allowed, gate.DenyReasonCode));
    }

    [Fact]
    public async Task A_store_that_is_no_store_denies()
    {
        using var folder = new TemporaryFolder();
        await System.IO.File.WriteAllTextAsync(folder.File("s.db"), new string('x', 5000));

        var gate = (await GateCheck.ReadAsync(() => new LocalControlPlane(new LocalStoreOptions { Path = folder.File("s.db") }), Good, default)).GetResult("o");

        Assert.Equal((false, "StoreError"), (gate.Allowed, gate.DenyReasonCode));
    }

    [Fact]
    public async Task A_setting_that_is_missing_denies()
    {
        var gate = (await GateCheck.ReadAsync(static () => ControlPlaneFactory.Create(new ControlPlaneSettings { Mode = ControlPlaneMode.Api }), Good, default)).GetResult("o");

        Assert.Equal((false, "ConfigError"), (gate.Allowed, gate.DenyReasonCode));
    }

    private Task<GateCheck> TakeAsync(OperatorEnvironment environment) => GateCheck.ReadAsync(() => plane, environment, default);
}
