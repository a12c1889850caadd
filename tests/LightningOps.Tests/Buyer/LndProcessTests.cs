using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
using LightningOps.L402.Bolt11;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>Real processes that buy with an LND node over HTTP, killed at each step, with whatever may happen to the node meanwhile.</summary>
public sealed class LndProcessTests : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly Ledger ledger = new(TimeProvider.System);
    private readonly Seller seller;
    private readonly LndNodeBooks[] nodes;
    private readonly LoopbackServer shop;
    private readonly LoopbackServer address;
    private readonly List<string> kept = [];
    private TaskCompletionSource reached = new();
    private Func<string, Reply?> stop = _ => null;
    private bool isProxyAnswering;
    private bool isPaidBefore;
    private int current;

    public LndProcessTests()
    {
        seller = new Seller(ledger) { Price = LndPurchaseWorld.Price };
        nodes = [new LndNodeBooks("02", ledger, TimeProvider.System), new LndNodeBooks("03", ledger, TimeProvider.System)];
        shop = new LoopbackServer(request => Task.FromResult(Sell(request)));
        address = new LoopbackServer(request => Task.FromResult(AnswerNode(request)));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await shop.DisposeAsync();
        await address.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData("before the node pays", false)]
    [InlineData("before the node pays", true)]
    [InlineData("after the node has paid", false)]
    [InlineData("after the node has paid", true)]
    [InlineData("while the paid request is under way", false)]
    [InlineData("while the paid request is under way", true)]
    public async Task A_killed_purchase_is_found_again_at_the_node(string moment, bool charges)
    {
        seller.Charges = charges;
        await BuyAndKillAsync(moment);

        // An unsent payment is unknown to the node and may still be on its way, so it is not paid again.
        var outcome = await BuyAsync();
        if (moment.StartsWith("before", StringComparison.Ordinal))
        {
            Assert.Equal(("PaymentPendingError", 0), (outcome, Payments));
            return;
        }

        Assert.StartsWith("200", outcome, StringComparison.Ordinal);
        await CheckBooksAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_node_at_the_address_is_not_asked_and_pays_nothing(bool charges)
    {
        seller.Charges = charges;
        await BuyAndKillAsync("after the node has paid");
        current = 1;

        Assert.Equal(("PaymentPendingError", 1), (await BuyAsync(), Payments));

        current = 0;
        Assert.StartsWith("200", await BuyAsync(), StringComparison.Ordinal);
        await CheckBooksAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payment_deleted_at_the_node_is_not_made_again(bool charges)
    {
        seller.Charges = charges;
        await BuyAndKillAsync("after the node has paid");
        nodes[0].ForgetAll();

        Assert.Equal(("PaymentPendingError", 1), (await BuyAsync(), Payments));
        Assert.Equal(("PaymentPendingError", 1), (await BuyAsync(), Payments));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_proxy_answers_is_not_the_nodes_refusal(bool charges)
    {
        seller.Charges = charges;
        await BuyAndKillAsync("after the node has paid");
        isProxyAnswering = true;

        Assert.Equal(("PaymentPendingError", 1), (await BuyAsync(), Payments));

        isProxyAnswering = false;
        Assert.StartsWith("200", await BuyAsync(), StringComparison.Ordinal);
        await CheckBooksAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_payment_that_is_delivered_late_is_the_only_one(bool charges)
    {
        seller.Charges = charges;
        await BuyAndKillAsync("before the node pays");
        Assert.Equal(("PaymentPendingError", 0), (await BuyAsync(), Payments));

        nodes[0].Send(kept.Single(), LndFate.Well);

        Assert.StartsWith("200", await BuyAsync(), StringComparison.Ordinal);
        await CheckBooksAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_older_payment_of_the_invoice_is_not_used_by_who_comes_after_a_killed_process(bool charges)
    {
        seller.Charges = charges;
        isPaidBefore = true;
        await BuyAndKillAsync("when it looks before it sends");
        isPaidBefore = false;

        Assert.StartsWith("200 5000", await BuyAsync(), StringComparison.Ordinal);
        await CheckBooksAsync(1);
        Assert.Equal(2, ledger.Invoices);
    }

    private int Payments => nodes.Sum(node => node.Paid.Count);

    private async Task CheckBooksAsync(int payments)
    {
        Assert.Equal(payments, Payments);
        using var store = new CredentialStore(new CredentialStoreOptions { Path = folder.File("credentials.db") });
        var booked = (await store.ListAsync(new(), default)).Where(purchase => purchase.ProofReference is not null).Select(purchase => (purchase.PaymentHash!, purchase.Spent!.Value)).Order();
        Assert.Equal(nodes.SelectMany(node => node.Paid).Select(payment => (payment.Hash, LndPurchaseWorld.Price + payment.Fee)).Order(), booked);
    }

    private async Task BuyAndKillAsync(string moment)
    {
        reached = new TaskCompletionSource();
        stop = at => at == moment ? Reply.Stalled(() => reached.TrySetResult()) : null;
        using var process = Start();
        await process.ReadLineAsync();
        process.WriteLine("go");
        await reached.Task;
        await process.KillAsync();
        stop = _ => null;
    }

    private async Task<string> BuyAsync()
    {
        using var process = Start();
        await process.ReadLineAsync();
        process.WriteLine("go");
        return (await process.ReadLineAsync())!;
    }

    private StartedProcess Start() => StartedProcess.Start("buy", shop.Url + "/goods", folder.File("credentials.db"), "lnd:" + address.Url, "1000000");

    private Reply Sell(RecordedRequest request)
    {
        var authorization = request.Headers.GetValueOrDefault("authorization");
        if (authorization is not null && stop("while the paid request is under way") is { } stalled)
        {
            return stalled;
        }

        var (status, body, header) = seller.Answer(authorization);
        return header is { } challenge ? Reply.Json(body, status, (challenge.Key, challenge.Value)) : Reply.Json(body, status);
    }

    private Reply AnswerNode(RecordedRequest request)
    {
        const string Track = "/v2/router/track/";
        if (request.Target == "/v1/getinfo")
        {
            return Reply.Json("{\"identity_pubkey\":\"" + nodes[current].Identity + "\",\"chains\":[{\"chain\":\"bitcoin\",\"network\":\"regtest\"}]}");
        }

        if (request.Target == "/v1/macaroon/checkpermissions")
        {
            return Reply.Json("{\"code\":2,\"message\":\"permission denied\",\"details\":[]}", 500);
        }

        if (isProxyAnswering)
        {
            return Reply.Json("{\"code\":7,\"message\":\"forbidden\",\"details\":[]}", 403);
        }

        if (request.Target.StartsWith(Track, StringComparison.Ordinal))
        {
            var hash = Convert.ToHexStringLower(Convert.FromBase64String(request.Target[Track.Length..].Replace('-', '+').Replace('_', '/')));
            if (isPaidBefore)
            {
                nodes[current].PayForAnother(ledger.AllInvoices.Single(invoice => Bolt11Invoice.Parse(invoice).PaymentHash == hash));
            }

            var (found, line) = nodes[current].Track(hash);
            return stop("when it looks before it sends") ?? Reply.Json(line, found);
        }

        var invoiceToPay = JsonDocument.Parse(request.Body).RootElement.GetProperty("payment_request").GetString()!;
        if (stop("before the node pays") is { } before)
        {
            kept.Add(invoiceToPay);
            return before;
        }

        var (status, body) = nodes[current].Send(invoiceToPay, LndFate.Well);
        return stop("after the node has paid") ?? Reply.Json(body, status);
    }
}
