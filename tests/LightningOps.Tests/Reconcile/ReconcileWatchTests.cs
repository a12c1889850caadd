using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Compile.Aperture;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Records;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>A watch closes within one interval, sells nothing after a confirmed close, and ends in a known state.</summary>
public sealed class ReconcileWatchTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static IReadOnlyList<Paywall> TwoPaywalls => [Paywall("a", Route("r", "shop.example.com", "/a")), Paywall("b", Route("r", "shop.example.com", "/b"))];

    [Fact]
    public async Task A_gateway_in_sync_is_read_and_nothing_is_recorded()
    {
        var bench = new ReconcileBench(TwoPaywalls);
        var watch = Watch(bench);
        Assert.Equal(WatchOutcome.RolledOut, (await PassAsync(watch, 1)).Gateways.Single().Outcome);
        var records = bench.ControlPlane.Calls.Count(call => call.StartsWith("record", StringComparison.Ordinal));
        bench.Gateway.Calls.Clear();

        var pass = await PassAsync(watch, 2);

        Assert.True(pass.Ok);
        Assert.Empty(pass.Results);
        Assert.Equal([GatewayOperation.ReadState], bench.Gateway.Calls);
        Assert.Equal(records, bench.ControlPlane.Calls.Count(call => call.StartsWith("record", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_gateway_is_closed_before_anything_is_rolled_out()
    {
        var first = new ReconcileBench(TwoPaywalls, gatewayName: "memory:1");
        var second = new ReconcileBench(TwoPaywalls, gatewayName: "memory:2");
        var watch = Watch(first, second);
        await PassAsync(watch, 1);
        var calls = new List<string>();
        foreach (var (bench, name) in new[] { (first, "1"), (second, "2") })
        {
            bench.Gateway.Before = operation =>
            {
                if (operation is GatewayOperation.Apply or GatewayOperation.Close)
                {
                    lock (calls)
                    {
                        calls.Add(operation + " " + name);
                    }
                }
            };
            bench.Paywalls = [TwoPaywalls[0].WithPolicy(policy => policy with { FixedAmountMsats = 9000 }), TwoPaywalls[1]];
            await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_b", Active = true }, CancellationToken.None);
        }

        var pass = await PassAsync(watch, 2);

        Assert.True(pass.Ok, string.Join(", ", pass.Gateways));
        Assert.Equal(["Close 1", "Close 2"], calls.Take(2).OrderBy(static call => call));
        Assert.Equal(["Apply 1", "Apply 2"], calls.Skip(2));
    }

    [Fact]
    public async Task A_gateway_that_cannot_be_reached_keeps_none_of_the_others_open()
    {
        var dead = new ReconcileBench(TwoPaywalls, gatewayName: "memory:1");
        var live = new ReconcileBench(TwoPaywalls, gatewayName: "memory:2");
        var watch = Watch(dead, live);
        await PassAsync(watch, 1);
        dead.Time.Advance(Interval);
        dead.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before, 100);
        foreach (var bench in new[] { dead, live })
        {
            await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None);
        }

        var pass = await PassAsync(watch, 2);

        Assert.False(pass.Ok);
        Assert.Empty(await SellingAsync(live));
        Assert.True(watch.Health.LastClosedAtMs < watch.Health.LastPassAtMs);
    }

    [Fact]
    public async Task A_configuration_that_failed_is_deferred_and_a_close_is_not()
    {
        var bench = new ReconcileBench(TwoPaywalls);
        var watch = Watch(bench);
        await PassAsync(watch, 1);
        bench.Paywalls = [TwoPaywalls[0].WithPolicy(policy => policy with { FixedAmountMsats = 9000 }), TwoPaywalls[1]];
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before, 2);
        Assert.Equal(WatchOutcome.Failed, (await PassAsync(watch, 2)).Gateways.Single().Outcome);
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_b", Active = true }, CancellationToken.None);

        // Another configuration is desired now, so it is tried at once; its close comes first either way.
        await PassAsync(watch, 4);

        Assert.DoesNotContain("b.r", await SellingAsync(bench));
        bench.Faults.Fail(GatewayOperation.Health, FaultMoment.Before, 2);
        bench.Paywalls = [TwoPaywalls[0].WithPolicy(policy => policy with { FixedAmountMsats = 7000 }), TwoPaywalls[1]];
        Assert.Equal(WatchOutcome.Failed, (await PassAsync(watch, 5)).Gateways.Single().Outcome);
        Assert.Equal(WatchOutcome.Deferred, (await PassAsync(watch, 6)).Gateways.Single().Outcome);
        bench.Time.Advance(Interval);
        Assert.Equal(WatchOutcome.RolledOut, (await PassAsync(watch, 7)).Gateways.Single().Outcome);
    }

    [Fact]
    public async Task A_control_plane_that_cannot_be_opened_is_a_failed_pass_and_the_watch_goes_on()
    {
        var bench = new ReconcileBench(TwoPaywalls);
        var isGone = true;
        var watch = new ReconcileWatch(
            _ => isGone ? throw new ConfigException("Store", "gone") : Task.FromResult(Session(bench)),
            new WatchOptions { Gateways = [bench.Gateway.Name], Interval = Interval },
            bench.Time);

        var failed = await PassAsync(watch, 1);
        isGone = false;

        Assert.Equal(("memory", WatchOutcome.Failed, "ConfigError"), (failed.Gateways.Single().Gateway, failed.Gateways.Single().Outcome, failed.Gateways.Single().Code));
        Assert.Equal(1, watch.Health.FailuresInARow);
        Assert.True((await PassAsync(watch, 2)).Ok);
        Assert.Equal(0, watch.Health.FailuresInARow);
    }

    [Fact]
    public async Task A_change_that_is_reported_is_reconciled_before_the_period_is_over()
    {
        var bench = new ReconcileBench(TwoPaywalls);
        var notifier = new Notifier();
        using var folder = new TemporaryFolder();
        var watch = new ReconcileWatch(_ => Task.FromResult(Session(bench)), new WatchOptions { Gateways = [bench.Gateway.Name], Interval = TimeSpan.FromDays(1), Notifier = notifier, HealthFile = folder.File("health.json") }, bench.Time);
        using var stop = new CancellationTokenSource();
        var passes = new SemaphoreSlim(0);
        var number = 0;
        var running = watch.RunAsync(() => "watch:" + ++number, _ => Task.FromResult(passes.Release()), stop.Token, CancellationToken.None);
        await passes.WaitAsync();
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None);
        notifier.Change();
        await passes.WaitAsync();

        Assert.Empty(await SellingAsync(bench));
        stop.Cancel();
        await running;
        var (health, trouble) = WatchHealth.TryRead(folder.File("health.json"));
        Assert.Null(trouble);
        Assert.Equal((WatchState.Stopped, 2L, 0L), (health!.State, health.Passes, health.FailuresInARow));
        Assert.NotNull(health.LastSuccessAtMs);
    }

    [Fact]
    public async Task The_health_file_has_no_owner_no_address_of_an_upstream_and_no_text_of_a_failure()
    {
        using var folder = new TemporaryFolder();
        var bench = new ReconcileBench(TwoPaywalls);
        await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_a", Active = true, Reason = "told by owner_a", UpdatedBy = "ada@ops" }, CancellationToken.None);
        var isGone = false;
        var watch = new ReconcileWatch(
            _ => isGone ? throw new ConfigException("Secret", "s3cret-of-the-control-plane was refused") : Task.FromResult(Session(bench)),
            new WatchOptions { Gateways = [bench.Gateway.Name], Interval = Interval, HealthFile = folder.File("health.json") },
            bench.Time);

        Assert.True((await PassAsync(watch, 1)).Ok);
        var rolledOut = File.ReadAllText(folder.File("health.json"));
        bench.Faults.Fail(GatewayOperation.ReadState, FaultMoment.Before, 100);
        await PassAsync(watch, 2);
        var failed = File.ReadAllText(folder.File("health.json"));
        isGone = true;
        await PassAsync(watch, 3);
        var gone = File.ReadAllText(folder.File("health.json"));

        Assert.Equal(3, new[] { rolledOut, failed, gone }.Distinct().Count());
        Assert.Contains("ConfigError", gone, StringComparison.Ordinal);
        Assert.All(new[] { rolledOut, failed, gone }, static text => Assert.DoesNotMatch("owner_|ada@ops|upstream|s3cret|http", text));
        Assert.All(new[] { rolledOut, failed, gone }, static text => Assert.Contains("\"gateway\": \"memory\"", text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_period_counts_from_the_beginning_of_a_pass()
    {
        var bench = new ReconcileBench(TwoPaywalls);
        var watch = Watch(bench);
        using var stop = new CancellationTokenSource();
        var passes = new SemaphoreSlim(0);
        var begins = new List<DateTimeOffset>();
        var running = watch.RunAsync(
            () =>
            {
                begins.Add(bench.Time.GetUtcNow());
                return "watch:" + begins.Count;
            },
            _ =>
            {
                // A pass that takes 20 seconds of the 30.
                bench.Time.Advance(TimeSpan.FromSeconds(20));
                passes.Release();
                return Task.CompletedTask;
            },
            stop.Token,
            CancellationToken.None);
        await passes.WaitAsync();
        while (!await passes.WaitAsync(TimeSpan.FromMilliseconds(5)))
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        stop.Cancel();
        await running;
        Assert.InRange(begins[1] - begins[0], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(600));
    }

    [Fact]
    public void No_sale_follows_a_confirmed_close_and_the_last_sale_is_within_one_interval_of_the_last_command()
    {
        var events = int.TryParse(Environment.GetEnvironmentVariable("LIGHTNINGOPS_WATCH_EVENTS"), out var set) ? set : 1_000;
        const int perRun = 50;
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 400]).Array[perRun].Sample(
            sequence => HoldAsync(sequence).GetAwaiter().GetResult(),
            iter: Math.Max(1, events / perRun),
            threads: 1,
            print: sequence => string.Join(" ", sequence.Select(one => one.Item1 + "/" + one.Item2)));
    }

    [Fact]
    public async Task A_watch_that_is_terminated_at_any_step_leaves_a_known_state()
    {
        for (var step = 0; ; step++)
        {
            var bench = new ReconcileBench(TwoPaywalls);
            var watch = Watch(bench);
            await PassAsync(watch, 1);
            var before = bench.ServedHash();
            await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_b", Active = true }, CancellationToken.None);
            bench.Paywalls = [TwoPaywalls[0].WithPolicy(policy => policy with { FixedAmountMsats = 9000 }), TwoPaywalls[1]];
            using var stop = new CancellationTokenSource();
            var left = step;
            void Count()
            {
                if (left-- == 0)
                {
                    stop.Cancel();
                }
            }

            bench.ControlPlane.Before = _ => Count();
            bench.Gateway.Before = _ => Count();
            bench.Gateway.After = _ => Count();
            var pass = await watch.RunPassAsync("watch:2", stop.Token, CancellationToken.None);
            bench.ControlPlane.Before = null;
            bench.Gateway.Before = null;
            bench.Gateway.After = null;

            // The close was finished whatever came; the rest is whole or not there.
            Assert.DoesNotContain("b.r", await SellingAsync(bench));
            Assert.NotNull(watch.Health.LastClosedAtMs);
            var outcome = pass.Gateways.Single().Outcome;
            var served = bench.ServedHash();
            Assert.True(outcome == WatchOutcome.RolledOut ? served == bench.WantedHash : served != before, "step " + step + ": " + outcome);
            Assert.Contains(outcome, new[] { WatchOutcome.RolledOut, WatchOutcome.Failed, WatchOutcome.NotReached });

            bench.Time.Advance(TimeSpan.FromHours(1));
            Assert.True((await PassAsync(watch, 3)).Ok, "step " + step);
            Assert.Equal(bench.WantedHash, bench.ServedHash());
            if (!stop.IsCancellationRequested)
            {
                Assert.InRange(step, 5, 200);
                return;
            }
        }
    }

    [Fact]
    public async Task A_removal_in_small_steps_and_a_price_that_rises_twice_are_stopped_by_the_guard_rails()
    {
        var paywalls = Enumerable.Range(0, 10).Select(static place => Paywall("p" + place, Route("r", "shop.example.com", "/" + place))).ToArray();
        using var folder = new TemporaryFolder();
        var bench = new ReconcileBench(paywalls) { Records = new FileGatewayRecords(folder.Path) };
        var watch = new ReconcileWatch(
            _ => Task.FromResult(new WatchSession(Session(bench).Targets.Select(static target => target with { Options = target.Options with { Limits = new GuardRails() } }).ToArray(), [])),
            new WatchOptions { Gateways = [bench.Gateway.Name], Interval = Interval },
            bench.Time);
        var number = 0;
        await RollOutAsync(paywalls, null);

        await RollOutAsync(paywalls[..9], null);
        await RollOutAsync(paywalls[..8], null);
        await RollOutAsync(paywalls[..7], "guard_rail_exceeded");
        Assert.Contains("p7.r", await SellingAsync(bench));
        await RollOutAsync([Price(paywalls[0], 4000), .. paywalls[1..8]], null);
        await RollOutAsync([Price(paywalls[0], 8000), .. paywalls[1..8]], "guard_rail_exceeded");

        // A pause is never limited, and a day later the step is one of its own.
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, CancellationToken.None);
        await PassAsync(watch, ++number);
        Assert.Empty(await SellingAsync(bench));
        await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = false }, CancellationToken.None);
        bench.Time.Advance(TimeSpan.FromDays(1));
        await RollOutAsync([Price(paywalls[0], 8000), .. paywalls[1..7]], null);

        async Task RollOutAsync(IReadOnlyList<Paywall> wanted, string? code)
        {
            bench.Paywalls = wanted;
            var pass = await PassAsync(watch, ++number);
            Assert.Equal((code is null ? WatchOutcome.RolledOut : WatchOutcome.Failed, code), (pass.Gateways.Single().Outcome, pass.Gateways.Single().Code));
        }

        static Paywall Price(Paywall paywall, long msats) => paywall.WithPolicy(policy => policy with { FixedAmountMsats = msats, MaxPerRequestMsats = null });
    }

    private static async Task HoldAsync((int Kind, int Amount)[] sequence)
    {
        var bench = new ReconcileBench(TwoPaywalls);
        var watch = Watch(bench);
        var nextPass = bench.Time.GetUtcNow();
        var deniedSince = new Dictionary<string, DateTimeOffset>();
        var confirmed = new HashSet<string>();
        var isFaulty = false;
        var number = 0;
        foreach (var (kind, amount) in sequence)
        {
            var owner = amount % 2 == 0 ? "a" : "b";
            switch (kind)
            {
                case 0 or 1: await SetAsync(owner, isActive: true); break;
                case 2: await SetAsync(owner, isActive: false); break;
                case 3: await PauseAsync(isActive: true); break;
                case 4: await PauseAsync(isActive: false); break;
                case 5: bench.Paywalls = [TwoPaywalls[0].WithPolicy(policy => policy with { FixedAmountMsats = 1000 + (amount * 1000) }), TwoPaywalls[1]]; break;
                case 6:
                    bench.Faults.Fail((GatewayOperation)(amount % 6), amount % 3 == 0 ? FaultMoment.After : FaultMoment.Before, 1 + (amount % 2));
                    isFaulty = true;
                    break;
                default:
                    // Time passes, with a pass at each period.
                    bench.Time.Advance(TimeSpan.FromSeconds(amount / 10d));
                    while (bench.Time.GetUtcNow() >= nextPass)
                    {
                        var before = deniedSince.Keys.ToArray();
                        var pass = await PassAsync(watch, ++number);
                        nextPass = bench.Time.GetUtcNow() + Interval;
                        if (watch.Health.LastClosedAtMs == watch.Health.LastPassAtMs)
                        {
                            confirmed.UnionWith(before);
                        }

                        isFaulty &= !pass.Ok;
                    }

                    break;
            }

            await CheckAsync();
        }

        async Task SetAsync(string owner, bool isActive)
        {
            await bench.Plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_" + owner, Active = isActive }, CancellationToken.None);
            await MarkAsync();
        }

        async Task PauseAsync(bool isActive)
        {
            await bench.Plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = isActive }, CancellationToken.None);
            await MarkAsync();
        }

        async Task MarkAsync()
        {
            var state = await bench.Plane.GetSecurityStateAsync(CancellationToken.None);
            foreach (var name in new[] { "a", "b" })
            {
                var isDenied = state.Global.GlobalPause || state.OwnerControls.Any(one => one.KillSwitch && one.OwnerId == "owner_" + name);
                if (!isDenied)
                {
                    deniedSince.Remove(name);
                    confirmed.Remove(name);
                }
                else
                {
                    deniedSince.TryAdd(name, bench.Time.GetUtcNow());
                }
            }
        }

        // A buyer comes now.
        async Task CheckAsync()
        {
            var selling = await SellingAsync(bench);
            foreach (var name in deniedSince.Keys.Where(name => selling.Contains(name + ".r")))
            {
                Assert.False(confirmed.Contains(name), name + " sells after a confirmed close");
                Assert.True(isFaulty || bench.Time.GetUtcNow() - deniedSince[name] <= Interval, name + " sells later than one interval after the command");
            }
        }
    }

    private static ReconcileWatch Watch(params ReconcileBench[] benches) =>
        new(_ => Task.FromResult(Session(benches)), new WatchOptions { Gateways = benches.Select(bench => bench.Gateway.Name).ToArray(), Interval = Interval }, benches[0].Time);

    private static WatchSession Session(params ReconcileBench[] benches) => new(
        benches.Select(bench => new WatchTarget
        {
            Drift = new DriftCheck(bench.ControlPlane, bench.Gateway, bench.Time) { ReportsUnreachable = true, AsksGateway = false },
            Reconciler = bench.Reconciler,
            Options = bench.Options,
        }).ToArray(),
        []);

    private static Task<WatchPass> PassAsync(ReconcileWatch watch, int number) => watch.RunPassAsync("watch:" + number, CancellationToken.None, CancellationToken.None);

    private static async Task<string[]> SellingAsync(ReconcileBench bench)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return (await bench.ReadServedAsync()).Services!.Where(service => service.Sells).Select(service => service.Name).ToArray();
            }
            catch (GatewayException) when (tries < 200)
            {
            }
        }
    }

    private sealed class Notifier : IChangeNotifier
    {
        private readonly SemaphoreSlim changes = new(0);

        public void Change() => changes.Release();

        public Task WaitForChangeAsync(CancellationToken cancellationToken) => changes.WaitAsync(cancellationToken);
    }
}
