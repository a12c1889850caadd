using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Paywalls;
using LightningOps.Smoke;
using LightningOps.Smoke.Security;
using LightningOps.Storage;
using LightningOps.Tests.ControlPlane.Hosted;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Smoke.Security;

public sealed class SecuritySmokeTests
{
    private const string Owner = "owner_security_smoke";
    private readonly MockControlPlane plane = new(TimeProvider.System);

    [Fact]
    public async Task In_mock_mode_the_output_is_the_recorded_one() =>
        Assert.Equal(Encoding.UTF8.GetString(Vectors.Bytes("smoke/security.json")).TrimEnd('\n'), ArtifactJson.Serialize(await RunAsync(plane)));

    [Fact]
    public async Task In_a_local_store_the_output_is_the_recorded_one()
    {
        using var folder = new TemporaryFolder();
        using var store = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db") });

        Assert.Equal(Encoding.UTF8.GetString(Vectors.Bytes("smoke/security.json")).TrimEnd('\n'), ArtifactJson.Serialize(await RunAsync(store)));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("convex")]
    public async Task The_requests_are_the_recorded_ones(string mode)
    {
        await using var server = new LoopbackServer(new HostedStub(TimeProvider.System).AnswerAsync);
        using var hosted = WireRun.Plane(mode, server.Url);

        Assert.True((await RunAsync(hosted)).Ok);

        WireRun.AssertSent(server.Requests, WireRun.Recorded("smoke:security " + mode));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task What_it_has_set_is_taken_back_when_it_fails(int failingCall)
    {
        using var faulty = new FailingControlPlane(plane, call => call == failingCall);

        var failure = await Assert.ThrowsAsync<ControlPlaneTransportException>(() => RunAsync(faulty));

        Assert.Equal("injected", failure.Reason);
        await AssertNothingIsOnAsync();
    }

    [Fact]
    public async Task What_it_has_set_is_taken_back_when_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        using var stopped = new FailingControlPlane(plane, call =>
        {
            if (call == 3)
            {
                stop.Cancel();
            }

            return false;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(stopped, stop.Token));

        await AssertNothingIsOnAsync();
    }

    [Fact]
    public async Task A_pause_it_cannot_take_back_is_told()
    {
        using var faulty = new FailingControlPlane(plane, static call => call >= 3);

        var failure = await Assert.ThrowsAsync<SmokeLeftoverException>(() => RunAsync(faulty));

        Assert.Contains("Every paywall may be closed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Set-L402GlobalPause -Inactive", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_control_plane_whose_pause_closes_nothing_fails_the_smoke()
    {
        using var deaf = new FailingControlPlane(plane, static _ => false) { IgnoresPause = true };

        var result = (SecuritySmokeResult)await RunAsync(deaf);

        Assert.False(result.Ok);
        Assert.Contains("the global pause did not close the gate", result.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_state_is_kept_it_refuses_over_a_pause_that_is_on()
    {
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true, Reason = "real" }, default);

        await Assert.ThrowsAsync<SmokeRefusedException>(() => RunAsync(plane, keepsState: true));

        Assert.Equal("real", (await plane.GetSecurityStateAsync(default)).Global.DenyReason);
    }

    [Theory]
    [InlineData(CredentialRoleStatus.Active)]
    [InlineData(CredentialRoleStatus.Rotating)]
    [InlineData(CredentialRoleStatus.Revoked)]
    public async Task Where_state_is_kept_the_credential_role_is_put_back(CredentialRoleStatus status)
    {
        var change = new CredentialRoleChange { Role = CredentialRole.GatewayInvoice, Fingerprint = "fp_real", Note = "real" };
        var before = status switch
        {
            CredentialRoleStatus.Active => await plane.ActivateCredentialRoleAsync(change, default),
            CredentialRoleStatus.Rotating => await plane.RotateCredentialRoleAsync(change, default),
            _ => await plane.RevokeCredentialRoleAsync(change, default),
        };

        await RunAsync(plane, keepsState: true);

        var after = Assert.Single((await plane.GetSecurityStateAsync(default)).CredentialRoles);
        Assert.Equal((before.Status, before.Fingerprint, before.Note), (after.Status, after.Fingerprint, after.Note));
    }

    private static Task<ISmokeResult> RunAsync(IControlPlane on, CancellationToken cancellationToken = default, bool keepsState = false) =>
        SmokeCatalog.Get(SmokeName.Security).RunAsync(new SmokeRequest { ControlPlane = on, KeepsState = keepsState }, cancellationToken);

    private async Task AssertNothingIsOnAsync()
    {
        var state = await plane.GetSecurityStateAsync(default);
        Assert.False(state.Global.GlobalPause);
        Assert.DoesNotContain(state.OwnerControls, static owner => owner.KillSwitch);
        Assert.Contains(state.OwnerControls, static owner => owner.OwnerId == Owner);
    }
}
