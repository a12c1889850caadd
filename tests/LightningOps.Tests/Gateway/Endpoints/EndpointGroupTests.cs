using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Probes;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Tests.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway.Endpoints;

/// <summary>Several Apertures behind one balancer: a change sent to one is not seen by the others before their restart.</summary>
public sealed class EndpointGroupTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly AdminEndpoint one = new();
    private readonly AdminEndpoint two = new();
    private readonly EndpointGroup group;
    private readonly MockControlPlane controlPlane = new(TimeProvider.System, [Selling("/a"), Selling("/b", 5000)]);

    public EndpointGroupTests() => group = new EndpointGroup([one.Open(), two.Open()]);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        group.Dispose();
        controlPlane.Dispose();
        await one.DisposeAsync();
        await two.DisposeAsync();
    }

    [Fact]
    public void It_is_named_by_its_endpoints_and_that_name_names_it_again()
    {
        Assert.Equal("aperture:" + one.Url + "," + two.Url, group.Name);
        Assert.Equal([one.Url, two.Url], GatewayReference.Parse(group.Name).Endpoints);
        Assert.Equal("Gateway", Assert.Throws<ConfigException>(() => GatewayReference.Parse("admin:https://a,,https://b")).Field);
    }

    [Fact]
    public async Task A_roll_out_reaches_every_endpoint_and_each_is_asked_for_the_price()
    {
        var result = await RunAsync();

        Assert.True(result.Ok, result.FailureReason);
        Assert.Equal((2, 2), (one.Aperture.Services.Count, two.Aperture.Services.Count));
        Assert.True(result.ChallengeOk);
    }

    [Fact]
    public async Task An_endpoint_that_sells_at_another_price_is_drift_with_its_name_and_the_next_roll_out_corrects_it()
    {
        await RunAsync();
        two.Aperture.Services = [.. two.Aperture.Services.Select(service => service with { PriceSats = 77 })];

        var drift = await new DriftCheck(controlPlane, group).RunAsync(Options, None);

        Assert.Equal(DriftStatus.InDrift, drift.Status);
        Assert.All(drift.Plan!.Changes, change => Assert.Equal("aperture:" + two.Url, change.Endpoint));
        Assert.Contains("pw_a.r at aperture:" + two.Url, drift.Plan.ToString(), StringComparison.Ordinal);
        Assert.True((await RunAsync()).Ok);
        Assert.Equal([2L, 5L], two.Aperture.Services.Select(service => service.PriceSats).Order());
    }

    [Fact]
    public async Task A_price_that_one_endpoint_does_not_ask_fails_the_check_and_names_that_endpoint()
    {
        two.Aperture.Challenge = Invoices.Challenge(7000);

        var found = await group.ProbeChallengeAsync(GetProbeRoute(OfPaths("dep_1", "/a")), None);

        Assert.Equal((ProbeOutcome.Failed, "aperture:" + two.Url + ": wrong_amount:7000 msats instead of 2000"), (found.Outcome, found.Reason));
    }

    [Fact]
    public async Task With_an_endpoint_that_is_not_reached_nothing_is_rolled_out()
    {
        await RunAsync();
        two.IsDown = true;
        var writes = one.Aperture.Writes;

        var plan = group.Plan(await group.ReadStateAsync(None), CreateRollout("dep_2", Selling("/a", 9000)));
        var failure = await Assert.ThrowsAsync<GatewayException>(() => group.ApplyAsync(CreateRollout("dep_2", Selling("/a", 9000)), None));

        Assert.True(plan.IsRefused);
        Assert.Contains(plan.Diagnostics, diagnostic => diagnostic.Code == "endpoint_not_reached" && diagnostic.Message.Contains(two.Url, StringComparison.Ordinal));
        Assert.Contains(two.Url, failure.Reason, StringComparison.Ordinal);
        Assert.Equal(writes, one.Aperture.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stop_closes_the_endpoints_that_are_reached_and_the_other_is_NOT_CLOSED(bool everything)
    {
        await RunAsync();
        two.IsDown = true;
        await (everything
            ? controlPlane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None) as Task
            : controlPlane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = Selling("/a").OwnerId, Active = true }, None));

        var result = await RunAsync();

        Assert.False(result.Ok || result.DenialHolds);
        Assert.All(one.Aperture.Services, service => Assert.Equal(everything || service.Name == "pw_a.r", service.IsClosed));
        Assert.All(two.Aperture.Services, service => Assert.False(service.IsClosed));
        Assert.Contains("NOT CLOSED: aperture:" + two.Url, result.FailureReason, StringComparison.Ordinal);

        two.IsDown = false;
        Assert.True((await RunAsync()).Ok);
        Assert.All(two.Aperture.Services, service => Assert.Equal(everything || service.Name == "pw_a.r", service.IsClosed));
    }

    [Fact]
    public async Task An_endpoint_that_refuses_takes_the_roll_out_back_at_the_others()
    {
        await RunAsync();
        two.Aperture.Cursed["pw_a.r"] = 400;
        await Assert.ThrowsAsync<GatewayException>(() => group.ApplyAsync(CreateRollout("dep_2", Selling("/a", 9000), Selling("/b", 5000)), None));

        Assert.Equal([2L, 5L], one.Aperture.Services.Select(service => service.PriceSats).Order());
        Assert.Equal([2L, 5L], two.Aperture.Services.Select(service => service.PriceSats).Order());
    }

    [Fact]
    public async Task An_endpoint_that_says_nothing_ends_a_read_when_the_patience_is_over()
    {
        await using var silent = new LoopbackServer(_ => Task.FromResult(Reply.Stall));
        using var other = new EndpointGroup([one.Open(), AdminEndpoint.Open(silent.Url)], new NoPatience());

        var state = await other.ReadStateAsync(None);

        Assert.Contains(silent.Url + " (timeout)", state.RecordFailure!.Reason, StringComparison.Ordinal);
        Assert.NotNull(state.Services);
    }

    [Fact]
    public async Task Endpoints_that_differ_serve_no_deployment_of_this_store()
    {
        var rollout = OfPaths("dep_1", "/a");
        await group.ApplyAsync(rollout, None);
        var alike = await group.ReadStateAsync(None);
        two.Aperture.Services = [];

        var differing = await group.ReadStateAsync(None);

        Assert.Equal(("dep_1", rollout.ConfigHash), (alike.Active!.DeploymentId, alike.Active.ConfigHash));
        Assert.Null(differing.Active!.DeploymentId);
        Assert.NotEqual(rollout.ConfigHash, differing.Active.ConfigHash);
    }

    private static ReconcileOptions Options { get; } = new() { RequestId = "sync:1" };

    /// <summary>Every limit is over at once.</summary>
    private sealed class NoPatience : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    private Task<ReconcileResult> RunAsync() =>
        new Reconciler(controlPlane, group, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(Options, None);
}
