using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.Gateway;
using LightningOps.Http;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Reconcile.Faults;

/// <summary>Whole reconciles with a local store as the control plane, over HTTP to a peer behind a fault proxy.</summary>
internal sealed class FaultyRun : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly IReadOnlyList<Paywall> OldPaywalls = [Selling("/s/*"), Selling("/s/b"), Selling("/b/c"), Selling("/gone")];
    private static readonly IReadOnlyList<Paywall> NewPaywalls = [Selling("/s/*", 5000), Selling("/s/b"), Selling("/s/a/*"), Selling("/b/c", 9000), Selling("/c")];

    private readonly TemporaryFolder folder = new();
    private readonly HeldTime time = new();
    private readonly IFaultyPeer peer;
    private readonly FaultProxy proxy;
    private readonly LoopbackServer server;
    private readonly LocalControlPlane plane;
    private readonly StoreLeases leases;
    private readonly StoreOutbox outbox;
    private readonly HashSet<string> seenEvents = new(StringComparer.Ordinal);
    private Action putBack = () => { };
    private string gatewayName = string.Empty;
    private int runs;

    private FaultyRun(IFaultyPeer peer)
    {
        this.peer = peer;
        proxy = new FaultProxy(peer.AnswerAsync, () => time.RunOut(TestTries.Timeout));
        server = new LoopbackServer(proxy.AnswerAsync);
        var store = new LocalStoreOptions { Path = folder.File("store.db"), IsDurable = false };
        plane = new LocalControlPlane(store);
        leases = new StoreLeases(store);
        outbox = new StoreOutbox(store, "local");
    }

    public static GatewayRollout Old { get; } = CreateRollout("old", [.. OldPaywalls]);

    public static GatewayRollout New { get; } = CreateRollout("new", [.. NewPaywalls]);

    /// <summary>Requests of a run without a fault.</summary>
    public int Requests { get; private set; }

    /// <summary>A run from the old configuration to the new one.</summary>
    public static async Task<FaultyRun> PrepareAsync(IFaultyPeer peer)
    {
        var run = new FaultyRun(peer);
        await run.WantAsync(OldPaywalls);
        Assert.True((await run.ReconcileAsync(TestTries.Many)).Ok);
        run.putBack = peer.Remember();
        await run.WantAsync(NewPaywalls);
        run.proxy.Restart();
        Assert.True((await run.ReconcileAsync(TestTries.Many)).Ok);
        run.Requests = run.proxy.Seen;
        peer.AssertServes(New);
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        plane.Dispose();
        leases.Dispose();
        outbox.Dispose();
        folder.Dispose();
    }

    /// <summary>Goes from the old configuration to the new one with faults on the way, checks, and goes on without.</summary>
    /// <param name="fault">The fault of a request, given its number from 1; null for none.</param>
    /// <param name="tries">How often each request is tried.</param>
    /// <param name="isUp">Whether the gateway answers again before the run ends.</param>
    /// <param name="label">Names the case where it fails.</param>
    public async Task HoldAsync(Func<int, HttpFault?> fault, int tries, bool isUp, string label)
    {
        putBack();
        proxy.Restart();
        proxy.Fault = (number, _) => fault(number);
        var result = await ReconcileAsync(tries);
        proxy.Fault = (_, _) => null;
        try
        {
            await CheckAsync(result, isUp);
            peer.AssertNeverBetween(New);
            var second = await ReconcileAsync(TestTries.Many);
            Assert.True(second is { Ok: true, Serving: LiveConfiguration.Wanted }, second.ToString());
            peer.AssertServes(New);
            Assert.Null(await outbox.DequeueAsync(0, gatewayName, None));
        }
        catch (Exception e)
        {
            throw new Xunit.Sdk.XunitException(label + ": " + result.DeploymentStatus + " " + result.FailureCode + " " + result.FailureReason + " serving " + result.Serving + "\n" + e.Message, e);
        }
    }

    private async Task CheckAsync(ReconcileResult result, bool isUp)
    {
        var record = Assert.Single(await plane.ListDeploymentsAsync(new DeploymentQuery { DeploymentId = result.DeploymentId }, None));
        Assert.Equal(result.DeploymentStatus, record.Status);
        Assert.NotEqual(DeploymentStatus.Pending, record.Status);
        switch (result.Serving)
        {
            case LiveConfiguration.Wanted:
                peer.AssertServes(New);
                break;
            case LiveConfiguration.Previous:
                peer.AssertServes(Old);
                Assert.NotEqual(DeploymentStatus.Applied, record.Status);
                break;
            case LiveConfiguration.Unknown when result.FailureCode == ReconcileFailureCodes.ActiveLookupFailed:
                // It was not read, and nothing was sent.
                peer.AssertServes(Old);
                Assert.Equal((DeploymentStatus.Failed, false), (record.Status, result.Changed));
                break;
            default:
                Assert.False(isUp, "it is not known what is served");
                Assert.Equal("rollback_failed", result.FailureCode);
                break;
        }

        if (record.Status == DeploymentStatus.RolledBack)
        {
            Assert.Equal((LiveConfiguration.Previous, Old.ConfigHash), (result.Serving, record.RolledBackFrom));
        }
        else if (record.Status == DeploymentStatus.Failed && result.Serving == LiveConfiguration.Wanted)
        {
            Assert.Contains(New.ConfigHash, (string?)JsonNode.Parse(record.Metadata!.Value)!["failure"]!["reason"], StringComparison.Ordinal);
        }

        foreach (var recorded in await plane.ListEventsAsync(new GatewayEventQuery { DeploymentId = result.DeploymentId }, None))
        {
            Assert.True(seenEvents.Add(result.DeploymentId + recorded.EventType), "event twice: " + recorded.EventType);
        }
    }

    private Task WantAsync(IReadOnlyList<Paywall> paywalls) => plane.ImportPaywallsAsync(paywalls, PaywallImportMode.Replace, None);

    private async Task<ReconcileResult> ReconcileAsync(int tries)
    {
        using var gateway = peer.Open(server.Url, new GatewayHttpOptions
        {
            Time = time,
            Tries = tries,
            TryTimeout = TestTries.Timeout,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = TimeSpan.FromMilliseconds(2),
        });
        gatewayName = gateway.Name;
        var options = new ReconcileOptions { RequestId = "run:" + ++runs };
        return await new Reconciler(plane, gateway, time, leases, outbox).RunAsync(options, None);
    }

    /// <summary>How often and how long a request is tried.</summary>
    internal static class TestTries
    {
        public const int Once = 1;
        public const int Many = 4;

        public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(30);
    }
}
