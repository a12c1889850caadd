using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Postgres;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>Of several watches of one gateway one leads; another takes over when it ends, however it ends.</summary>
public sealed class WatchLeadershipTests : IClassFixture<PostgresDatabase>
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly PostgresDatabase database;

    public WatchLeadershipTests(PostgresDatabase database)
    {
        this.database = database;
        if (PostgresServer.IsAvailable)
        {
            database.Empty();
        }
    }

    [PostgresFact]
    public async Task A_watch_that_stands_by_touches_nothing_and_takes_over_when_the_leader_is_silent_for_the_time_of_its_lease()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var paywalls = new[] { Paywall("a", Route("r", "shop.example.com", "/a")) };
        var first = new ReconcileBench(paywalls, gatewayName: "admin:https://a");
        var second = new ReconcileBench(paywalls, gatewayName: "admin:https://a");
        using var leads = new WatchLeadership(Leases(clock), new FakeTimeProvider());
        using var standsBy = new WatchLeadership(Leases(clock), clock);
        Assert.Equal(WatchOutcome.RolledOut, (await PassAsync(first, leads)).Gateways.Single().Outcome);
        second.Gateway.Calls.Clear();

        var pass = await PassAsync(second, standsBy);

        Assert.True(pass.Ok);
        Assert.Empty(second.Gateway.Calls);
        Assert.Equal(WatchOutcome.Standby, pass.Gateways.Single().Outcome);
        Assert.Contains("process " + Environment.ProcessId, pass.Gateways.Single().Leader, StringComparison.Ordinal);

        // The leader renews nothing any more: its clock stands still. The database's goes on.
        clock.Advance(WatchLeadership.TimeToLive - TimeSpan.FromSeconds(1));
        Assert.Equal(WatchOutcome.Standby, (await PassAsync(second, standsBy)).Gateways.Single().Outcome);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(WatchOutcome.RolledOut, (await PassAsync(second, standsBy)).Gateways.Single().Outcome);
    }

    [PostgresFact]
    public async Task A_leader_that_ends_gives_the_lead_up_at_once()
    {
        using var leads = new WatchLeadership(Leases(TimeProvider.System), TimeProvider.System);
        using var standsBy = new WatchLeadership(Leases(TimeProvider.System), TimeProvider.System);
        Assert.Null(await leads.FindLeaderAsync("admin:https://a", "r1", None));
        Assert.NotNull(await standsBy.FindLeaderAsync("admin:https://a", "r2", None));
        Assert.Null(await standsBy.FindLeaderAsync("admin:https://b", "r2", None));

        await leads.ReleaseAsync();

        Assert.Null(await standsBy.FindLeaderAsync("admin:https://a", "r2", None));
        Assert.NotNull(await leads.FindLeaderAsync("admin:https://a", "r1", None));
    }

    [PostgresFact]
    public async Task When_the_leader_is_killed_the_other_process_closes_a_pause()
    {
        using var folder = new TemporaryFolder();
        await using var up = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        var path = folder.File("aperture.yaml");
        await File.WriteAllTextAsync(path, "listenaddr: \"127.0.0.1:8081\"\nservices: []\n");
        using var plane = new PostgresControlPlane(database.Options());
        await plane.ImportPaywallsAsync([Paywall("a", Route("r", "shop.example.com", "/a"))], PaywallImportMode.Replace, None);
        var environment = new Dictionary<string, string> { ["OA_LIGHTNING_OPS_POSTGRES_PASSWORD"] = database.Server.Password };
        using var leader = StartedProcess.Start(["watch-postgres", database.Connection, path, up.Url], environment);
        Assert.StartsWith("RolledOut", await leader.ReadLineAsync(), StringComparison.Ordinal);
        using var other = StartedProcess.Start(["watch-postgres", database.Connection, path, up.Url], environment);
        Assert.StartsWith("Standby process " + leader.Id, await other.ReadLineAsync(), StringComparison.Ordinal);

        await leader.KillAsync();
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);

        string? line;
        while ((line = await other.ReadLineAsync()) is not null && line.StartsWith("Standby", StringComparison.Ordinal))
        {
        }

        Assert.StartsWith("RolledOut", line, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:0", await File.ReadAllTextAsync(path), StringComparison.Ordinal);
    }

    private static async Task<WatchPass> PassAsync(ReconcileBench bench, WatchLeadership leadership)
    {
        var target = new WatchTarget { Drift = new DriftCheck(bench.ControlPlane, bench.Gateway) { AsksGateway = false }, Reconciler = bench.Reconciler, Options = bench.Options };
        var watch = new ReconcileWatch(_ => Task.FromResult(new WatchSession([target], [])), new WatchOptions { Gateways = [bench.Gateway.Name], Interval = TimeSpan.FromSeconds(30), Leadership = leadership }, bench.Time);
        return await watch.RunPassAsync("watch:" + Guid.NewGuid().ToString("N"), None, None);
    }

    // As if each were on a machine of its own: whether the other's process runs is not known.
    private PostgresLeases Leases(TimeProvider clock) => new(database.Options(), static _ => true, clock);
}
