using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Probes;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway;

/// <summary>What every gateway keeps to (docs/reference/gateway.md#gateways); each kind runs it against its peer.</summary>
public abstract class GatewayContract : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private IGateway gateway = null!;

    /// <summary>What the peer itself serves, in match order.</summary>
    protected abstract IReadOnlyList<GatewayService> Served { get; }

    /// <summary>Writes the peer took.</summary>
    protected abstract int Writes { get; }

    /// <summary>Whether the gateway tells its services, so that a plan can list changes.</summary>
    protected virtual bool TellsServices => true;

    public async Task InitializeAsync() => gateway = await OpenAsync();

    public async Task DisposeAsync()
    {
        gateway.Dispose();
        await CloseAsync();
    }

    [Fact]
    public async Task A_fresh_gateway_has_no_deployment()
    {
        Assert.Null((await gateway.ReadStateAsync(None)).Active);
    }

    [Fact]
    public async Task What_is_applied_is_served_and_reported()
    {
        var rollout = OfPaths("dep_1", "/a", "/b/*");

        var applied = await gateway.ApplyAsync(rollout, None);

        Assert.Equal(("dep_1", rollout.ConfigHash), (applied.DeploymentId, applied.ConfigHash));
        var active = (await gateway.ReadStateAsync(None)).Active;
        Assert.Equal(("dep_1", rollout.ConfigHash), (active!.DeploymentId, active.ConfigHash));
        AssertServes(rollout);
    }

    [Fact]
    public async Task A_plan_touches_nothing_and_one_of_what_is_served_is_empty()
    {
        var rollout = OfPaths("dep_1", "/a", "/b");
        var writes = Writes;
        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        Assert.False(plan.IsEmpty);
        Assert.False(plan.IsRefused);
        Assert.Equal(2, plan.Changes.Count(change => change.Kind == ServiceChangeKind.Added));
        Assert.Equal(writes, Writes);

        await gateway.ApplyAsync(rollout, None);

        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), rollout).IsEmpty);
    }

    [Fact]
    public async Task Every_kind_of_change_arrives()
    {
        await gateway.ApplyAsync(CreateRollout("dep_1", Selling("/keep"), Selling("/price"), Selling("/gone"), Selling("/close"), Selling("/open").Killed()), None);
        var rollout = CreateRollout("dep_2", Selling("/added"), Selling("/keep"), Selling("/price", 7000), Selling("/close").Killed(), Selling("/open"), Selling("/s/*"));

        var plan = gateway.Plan(await gateway.ReadStateAsync(None), rollout);
        await gateway.ApplyAsync(rollout, None);

        AssertServes(rollout);
        if (TellsServices)
        {
            Assert.Equal(
                "Added pw_added.r, Added pw_s_all.r, Changed pw_price.r, Closed pw_close.r, Opened pw_open.r, Removed pw_gone.r",
                string.Join(", ", plan.Changes.Where(change => change.Kind != ServiceChangeKind.Moved).Select(change => change.Kind + " " + change.Name).Order(StringComparer.Ordinal)));
            Assert.Equal(new MemberChange("price", "2", "7"), Assert.Single(plan.Changes.Single(change => change.Kind == ServiceChangeKind.Changed).Members));
        }
    }

    [Fact]
    public async Task A_narrower_rule_gets_in_front_of_a_broader_one_that_is_there()
    {
        await gateway.ApplyAsync(OfPaths("dep_1", "/s/*", "/x"), None);
        var rollout = OfPaths("dep_2", "/s/*", "/x", "/s/a/*", "/s/a/b");

        await gateway.ApplyAsync(rollout, None);

        AssertServes(rollout);
        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), rollout).IsEmpty);
    }

    [Fact]
    public async Task Rolling_back_serves_what_was_served_when_the_state_was_read()
    {
        var first = OfPaths("dep_1", "/a", "/b/*", "/gone");
        await gateway.ApplyAsync(first, None);
        var state = await gateway.ReadStateAsync(None);
        await gateway.ApplyAsync(CreateRollout("dep_2", Selling("/a", 9000), Selling("/b/c"), Selling("/b/*")), None);

        var active = await gateway.RollBackAsync("req", "dep_2", state, None);

        Assert.Equal(first.ConfigHash, active!.ConfigHash);
        AssertServes(first);
        Assert.Equal(first.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
        Assert.True(gateway.Plan(await gateway.ReadStateAsync(None), first).IsEmpty);
    }

    [Fact]
    public async Task Rolling_back_twice_is_rolling_back_once()
    {
        var first = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(first, None);
        var state = await gateway.ReadStateAsync(None);
        await gateway.ApplyAsync(OfPaths("dep_2", "/b"), None);

        await gateway.RollBackAsync("req", "dep_2", state, None);
        await gateway.RollBackAsync("req", "dep_2", state, None);

        AssertServes(first);
    }

    [Fact]
    public async Task Applying_twice_is_applying_once()
    {
        var rollout = OfPaths("dep_1", "/a", "/s/*");
        await gateway.ApplyAsync(rollout, None);
        await gateway.ApplyAsync(rollout, None);

        AssertServes(rollout);
    }

    [Fact]
    public async Task A_cancelled_roll_out_changes_nothing()
    {
        var rollout = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(rollout, None);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gateway.ApplyAsync(OfPaths("dep_2", "/b"), new CancellationToken(canceled: true)));

        AssertServes(rollout);
    }

    [Fact]
    public async Task What_is_denied_is_closed_where_it_stands_and_nothing_else_changes()
    {
        if (!TellsServices)
        {
            return;
        }

        var rollout = CreateRollout("dep_1", Selling("/s/*"), Selling("/s/a/*"), Selling("/s/a/b", 7000), Selling("/x").Killed());
        await gateway.ApplyAsync(rollout, None);
        var closing = Closing("pw_s_a_all.r", "pw_x.r", "pw_gone.r");
        var writes = Writes;

        var plan = gateway.PlanClosing(await gateway.ReadStateAsync(None), closing);
        Assert.Equal(writes, Writes);
        await gateway.CloseAsync(closing, None);

        Assert.Equal([("pw_s_a_all.r", ServiceChangeKind.Closed)], plan!.Changes.Select(change => (change.Name, change.Kind)));
        Assert.True(plan is { IsRefused: false, NeedsConfirmation: true });
        var wanted = DesiredServices.From(rollout.Rules, withExtras: false);
        ServedOrder.AssertMeans(wanted.Select(service => service.Name == "pw_s_a_all.r" ? service.Closed() : service).ToArray(), Served);
        Assert.Equal(plan.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
    }

    [Fact]
    public async Task Closing_what_is_closed_changes_nothing()
    {
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        var everything = Closing("pw_a.r", "pw_b.r") with { IsEverything = true };
        await gateway.CloseAsync(everything, None);
        var (writes, state) = (Writes, await gateway.ReadStateAsync(None));

        Assert.Null(gateway.PlanClosing(state, everything));
        await gateway.CloseAsync(everything, None);

        Assert.Equal(writes, Writes);
        Assert.All(Served, service => Assert.True(service.IsClosed));
        Assert.Equal(state.Active!.ConfigHash, (await gateway.ReadStateAsync(None)).Active!.ConfigHash);
    }

    [Fact]
    public async Task A_gateway_that_serves_nothing_has_nothing_to_close()
    {
        Assert.Null(gateway.PlanClosing(await gateway.ReadStateAsync(None), Closing("pw_a.r") with { IsEverything = true }));
        Assert.Null(await gateway.CloseAsync(Closing("pw_a.r") with { IsEverything = true }, None));
    }

    [Fact]
    public async Task What_was_closed_is_opened_again_by_the_next_roll_out()
    {
        var rollout = OfPaths("dep_1", "/a", "/s/*");
        await gateway.ApplyAsync(rollout, None);
        await gateway.CloseAsync(Closing("pw_a.r", "pw_s_all.r") with { IsEverything = true }, None);
        Assert.False(gateway.Plan(await gateway.ReadStateAsync(None), rollout).IsEmpty);

        await gateway.ApplyAsync(rollout, None);

        AssertServes(rollout);
    }

    [Fact]
    public async Task The_health_check_passes_while_it_is_up()
    {
        Assert.Equal(ProbeOutcome.Passed, (await gateway.ProbeHealthAsync(None)).Outcome);
    }

    [Fact]
    public async Task The_challenge_check_passes_at_a_route_that_sells()
    {
        var rollout = OfPaths("dep_1", "/a");
        await gateway.ApplyAsync(rollout, None);

        var result = await gateway.ProbeChallengeAsync(GetProbeRoute(rollout), None);

        Assert.Equal((ProbeOutcome.Passed, 402), (result.Outcome, result.StatusCode));
    }

    [Fact]
    public async Task Checks_of_a_gateway_that_sells_nothing_are_skipped_and_not_passed()
    {
        var rollout = CreateRollout("dep_1", Selling("/a").Killed());
        await gateway.ApplyAsync(rollout, None);
        var closed = new ProbeRoute(rollout.Rules[0], Host, "/a");

        foreach (var route in new[] { null, closed })
        {
            var challenge = await gateway.ProbeChallengeAsync(route, None);
            var proxy = await gateway.ProbeProxyAsync(route, challenge, None);

            Assert.Equal((ProbeOutcome.Skipped, "no_route_sells"), (challenge.Outcome, challenge.Reason));
            Assert.Equal((ProbeOutcome.Skipped, "no_route_sells"), (proxy.Outcome, proxy.Reason));
        }
    }

    /// <summary>Closes services by their names.</summary>
    private static GatewayClosing Closing(params string[] names) => new()
    {
        RequestId = "req_close",
        DeploymentId = "dep_close_req",
        Decide = (service, _) => names.Contains(service.Name) ? CloseDecision.Close : CloseDecision.Keep,
    };

    protected abstract Task<IGateway> OpenAsync();

    protected abstract Task CloseAsync();

    /// <summary>The peer serves the rules, in an order that means the same.</summary>
    private void AssertServes(GatewayRollout rollout) => ServedOrder.AssertMeans(DesiredServices.From(rollout.Rules, withExtras: false), Served);
}
