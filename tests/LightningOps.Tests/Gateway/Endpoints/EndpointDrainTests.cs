using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Compile;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Gateway.Endpoints;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Probes;
using LightningOps.Reconcile;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.Endpoints;

/// <summary>Endpoints that are changed while they are out of the balancer (docs/reference/gateway.md#drain).</summary>
public sealed class EndpointDrainTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The model: requests begin and end at any moment, an endpoint that restarts loses those it has.</summary>
    [Fact]
    public void No_paid_request_is_lost_whatever_the_load()
    {
        var changes = Gen.Int[0, 3].Array[20, 200];
        changes.Sample(static load => new BalancerModel(drains: true).Play(load) == 0);
        Assert.Contains(Enumerable.Range(0, 50), static seed => new BalancerModel(drains: false).Play(Enumerable.Range(0, 60).Select(step => (step * 7 + seed) % 4).ToArray()) > 0);
    }

    [UnixFact]
    public async Task Ten_price_changes_over_two_endpoints_lose_no_paid_request_over_http()
    {
        await using var one = new RestartingEndpoint(folder.Path, "one");
        await using var two = new RestartingEndpoint(folder.Path, "two");
        var balancer = new Balancer(folder.Path, one, two);
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(_ => Task.Run(() => balancer.LoadAsync(stop.Token))).ToArray();
        using var group = new EndpointGroup([one, two]);
        for (var change = 0; change < 10; change++)
        {
            var drain = CreateDrain("mkdir \"$0/$1.drained\"; while [ -n \"$(ls \"$0/$1.flight\")\" ]; do sleep 0.01; done", "rmdir \"$0/$1.drained\"");
            await group.ApplyAsync(Rollout(change), drain, CancellationToken.None);
        }

        stop.Cancel();
        await Task.WhenAll(load);
        Assert.Equal((10, 10), (one.Restarts, two.Restarts));
        Assert.True(balancer.Served > 10, balancer.Served + " served");
        Assert.Empty(balancer.Lost);
    }

    [UnixFact]
    public async Task One_endpoint_is_out_at_a_time_and_named_in_the_commands()
    {
        var log = folder.File("log");
        using var group = new EndpointGroup([new MemoryGateway(new MemoryGatewayOptions { Name = "memory:a" }), new MemoryGateway(new MemoryGatewayOptions { Name = "memory:b" })]);

        await group.ApplyAsync(Rollout(1), CreateDrain("echo \"drain $1\" >> \"$0/log\"", "echo \"undrain $1\" >> \"$0/log\""), CancellationToken.None);

        Assert.Equal(["drain a", "undrain a", "drain b", "undrain b"], File.ReadAllLines(log));
    }

    [UnixFact]
    public async Task An_endpoint_that_cannot_be_drained_is_not_changed_and_put_back()
    {
        var faulty = new MemoryGateway(new MemoryGatewayOptions { Name = "memory:a" });
        using var group = new EndpointGroup([faulty, new MemoryGateway(new MemoryGatewayOptions { Name = "memory:b" })]);
        var drain = CreateDrain("exit 3", "echo back >> \"$0/log\"");

        var failure = await Assert.ThrowsAsync<GatewayException>(() => group.ApplyAsync(Rollout(1), drain, CancellationToken.None));

        Assert.StartsWith("drain_failed:exit_3", failure.Reason, StringComparison.Ordinal);
        Assert.Null((await group.ReadStateAsync(CancellationToken.None)).Active);
        Assert.Empty(await drain.UndrainAsync());
        Assert.Equal(["back"], File.ReadAllLines(folder.File("log")));
    }

    [UnixFact]
    public async Task A_roll_back_drains_each_endpoint_too_the_one_that_failed_first()
    {
        var log = folder.File("log");
        var faults = new FaultPlan().Fail(GatewayOperation.Apply, FaultMoment.After);
        using var group = new EndpointGroup([new MemoryGateway(new MemoryGatewayOptions { Name = "memory:a" }), new MemoryGateway(new MemoryGatewayOptions { Name = "memory:b", Faults = faults })]);
        var drain = CreateDrain("echo \"drain $1\" >> \"$0/log\"", "echo \"undrain $1\" >> \"$0/log\"");

        await Assert.ThrowsAsync<GatewayException>(() => group.ApplyAsync(Rollout(1), drain, CancellationToken.None));
        Assert.Equal(["drain a", "undrain a", "drain b", "undrain b", "drain a", "undrain a"], File.ReadAllLines(log));

        // An endpoint that is back already is not drained again by the roll-back of the whole group.
        await group.RollBackAsync("r", "d", await group.ReadStateAsync(CancellationToken.None), drain, CancellationToken.None);
        Assert.Equal(6, File.ReadAllLines(log).Length);
        Assert.Empty(await drain.UndrainAsync());
        Assert.Equal(6, File.ReadAllLines(log).Length);
    }

    [UnixFact]
    public async Task An_endpoint_that_cannot_be_drained_is_still_rolled_back_and_told()
    {
        var gateway = new MemoryGateway(new MemoryGatewayOptions { Name = "memory:a" });
        using var group = new EndpointGroup([gateway, new MemoryGateway(new MemoryGatewayOptions { Name = "memory:b" })]);
        var before = await group.ReadStateAsync(CancellationToken.None);
        await group.ApplyAsync(Rollout(1), CancellationToken.None);
        var drain = CreateDrain("exit 3", "true");

        await group.RollBackAsync("r", "d", before, drain, CancellationToken.None);

        Assert.Null((await group.ReadStateAsync(CancellationToken.None)).Active);
        Assert.Equal(["memory:a: exit_3", "memory:b: exit_3"], drain.NotDrained.Select(static told => told.TrimEnd(':')));
    }

    [UnixFact]
    public async Task A_roll_out_whose_check_fails_rolls_back_out_of_the_balancer()
    {
        var log = folder.File("log");
        var drain = CreateDrain("echo \"drain $1\" >> \"$0/log\"", "echo \"undrain $1\" >> \"$0/log\"");
        var bench = new ReconcileBench { Options = new ReconcileOptions { RequestId = ReconcileBench.RequestId, Drains = new Dictionary<string, EndpointDrain> { ["memory"] = drain } } };
        bench.Faults.Fail(GatewayOperation.Challenge, FaultMoment.Before);

        var result = await bench.RunAsync();

        Assert.Equal(DeploymentStatus.RolledBack, result.DeploymentStatus);
        Assert.Equal(["drain memory", "undrain memory", "drain memory", "undrain memory"], File.ReadAllLines(log));
    }

    private EndpointDrain CreateDrain(string drain, string undrain) =>
        new(["/bin/sh", "-c", drain, folder.Path, "{endpoint}"], ["/bin/sh", "-c", undrain, folder.Path, "{endpoint}"]);

    private static GatewayRollout Rollout(int change) => new() { RequestId = "r" + change, DeploymentId = "dep_" + change, ConfigHash = new ConfigHash("cfg_" + change), Artifact = ReadOnlyMemory<byte>.Empty, Rules = [] };

    /// <summary>Two endpoints behind a balancer, step by step.</summary>
    private sealed class BalancerModel(bool drains)
    {
        private readonly int[] inFlight = [0, 0];
        private int lost;
        private int place;

        /// <summary>How many requests are lost while both endpoints are restarted ten times under a load.</summary>
        public int Play(IReadOnlyList<int> load)
        {
            var isOut = new bool[2];
            var step = 0;
            for (var change = 0; change < 20; change++)
            {
                var endpoint = change % 2;
                isOut[endpoint] = drains;
                do
                {
                    Move(load[step++ % load.Count], isOut);
                }
                while (drains && inFlight[endpoint] > 0);

                lost += inFlight[endpoint];
                inFlight[endpoint] = 0;
                isOut[endpoint] = false;
            }

            return lost;
        }

        private void Move(int deed, bool[] isOut)
        {
            // Requests end eventually; new ones go to an endpoint that is in the balancer.
            for (var endpoint = 0; endpoint < 2; endpoint++)
            {
                inFlight[endpoint] -= Math.Min(inFlight[endpoint], deed == 0 || isOut[endpoint] ? 1 : 0);
            }

            for (var begun = 0; begun < deed; begun++)
            {
                place = 1 - place;
                inFlight[isOut[place] ? 1 - place : place]++;
            }
        }
    }

    /// <summary>Sends requests to the endpoints that are in, and keeps a file for each in flight, as a balancer that can be asked does.</summary>
    private sealed class Balancer(string folder, params RestartingEndpoint[] endpoints)
    {
        private static readonly HttpClient Client = new();
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> lost = new();
        private int served;
        private int next;

        public int Served => served;

        public IEnumerable<string> Lost => lost;

        public async Task LoadAsync(CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                var endpoint = endpoints[Interlocked.Increment(ref next) % endpoints.Length];
                var flight = Path.Combine(folder, endpoint.Place + ".flight", Guid.NewGuid().ToString("N"));
                File.WriteAllText(flight, string.Empty);
                if (Directory.Exists(Path.Combine(folder, endpoint.Place + ".drained")))
                {
                    File.Delete(flight);
                    continue;
                }

                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, endpoint.Url + "/paid");
                    request.Headers.TryAddWithoutValidation("Authorization", "L402 token:preimage");
                    using var response = await Client.SendAsync(request, CancellationToken.None);
                    if ((int)response.StatusCode == 200)
                    {
                        Interlocked.Increment(ref served);
                    }
                    else
                    {
                        lost.Enqueue(endpoint.Place + " answered " + (int)response.StatusCode);
                    }
                }
                catch (HttpRequestException failure)
                {
                    lost.Enqueue(endpoint.Place + ": " + failure.Message);
                }
                finally
                {
                    File.Delete(flight);
                }
            }
        }
    }

    /// <summary>An endpoint that serves over HTTP, and whose every change is a restart: its listener is gone for a moment with all it has in flight.</summary>
    private sealed class RestartingEndpoint : IGateway, IAsyncDisposable
    {
        private readonly MemoryGateway inner;
        private volatile LoopbackServer server = Start();

        public RestartingEndpoint(string folder, string place)
        {
            Place = place;
            inner = new MemoryGateway(new MemoryGatewayOptions { Name = Name });
            Directory.CreateDirectory(Path.Combine(folder, place + ".flight"));
        }

        public string Place { get; }

        public string Name => "memory:" + Place;

        public string Url => server.Url.TrimEnd('/');

        public int Restarts { get; private set; }

        public async Task<GatewayDeployment> ApplyAsync(GatewayRollout rollout, CancellationToken cancellationToken)
        {
            await server.DisposeAsync();
            Restarts++;
            var applied = await inner.ApplyAsync(rollout, cancellationToken);
            server = Start();
            return applied;
        }

        public Task<GatewayState> ReadStateAsync(CancellationToken cancellationToken) => inner.ReadStateAsync(cancellationToken);

        public RolloutPlan Plan(GatewayState state, GatewayRollout rollout) => inner.Plan(state, rollout);

        public Task<GatewayDeployment?> RollBackAsync(string requestId, string deploymentId, GatewayState state, CancellationToken cancellationToken) => inner.RollBackAsync(requestId, deploymentId, state, cancellationToken);

        public RolloutPlan? PlanClosing(GatewayState state, GatewayClosing closing) => inner.PlanClosing(state, closing);

        public Task<GatewayDeployment?> CloseAsync(GatewayClosing closing, CancellationToken cancellationToken) => inner.CloseAsync(closing, cancellationToken);

        public Task<ProbeResult> ProbeHealthAsync(CancellationToken cancellationToken) => inner.ProbeHealthAsync(cancellationToken);

        public Task<ProbeResult> ProbeChallengeAsync(ProbeRoute? route, CancellationToken cancellationToken) => inner.ProbeChallengeAsync(route, cancellationToken);

        public Task<ProbeResult> ProbeProxyAsync(ProbeRoute? route, ProbeResult challenge, CancellationToken cancellationToken) => inner.ProbeProxyAsync(route, challenge, cancellationToken);

        public void Dispose() => inner.Dispose();

        public async ValueTask DisposeAsync() => await server.DisposeAsync();

        private static LoopbackServer Start() => new(static async request =>
        {
            await Task.Delay(5);
            return Reply.Status(200);
        });
    }
}
