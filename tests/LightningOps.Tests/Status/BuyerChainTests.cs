using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Settings;
using LightningOps.Status;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Status;

/// <summary>One broken link fails with its name, and no other link fails.</summary>
public sealed class BuyerChainTests
{
    private const string Ready = "{\"identity_pubkey\":\"02\",\"synced_to_chain\":true}";

    [Theory]
    [InlineData("none", null)]
    [InlineData("health", ChainLink.Endpoint)]
    [InlineData("challenge", ChainLink.Price)]
    [InlineData("proxy", ChainLink.Purchase)]
    [InlineData("locked", ChainLink.Node)]
    [InlineData("unsynced", ChainLink.Node)]
    [InlineData("down", ChainLink.Node)]
    [InlineData("other", ChainLink.Node)]
    [InlineData("drained", ChainLink.Inbound)]
    [InlineData("reserved", ChainLink.Inbound)]
    [InlineData("inactive", ChainLink.Inbound)]
    public async Task Each_broken_link_fails_with_its_name_and_only_that(string broken, ChainLink? link)
    {
        await using var node = new LoopbackServer(request => Task.FromResult(Answer(request.Target, broken)));
        var bench = new ReconcileBench([Priced("dear", 90_000, Route("r", "shop.example.com", "/dear")), Priced("cheap", 2_000, Route("r", "shop.example.com", "/cheap"))]);
        await bench.RunAsync();
        foreach (var (name, operation) in new[] { ("health", GatewayOperation.Health), ("challenge", GatewayOperation.Challenge), ("proxy", GatewayOperation.Proxy) })
        {
            bench.Faults.Fail(operation, FaultMoment.Before, name == broken ? 9 : 0);
        }

        using var payee = Payee(broken == "down" ? "http://127.0.0.1:9" : node.Url);

        var result = await new BuyerChain(bench.ControlPlane, bench.Gateway, payee, 5_000).RunAsync(bench.Options, CancellationToken.None);

        Assert.Equal(link, result.BrokenLink);
        Assert.Equal(link is null ? [] : new[] { link.Value }, result.Links.Where(one => one.Outcome == CheckOutcome.Failed).Select(one => one.Link));
        Assert.Equal(link is null, result.IsComplete);
        Assert.Equal(Enum.GetValues<ChainLink>(), result.Links.Select(one => one.Link));
        Assert.All(result.Links, one => Assert.True(one.Outcome == CheckOutcome.Passed || one.Reason is not null, one.Link.ToString()));
    }

    [Fact]
    public async Task Nothing_is_bought_without_a_limit_and_nothing_above_it()
    {
        var bench = new ReconcileBench([Priced("cheap", 2_000, Route("r", "shop.example.com", "/cheap"))]);
        await bench.RunAsync();
        bench.Gateway.Calls.Clear();

        foreach (var limit in new Msats?[] { null, new Msats(1_999) })
        {
            var result = await new BuyerChain(bench.ControlPlane, bench.Gateway, null, limit).RunAsync(bench.Options, CancellationToken.None);

            Assert.Equal(CheckOutcome.NotMade, result.Links.Single(link => link.Link == ChainLink.Purchase).Outcome);
            Assert.True(result.Ok);
            Assert.False(result.IsComplete);
        }

        Assert.DoesNotContain(GatewayOperation.Proxy, bench.Gateway.Calls);
    }

    [Fact]
    public async Task The_macaroon_of_the_node_is_in_no_result()
    {
        await using var node = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"code\":2,\"message\":\"verification failed: 0201beef\"}", 500)));
        var bench = new ReconcileBench();
        using var payee = Payee(node.Url);

        var result = await new BuyerChain(bench.ControlPlane, bench.Gateway, payee, null).RunAsync(bench.Options, CancellationToken.None);

        Assert.DoesNotContain("0201beef", LightningOps.Json.ArtifactJson.Serialize(result), StringComparison.Ordinal);
        Assert.All(node.Requests, request => Assert.Equal("GET", request.Method));
    }

    private static LndPayee Payee(string url) => new(url, new PayerSettings { Environment = OperatorEnvironment.ForProcess(), Macaroon = new OperatorSecret(() => "0201beef"), Http = new WalletHttpOptions { AllowInsecure = true } });

    private static Reply Answer(string target, string broken) => (target, broken) switch
    {
        (_, "locked") => Reply.Json("{\"code\":2,\"message\":\"wallet locked, unlock it to enable full RPC access\",\"details\":[]}", 500),
        (_, "other") => Reply.Json("[]"),
        ("/v1/getinfo", "unsynced") => Reply.Json(Ready.Replace("true", "false", StringComparison.Ordinal)),
        ("/v1/getinfo", _) => Reply.Json(Ready),
        ("/v1/channels?active_only=true", "drained") => Reply.Json("{\"channels\":[{\"active\":true,\"remote_balance\":\"40\"},{\"active\":true}]}"),
        ("/v1/channels?active_only=true", "reserved") => Reply.Json("{\"channels\":[{\"active\":true,\"remote_balance\":\"1000\",\"remote_chan_reserve_sat\":\"950\"}]}"),
        ("/v1/channels?active_only=true", "inactive") => Reply.Json("{\"channels\":[{\"active\":false,\"remote_balance\":\"100000\"}]}"),
        ("/v1/channels?active_only=true", _) => Reply.Json("{\"channels\":[{\"active\":true,\"remote_balance\":\"50\"},{\"active\":true,\"remote_balance\":\"40\"}]}"),
        _ => Reply.Status(404),
    };
}
