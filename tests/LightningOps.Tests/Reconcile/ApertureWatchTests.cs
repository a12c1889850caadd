using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Xunit.Abstractions;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Reconcile;

/// <summary>
/// A watch over the model of an Aperture, by its file and over its admin API, and over a loopback gateway. Whether something is sold is
/// what a buyer sees: a challenge over HTTP.
/// </summary>
public sealed class ApertureWatchTests(ITestOutputHelper output)
{
    private const string CountVariable = "LIGHTNINGOPS_WATCH_EVENTS";
    private const string SeedVariable = "LIGHTNINGOPS_WATCH_SEED";
    private const string FirstVariable = "LIGHTNINGOPS_WATCH_FIRST";
    private const int EventsOfOneAperture = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(WatchedKind.File)]
    [InlineData(WatchedKind.Admin)]
    [InlineData(WatchedKind.Loopback)]
    public async Task No_sale_follows_a_confirmed_close_and_the_last_sale_is_within_one_interval_of_the_last_command(WatchedKind kind)
    {
        var events = int.TryParse(Environment.GetEnvironmentVariable(CountVariable), out var count) ? count : 1_000;
        var seed = int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), out var given) ? given : Environment.TickCount & 0xFFFFFF;
        var first = int.TryParse(Environment.GetEnvironmentVariable(FirstVariable), out var from) ? from : 0;
        output.WriteLine(FormattableString.Invariant($"{kind}: seed {seed}, {events} events ({SeedVariable}, {CountVariable}; {FirstVariable} leaves out the first ones)"));
        var random = new Random(seed);
        var longest = TimeSpan.Zero;
        var (closes, passes, faults) = (0, 0, 0);
        for (var played = 0; played < events; played += EventsOfOneAperture)
        {
            var drawn = Enumerable.Range(0, Math.Min(EventsOfOneAperture, events - played)).Select(_ => (Kind: random.Next(12), Amount: random.Next(400))).ToArray();
            if (played + EventsOfOneAperture <= first)
            {
                continue;
            }

            await using var site = await Site.StartAsync(kind);
            for (var at = 0; at < drawn.Length; at++)
            {
                await site.PlayAsync(drawn[at].Kind, drawn[at].Amount);
                if (await site.FindFaultAsync() is { } fault)
                {
                    Assert.Fail(FormattableString.Invariant($"seed {seed}, event {played + at}: {fault}. Events: {string.Join(" ", site.Log)}"));
                }
            }

            longest = site.LongestSale > longest ? site.LongestSale : longest;
            closes += site.Closes;
            passes += site.Passes;
            faults += site.FailedPasses;
        }

        output.WriteLine(FormattableString.Invariant($"{passes} passes, {faults} of them failed, {closes} confirmed closes, at most {longest.TotalSeconds:0.0} s from a command to the last sale"));
        Assert.True(first > 0 || (closes > 0 && faults > 0));
    }

    [Theory]
    [InlineData(WatchedKind.File)]
    [InlineData(WatchedKind.Admin)]
    [InlineData(WatchedKind.Loopback)]
    public async Task A_watch_that_is_terminated_at_any_step_leaves_a_known_state(WatchedKind kind)
    {
        for (var step = 0; ; step++)
        {
            await using var site = await Site.StartAsync(kind);
            var first = await site.PassAsync();
            Assert.True(first.Ok, string.Join(", ", first.Gateways) + string.Join(", ", first.Results.Select(static result => result.FailureReason + " " + string.Join("; ", result.Warnings))));
            Assert.Equal("ab", await site.SellingAsync());
            await site.SetAsync("b", isActive: true);
            site.Price(9000);
            using var stop = new CancellationTokenSource();
            var left = step;
            site.Step = () =>
            {
                if (left-- == 0)
                {
                    stop.Cancel();
                }
            };
            var pass = await site.PassAsync(stop.Token);
            site.Step = null;

            // The close was finished whatever came, and a buyer sees it.
            Assert.DoesNotContain("b", await site.SellingAsync(), StringComparison.Ordinal);
            Assert.True(site.IsClosed, "step " + step);
            var outcome = pass.Gateways.Single().Outcome;
            Assert.Contains(outcome, new[] { WatchOutcome.RolledOut, WatchOutcome.Failed, WatchOutcome.NotReached });
            Assert.Contains(site.PriceLive(), outcome == WatchOutcome.RolledOut ? [9] : new long[] { 5, 9 });

            // The state is known: the next pass ends in sync, and nothing is left beside the file that a process would load.
            site.Forward(TimeSpan.FromHours(1));
            var next = await site.PassAsync();
            Assert.True(next.Ok, "after step " + step + ": " + string.Join(", ", next.Gateways) + string.Join(", ", next.Results.Select(static result => result.FailureReason + " " + string.Join("; ", result.Warnings))));
            Assert.Equal(("a", 9L), (await site.SellingAsync(), site.PriceLive()));
            Assert.Empty(Directory.GetFiles(site.Folder, "*.tmp"));
            if (!stop.IsCancellationRequested)
            {
                Assert.InRange(step, 5, 200);
                output.WriteLine("steps: " + step.ToString(CultureInfo.InvariantCulture));
                return;
            }
        }
    }

    /// <summary>A control plane, a file, an Aperture and a watch over them, on a clock that is moved.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private static readonly string[] Names = ["a", "b"];
        private readonly FakeTimeProvider time = new();
        private readonly List<Paywall> paywalls = [Selling("a", 5000), Selling("b", 5000)];
        private readonly MockControlPlane plane;
        private readonly FaultyControlPlane hooked;
        private readonly WatchedGateway place;
        private readonly MemoryLeases leases = new();
        private readonly MemoryOutbox outbox = new();
        private readonly ReconcileWatch watch;
        private readonly HttpClient buyer = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });
        private readonly Dictionary<string, DateTimeOffset> deniedSince = [];
        private readonly HashSet<string> confirmed = [];
        private DateTimeOffset nextPass;
        private bool isFaulty;
        private string? seen;

        private Site(WatchedKind kind)
        {
            place = WatchedGateway.Create(kind);
            plane = new MockControlPlane(time, paywalls);
            hooked = new FaultyControlPlane(plane) { Before = _ => Step?.Invoke() };
            watch = new ReconcileWatch(_ => Task.FromResult(Open()), new WatchOptions { Gateways = [place.Name], Interval = Interval }, time);
            nextPass = time.GetUtcNow();
        }

        public string Folder => place.Folder;

        public List<string> Log { get; } = [];

        public Action? Step
        {
            get => place.Step;
            set => place.Step = value;
        }

        public TimeSpan LongestSale { get; private set; }

        public int Closes { get; private set; }

        public int Passes { get; private set; }

        public int FailedPasses { get; private set; }

        public bool IsClosed => watch.Health.LastClosedAtMs is { } closed && closed == watch.Health.LastPassAtMs;

        public static async Task<Site> StartAsync(WatchedKind kind)
        {
            var site = new Site(kind);
            await site.place.StartAsync();
            return site;
        }

        public async ValueTask DisposeAsync()
        {
            buyer.Dispose();
            await place.DisposeAsync();
        }

        public void Forward(TimeSpan duration) => time.Advance(duration);

        public void Price(long msats) => paywalls[0] = Selling("a", msats);

        public long PriceLive() => place.Live.Single(static service => service.PathRegexp!.Contains("/a", StringComparison.Ordinal)).EffectivePrice;

        public async Task SetAsync(string name, bool isActive)
        {
            await plane.SetOwnerKillSwitchAsync(new OwnerKillSwitchChange { OwnerId = "owner_" + name, Active = isActive }, CancellationToken.None);
            await MarkAsync();
        }

        public Task<WatchPass> PassAsync(CancellationToken stop = default) => watch.RunPassAsync(FormattableString.Invariant($"watch:{++Passes}"), stop, CancellationToken.None);

        public async Task PlayAsync(int kind, int amount)
        {
            Log.Add(FormattableString.Invariant($"{kind}/{amount}"));
            var name = Names[amount % 2];
            switch (kind)
            {
                case 0 or 1: await SetAsync(name, isActive: true); break;
                case 2: await SetAsync(name, isActive: false); break;
                case 3 or 4:
                    await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = kind == 3 }, CancellationToken.None);
                    await MarkAsync();
                    break;
                case 5: Price(1000 + (amount * 1000)); break;
                case 6:
                    place.Fail(amount);
                    isFaulty = true;
                    break;
                case 7: await RestartAsync(); break;
                case 8:
                    await place.StopAsync();
                    isFaulty = true;
                    break;
                default:
                    if (!place.IsRunning && amount % 3 != 0)
                    {
                        // Its supervisor starts it.
                        await RestartAsync();
                    }

                    var until = time.GetUtcNow() + TimeSpan.FromSeconds(amount / 10d);
                    while (nextPass <= until)
                    {
                        // The last buyer before the pass.
                        Forward(nextPass - time.GetUtcNow());
                        seen ??= await FindFaultAsync();
                        await PlayPassAsync();
                    }

                    Forward(until - time.GetUtcNow());

                    break;
            }
        }

        /// <summary>What must not be: a sale after a confirmed close, or later than one interval after the command where nothing failed.</summary>
        public async Task<string?> FindFaultAsync()
        {
            if (seen is not null)
            {
                return seen;
            }

            var selling = await SellingAsync();
            foreach (var name in deniedSince.Keys.Where(name => selling.Contains(name, StringComparison.Ordinal)))
            {
                var since = time.GetUtcNow() - deniedSince[name];
                if (confirmed.Contains(name))
                {
                    return name + " sells after a confirmed close";
                }

                if (!isFaulty)
                {
                    LongestSale = since > LongestSale ? since : LongestSale;
                    if (since > Interval)
                    {
                        return name + " sells " + since.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s after the command";
                    }
                }
            }

            return null;
        }

        /// <summary>The paywalls that ask a buyer for payment.</summary>
        public async Task<string> SellingAsync()
        {
            var selling = string.Empty;
            foreach (var name in Names)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, place.Url + "/" + name) { Headers = { Host = "shop.example.com" } };
                try
                {
                    using var answer = await buyer.SendAsync(request);
                    selling += answer.StatusCode == HttpStatusCode.PaymentRequired ? name : string.Empty;
                }
                catch (HttpRequestException) when (!place.IsRunning)
                {
                    // A process that does not run sells nothing.
                }
            }

            return selling;
        }

        private static Paywall Selling(string name, long msats) => Paywall(name, Route("r", "shop.example.com", "/" + name)).WithPolicy(policy => policy with { FixedAmountMsats = msats });

        private async Task PlayPassAsync()
        {
            var before = deniedSince.Keys.ToArray();
            var pass = await PassAsync();
            nextPass = time.GetUtcNow() + Interval;
            if (IsClosed && before.Length > 0)
            {
                Closes++;
                confirmed.UnionWith(before);
            }

            FailedPasses += pass.Ok ? 0 : 1;
            Log.Add("(" + pass.Gateways.Single().Outcome + (IsClosed ? ", closed" : string.Empty) + (place.HasFault ? ", fault left" : string.Empty) + ")");

            // What is still to go wrong can spoil a later close, of which the watch then says that it is not confirmed.
            isFaulty = (isFaulty && !pass.Ok) || place.HasFault;
        }

        private async Task RestartAsync()
        {
            if (!await place.RestartAsync())
            {
                return;
            }

            // It may have forgotten what its database did not take: the watch learns of it at its next pass.
            confirmed.Clear();
            foreach (var name in deniedSince.Keys.ToArray())
            {
                deniedSince[name] = time.GetUtcNow();
            }
        }

        private async Task MarkAsync()
        {
            var state = await plane.GetSecurityStateAsync(CancellationToken.None);
            foreach (var name in Names)
            {
                if (state.Global.GlobalPause || state.OwnerControls.Any(one => one.KillSwitch && one.OwnerId == "owner_" + name))
                {
                    deniedSince.TryAdd(name, time.GetUtcNow());
                    continue;
                }

                deniedSince.Remove(name);
                confirmed.Remove(name);
            }
        }

        // As the command does: everything is opened for each pass.
        private WatchSession Open()
        {
            var gateway = place.Open();
            return new WatchSession(
                [
                    new WatchTarget
                    {
                        Drift = new DriftCheck(hooked, gateway, time) { ReportsUnreachable = true, AsksGateway = false },
                        Reconciler = new Reconciler(hooked, gateway, time, leases, outbox),
                        Options = new ReconcileOptions { RequestId = "watch" },
                    },
                ],
                [gateway]);
        }
    }
}
