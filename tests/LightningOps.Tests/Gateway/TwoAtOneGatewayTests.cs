using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Ops;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Settings;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;

namespace LightningOps.Tests.Gateway;

/// <summary>Two users or machines at one admin or ops gateway, which do not see each other's lease.</summary>
public sealed class TwoAtOneGatewayTests : IAsyncDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly GatewayService Theirs = new() { Name = "theirs", HostRegexp = "^t$", PathRegexp = "^/t$", Address = "t:80", Protocol = "http", Auth = "on", PriceSats = 4 };
    private readonly StrictAperture aperture = new();
    private readonly OpsPeer ops = new();
    private readonly LoopbackServer adminServer;
    private readonly LoopbackServer opsServer;
    private readonly MemoryRecords records = new();
    private readonly FakeTimeProvider time = new();
    private Action<RecordedRequest>? before;
    private Func<RecordedRequest, Task>? beforeAsync;

    public TwoAtOneGatewayTests()
    {
        adminServer = new LoopbackServer(async question =>
        {
            before?.Invoke(question);
            await (beforeAsync?.Invoke(question) ?? Task.CompletedTask);
            return await aperture.AnswerAsync(question);
        });
        opsServer = new LoopbackServer(ops.AnswerAsync);
    }

    public async ValueTask DisposeAsync()
    {
        await adminServer.DisposeAsync();
        await opsServer.DisposeAsync();
    }

    [Fact]
    public async Task What_changed_between_the_read_and_the_first_write_stops_the_roll_out_and_is_named()
    {
        using var gateway = Admin();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        await gateway.ReadStateAsync(None);
        aperture.Services = [.. aperture.Services.Select(static service => service with { PriceSats = 77 })];

        var failure = await Assert.ThrowsAsync<GatewayChangedException>(() => gateway.ApplyAsync(OfPaths("dep_2", "/a", "/b"), None));

        Assert.Equal(["pw_a.r"], failure.Changed);
        Assert.Contains("pw_a.r", failure.Message, StringComparison.Ordinal);
        Assert.Equal(("GatewayChanged", 77L), (failure.Tag, Assert.Single(aperture.Services).PriceSats));
    }

    [Fact]
    public async Task What_changes_between_two_writes_stops_it_there_and_nothing_more_is_sent()
    {
        using var gateway = Admin();
        var writes = new List<string>();
        before = question =>
        {
            if (question.Method != "GET")
            {
                writes.Add(question.Method);
                if (writes.Count == 2)
                {
                    aperture.Services = [.. aperture.Services, Theirs];
                }
            }
        };

        var failure = await Assert.ThrowsAsync<GatewayChangedException>(() => gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b", "/c", "/d"), None));

        Assert.Equal(["theirs"], failure.Changed);
        Assert.Equal(2, writes.Count);
    }

    [Fact]
    public async Task A_reconcile_says_gateway_changed_puts_nothing_back_and_still_closes_what_is_denied()
    {
        var plane = new MockControlPlane(TimeProvider.System, [Selling("/a"), Selling("/b"), Selling("/c")]);
        using var gateway = Admin();
        Assert.True((await RunAsync(plane, gateway, "first")).Ok);
        await plane.SetGlobalPauseAsync(new GlobalPauseChange { Active = true }, None);
        aperture.Services = [.. aperture.Services];
        var gets = 0;
        before = question =>
        {
            // After the pass has read and planned, and before its first write.
            if (question.Method == "GET" && question.Target.Contains("/services", StringComparison.Ordinal) && ++gets == 2)
            {
                aperture.Services = [.. aperture.Services, Theirs];
            }
        };

        var result = await RunAsync(plane, gateway, "second");

        Assert.Equal("gateway_changed", result.FailureCode);
        Assert.Contains("theirs", result.FailureReason, StringComparison.Ordinal);
        Assert.Equal(["pw_a.r", "pw_b.r", "pw_c.r"], aperture.Services.Where(static service => service.IsClosed).Select(static service => service.Name).Order(StringComparer.Ordinal));
        Assert.Contains(Theirs, aperture.Services);
    }

    [Fact]
    public async Task A_close_is_never_stopped_by_it()
    {
        using var gateway = Admin();
        await gateway.ApplyAsync(OfPaths("dep_1", "/a", "/b"), None);
        await gateway.ReadStateAsync(None);
        aperture.Services = [.. aperture.Services, Theirs];

        await gateway.CloseAsync(new GatewayClosing { RequestId = "r", DeploymentId = "dep_close_r", Decide = static (_, _) => CloseDecision.CloseIfMadeHere }, None);

        Assert.Equal(2, aperture.Services.Count(static service => service.IsClosed));
    }

    [Fact]
    public async Task An_ops_gateway_that_another_has_deployed_to_since_it_was_read_is_not_deployed_to()
    {
        using var gateway = Ops(records);
        using var other = Ops(new MemoryRecords());
        await gateway.ApplyAsync(OfPaths("dep_1", "/a"), None);
        await gateway.ReadStateAsync(None);
        time.Advance(TimeSpan.FromSeconds(2));
        var theirs = OfPaths("dep_2", "/x");
        await other.ApplyAsync(theirs, None);

        var failure = await Assert.ThrowsAsync<GatewayChangedException>(() => gateway.ApplyAsync(OfPaths("dep_3", "/b"), None));

        Assert.Contains(theirs.ConfigHash, failure.Message, StringComparison.Ordinal);
        Assert.Equal(theirs.ConfigHash, ops.ActiveHash);
    }

    [Fact]
    public async Task Closings_are_sent_two_at_once_the_dearest_first_and_of_one_price_the_most_exposed()
    {
        aperture.Services =
        [
            new GatewayService { Name = "cheap", HostRegexp = "^c$", PathRegexp = "^/c$", Address = "c:1", Protocol = "http", Auth = "on", PriceSats = 1 },
            new GatewayService { Name = "narrow", HostRegexp = "^n$", PathRegexp = "^/n$", Address = "n:1", Protocol = "http", Auth = "on", PriceSats = 9 },
            new GatewayService { Name = "broad", HostRegexp = "^b.*$", PathRegexp = "^/b/.*$", Address = "b:1", Protocol = "http", Auth = "on", PriceSats = 9 },
            new GatewayService { Name = "dear", HostRegexp = "^d$", PathRegexp = "^/d$", Address = "d:1", Protocol = "http", Auth = "on", PriceSats = 50 },
        ];
        var order = new List<string>();
        var done = new List<(int Done, int All)>();
        TaskCompletionSource? first = null;
        beforeAsync = async question =>
        {
            if (question.Method != "PUT")
            {
                return;
            }

            Task pair;
            lock (order)
            {
                order.Add(question.Target.Split('/')[^1]);
                if (first is null)
                {
                    first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    pair = first.Task;
                }
                else
                {
                    first.SetResult();
                    first = null;
                    pair = Task.CompletedTask;
                }
            }

            // Answered when the other of the pair has come, too: that they are sent at once is what is shown. No thread waits for it.
            await pair.WaitAsync(TimeSpan.FromSeconds(30));
        };
        using var gateway = Admin();
        ((IChangeProgress)gateway).Changed = (count, all) =>
        {
            lock (done)
            {
                done.Add((count, all));
            }
        };

        await gateway.CloseAsync(new GatewayClosing { RequestId = "r", DeploymentId = "dep_close_r", Decide = static (_, _) => CloseDecision.Close }, None);

        // The order within a pair is open.
        Assert.Equal(["broad", "dear"], order.Take(2).Order(StringComparer.Ordinal));
        Assert.Equal(["cheap", "narrow"], order.Skip(2).Order(StringComparer.Ordinal));
        Assert.Equal([(1, 4), (2, 4), (3, 4), (4, 4)], done.Order());
    }

    private static Task<ReconcileResult> RunAsync(MockControlPlane plane, IGateway gateway, string request) =>
        new Reconciler(plane, gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = request }, None);

    private ApertureAdminGateway Admin() => new(new ApertureAdminGatewayOptions { BaseUrl = adminServer.Url, Macaroon = OperatorSecret.From(StrictAperture.Macaroon), Records = records, Http = TestHttp.Options });

    private OpsGateway Ops(MemoryRecords own) => new(new OpsGatewayOptions { BaseUrl = opsServer.Url, ChallengeUrl = opsServer.Url + "/staging", ProxyUrl = opsServer.Url + "/staging", OpsToken = OperatorSecret.From("tok"), Records = own, Http = TestHttp.Options with { Time = time } });
}
