using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Artifacts.Reports;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway.Probes;
using LightningOps.Leases;
using LightningOps.Paywalls;
using LightningOps.Payments.Simulation;
using LightningOps.Reconcile;
using LightningOps.Reconcile.Outbox;
using LightningOps.Status;
using LightningOps.Tests.Reconcile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;
using WatchedGateway = LightningOps.Tests.Reconcile.WatchedGateway;

namespace LightningOps.Tests.Status;

/// <summary>Each link of the chain broken in each way at each kind of gateway, over HTTP: it fails with its name, and no other link fails.</summary>
public sealed class BuyerChainMatrixTests
{
    private static readonly (string Broken, ChainLink? Link)[] Breaks =
    [
        ("none", null),
        ("stopped", ChainLink.Endpoint),
        ("locked", ChainLink.Node),
        ("unsynced", ChainLink.Node),
        ("down", ChainLink.Node),
        ("other", ChainLink.Node),
        ("drained", ChainLink.Inbound),
        ("reserved", ChainLink.Inbound),
        ("inactive", ChainLink.Inbound),
        ("cheaper", ChainLink.Price),
        ("removed", ChainLink.Price),
        ("wallet", ChainLink.Purchase),
        ("upstream", ChainLink.Purchase),
    ];

    private static readonly WatchedKind[] Kinds = Enum.GetValues<WatchedKind>();

    public static TheoryData<WatchedKind, string, ChainLink?> Matrix()
    {
        var rows = new TheoryData<WatchedKind, string, ChainLink?>();
        foreach (var kind in Kinds)
        {
            foreach (var (broken, link) in Breaks)
            {
                rows.Add(kind, broken, link);
            }
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task Each_broken_link_fails_with_its_name_and_only_that(WatchedKind kind, string broken, ChainLink? link)
    {
        await using var node = new PayeeNode(broken);
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Status(broken == "upstream" ? 500 : 200)));
        await using var site = WatchedGateway.Create(kind);
        await site.StartAsync();
        var planned = new[] { Sell("dear", 90_000, upstream.Url), Sell("cheap", 2_000, upstream.Url) };
        await RollOutAsync(site, planned);
        switch (broken)
        {
            case "stopped": await site.StopAsync(); break;
            case "cheaper": await RollOutAsync(site, [Sell("dear", 80_000, upstream.Url), planned[1]]); break;
            case "removed": await RollOutAsync(site, [planned[1]], prunes: true); break;
            case "wallet": site.Wallet.Fail(SimulatedWalletFault.Down); break;
        }

        site.Payer = L402ProbePayer.WithoutMoney(site.Wallet);
        using var payee = node.Open();
        using var gateway = site.Open();

        var result = await new BuyerChain(new MockControlPlane(TimeProvider.System, planned), gateway, payee, 5_000).RunAsync(new ReconcileOptions { RequestId = "chain" }, CancellationToken.None);

        var told = string.Join("; ", result.Links);
        Assert.True(link == result.BrokenLink, told);
        Assert.Equal(link is null ? [] : new[] { link.Value }, result.Links.Where(one => one.Outcome == CheckOutcome.Failed).Select(one => one.Link));
        Assert.True(link is null == result.IsComplete, told);
        Assert.Equal(link is null, result.Ok);
        Assert.Equal(Enum.GetValues<ChainLink>(), result.Links.Select(one => one.Link));

        // Nothing is bought where an earlier link is broken.
        Assert.Equal(link is null || broken == "upstream" ? 2_000 : 0, site.Wallet.Spent);
        Assert.Equal(link is null || broken == "upstream", upstream.Requests.Count > 0);
    }

    private static Paywall Sell(string name, long msats, string upstream) => Priced(name, msats, Route("r", "shop.example.com", "/" + name, upstream: upstream, protocol: RouteProtocol.Http));

    private static async Task RollOutAsync(WatchedGateway site, IReadOnlyList<Paywall> paywalls, bool prunes = false)
    {
        using var gateway = site.Open();
        var result = await new Reconciler(new MockControlPlane(TimeProvider.System, [.. paywalls]), gateway, TimeProvider.System, new MemoryLeases(), new MemoryOutbox()).RunAsync(new ReconcileOptions { RequestId = "sync", Prune = prunes }, CancellationToken.None);
        Assert.True(result.Ok, result.FailureReason + " " + string.Join("; ", result.Warnings));
    }
}
