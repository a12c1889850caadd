using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.Gateway;
using LightningOps.Gateway.Memory;
using LightningOps.Gateway.Ops;
using LightningOps.Settings;
using LightningOps.Status;
using LightningOps.Tests.Gateway.Ops;
using LightningOps.Tests.Http;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Status;

/// <summary>One broken link fails with its name, and no other link fails.</summary>
public sealed class BuyerChainTests
{
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
        await using var node = new PayeeNode(broken);
        var bench = new ReconcileBench([Priced("dear", 90_000, Route("r", "shop.example.com", "/dear")), Priced("cheap", 2_000, Route("r", "shop.example.com", "/cheap"))]);
        await bench.RunAsync();
        foreach (var (name, operation) in new[] { ("health", GatewayOperation.Health), ("challenge", GatewayOperation.Challenge), ("proxy", GatewayOperation.Proxy) })
        {
            bench.Faults.Fail(operation, FaultMoment.Before, name == broken ? 9 : 0);
        }

        using var payee = node.Open();

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_of_a_wrapper_is_no_price_and_its_own_authorization_no_purchase(bool sendsChallenge)
    {
        var peer = new OpsPeer();
        await using var server = new LoopbackServer(async request => request.Target == "/staging" && !sendsChallenge ? Reply.Status(200) : await peer.AnswerAsync(request));
        using var gateway = new OpsGateway(new OpsGatewayOptions { BaseUrl = server.Url, ChallengeUrl = server.Url + "/staging", ProxyUrl = server.Url + "/staging", OpsToken = OperatorSecret.From("tok"), Http = TestHttp.Options });
        var bench = new ReconcileBench([Priced("cheap", 2_000, Route("r", "shop.example.com", "/cheap"))]);

        var result = await new BuyerChain(bench.ControlPlane, gateway, null, 5_000).RunAsync(bench.Options, CancellationToken.None);

        Assert.Equal(sendsChallenge ? CheckOutcome.NotMade : CheckOutcome.Failed, result.Links.Single(link => link.Link == ChainLink.Price).Outcome);
        Assert.Contains(sendsChallenge ? "its price was not read" : "status_200", result.Links.Single(link => link.Link == ChainLink.Price).Reason, StringComparison.Ordinal);
        Assert.Equal(CheckOutcome.NotMade, result.Links.Single(link => link.Link == ChainLink.Purchase).Outcome);
        Assert.DoesNotContain(server.Requests, static request => request.Headers.GetValueOrDefault("authorization") == "L402 smoke:proof");
    }

    [Theory]
    [InlineData("ready")]
    [InlineData("echo")]
    public async Task The_macaroon_of_the_node_reads_only_and_is_in_no_result(string does)
    {
        await using var node = new PayeeNode(does);
        var bench = new ReconcileBench();
        await bench.RunAsync();
        using var payee = node.Open();

        var result = await new BuyerChain(bench.ControlPlane, bench.Gateway, payee, null).RunAsync(bench.Options, CancellationToken.None);

        Assert.Equal(does == "ready" ? null : ChainLink.Node, result.BrokenLink);
        Assert.NotEmpty(node.Requests);
        Assert.All(node.Requests, static request => Assert.Equal(("GET", PayeeNode.Macaroon), (request.Method, request.Headers["grpc-metadata-macaroon"])));
        Assert.DoesNotContain(PayeeNode.Macaroon, LightningOps.Json.ArtifactJson.Serialize(result) + result + result.Outcome, StringComparison.Ordinal);
    }
}
