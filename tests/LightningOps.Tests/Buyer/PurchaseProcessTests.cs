using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;
using LightningOps.Payments.Simulation;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>Purchases of real processes over real HTTP: at once, and killed at each step.</summary>
public sealed class PurchaseProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Ledger ledger = new(TimeProvider.System);
    private readonly Seller seller;

    public PurchaseProcessTests() => seller = new Seller(ledger);

    private string StorePath => folder.File("credentials.db");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Eight_processes_that_buy_at_once_pay_once()
    {
        await using var shop = Shop();
        await using var wallet = Wallet();
        var outcomes = await BuyAsync(Enumerable.Repeat(shop.Url + "/goods", 8), wallet, budget: 1_000_000);

        Assert.Equal(1, ledger.Payments);
        Assert.Equal(["200 5000", .. Enumerable.Repeat("200 nothing", 7)], outcomes.Order(StringComparer.Ordinal));
        Assert.Single(wallet.Requests);
    }

    [Fact]
    public async Task Processes_that_buy_different_things_at_once_stay_within_one_budget()
    {
        await using var shop = Shop();
        await using var wallet = Wallet();
        var outcomes = await BuyAsync(Enumerable.Range(0, 4).Select(n => shop.Url + "/" + n), wallet, budget: 12_000);

        Assert.Equal((2, 10_000L), (ledger.Payments, ledger.TotalPaid));
        Assert.Equal(2, outcomes.Count(outcome => outcome == "PaymentDeniedError"));
    }

    [Theory]
    [InlineData("before the wallet pays")]
    [InlineData("after the wallet has paid")]
    [InlineData("while the paid request is under way")]
    public async Task A_process_killed_at_any_step_loses_nothing_and_pays_nothing_twice(string moment)
    {
        var reached = new TaskCompletionSource();
        await using var shop = Shop(isPaid =>
        {
            if (isPaid && moment.StartsWith("while", StringComparison.Ordinal))
            {
                reached.TrySetResult();
                return Reply.Stall;
            }

            return null;
        });
        await using var wallet = Wallet(pay =>
        {
            if (moment.StartsWith("while", StringComparison.Ordinal))
            {
                return null;
            }

            if (moment.StartsWith("after", StringComparison.Ordinal))
            {
                pay();
            }

            reached.TrySetResult();
            return Reply.Stall;
        });
        using (var killed = StartedProcess.Start("buy", shop.Url + "/goods", StorePath, wallet.Url, "1000000"))
        {
            await killed.ReadLineAsync();
            killed.WriteLine("go");
            await reached.Task;
            await killed.KillAsync();
        }

        await using var healthyWallet = Wallet();
        faults = false;
        Assert.Equal([moment.StartsWith("while", StringComparison.Ordinal) ? "200 nothing" : "200 5000"], await BuyAsync([shop.Url + "/goods"], healthyWallet, budget: 5_000));
        Assert.Equal((1, 1), (ledger.Payments, ledger.Invoices));
        using var store = new CredentialStore(new CredentialStoreOptions { Path = StorePath });
        Assert.Equal(PurchaseState.Paid, Assert.Single(await store.ListAsync(new(), default)).State);
    }

    [Fact]
    public async Task A_process_killed_in_the_middle_of_a_single_use_body_leaves_the_delivery_unknown_and_is_not_paid_again_unasked()
    {
        var node = new SimulatedLightningNode(new SimulatedNodeOptions { InvoiceExpiry = TimeSpan.FromHours(24) });
        var payer = new SimulatedWallet(node);
        await using var single = new PaymentSeller(node, TimeProvider.System) { Serve = _ => Reply.StalledBody("{\"goods\":1}") };
        await using var wallet = Executor(payer);
        using (var killed = StartedProcess.Start("buy", single.Url.AbsoluteUri, StorePath, wallet.Url, "1000000", "body"))
        {
            await killed.ReadLineAsync();
            killed.WriteLine("go");
            Assert.Equal("reading", await killed.ReadLineAsync());
            await killed.KillAsync();
        }

        using var store = new CredentialStore(new CredentialStoreOptions { Path = StorePath });
        Assert.Equal((PurchaseState.Rejected, SingleUseCodes.DeliveryUnknown), Assert.Single(await store.ListAsync(new(), default)) is var lost ? (lost.State, lost.Code) : default);

        single.Serve = _ => Reply.Json("{\"goods\":1}");
        for (var run = 0; run < 2; run++)
        {
            using var next = StartedProcess.Start("buy", single.Url.AbsoluteUri, StorePath, wallet.Url, "1000000", "body");
            await next.ReadLineAsync();
            next.WriteLine("go");
            Assert.Equal("CredentialRejected", await next.ReadLineAsync());
            Assert.Contains("It is not known whether the body was delivered", await next.ReadLineAsync(), StringComparison.Ordinal);
            await next.KillAsync();
        }

        using var client = L402Client.Create(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, payer, store);
        for (var call = 0; call < 2; call++)
        {
            var refused = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(new L402Request { Uri = single.Url }));
            Assert.Contains("It is not known whether the body was delivered", refused.Message, StringComparison.Ordinal);
        }

        var kept = Assert.Single(await store.ListAsync(new(), default));
        Assert.Equal((1, SingleUseCodes.DeliveryUnknown), (payer.Payments, kept.Code));
        Assert.NotNull(await store.FindProofAsync(kept.PurchaseId, default));

        using var again = await client.SendAsync(new L402Request { Uri = single.Url, AllowRebuy = true });
        await ResponseBody.ReadAsync(again, 1000, default);
        Assert.Equal((200, 2, PurchaseState.Rejected), (again.StatusCode, payer.Payments, (await store.ListAsync(new(), default)).Single(purchase => purchase.PurchaseId == kept.PurchaseId).State));
    }

    private bool faults = true;

    private async Task<string[]> BuyAsync(IEnumerable<string> urls, LoopbackServer wallet, long budget)
    {
        var processes = urls.Select(url => StartedProcess.Start("buy", url, StorePath, wallet.Url, budget.ToString())).ToList();
        try
        {
            await Task.WhenAll(processes.Select(process => process.ReadLineAsync()));
            processes.ForEach(process => process.WriteLine("go"));
            return (await Task.WhenAll(processes.Select(process => process.ReadLineAsync())))!;
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }

    private LoopbackServer Shop(Func<bool, Reply?>? fault = null) => new(request =>
    {
        var authorization = request.Headers.GetValueOrDefault("authorization");
        if (faults && fault?.Invoke(authorization is not null) is { } spoilt)
        {
            return Task.FromResult(spoilt);
        }

        var (status, body, header) = seller.Answer(authorization);
        return Task.FromResult(header is { } challenge ? Reply.Json(body, status, (challenge.Key, challenge.Value)) : Reply.Json(body, status));
    });

    private static LoopbackServer Executor(SimulatedWallet payer) => new(async request =>
    {
        using var body = JsonDocument.Parse(request.Body);
        var payment = body.RootElement.GetProperty("payment");
        var paid = await payer.PayAsync(
            new InvoicePayment { RequestId = "r", Invoice = payment.GetProperty("invoice").GetString()!, MaxAmount = new Msats(payment.GetProperty("maxAmountMsats").GetInt64()), Host = "h" },
            default);
        return Reply.Json(JsonSerializer.Serialize(new { ok = true, requestId = "r", result = new { requestId = "r", walletId = "w", payment = new { paymentId = "pay_1", amountMsats = paid.Amount!.Value.Value, preimageHex = paid.Preimage!.Reveal(), paidAtMs = 1 } } }));
    });

    private LoopbackServer Wallet(Func<Action, Reply?>? fault = null) => new(request =>
    {
        using var body = JsonDocument.Parse(request.Body);
        var payment = body.RootElement.GetProperty("payment");
        var (invoice, most) = (payment.GetProperty("invoice").GetString()!, payment.GetProperty("maxAmountMsats").GetInt64());
        if (fault?.Invoke(() => ledger.Pay(invoice, most)) is { } spoilt)
        {
            return Task.FromResult(spoilt);
        }

        var answer = new { ok = true, requestId = "r", result = new { requestId = "r", walletId = "w", payment = new { paymentId = "pay_1", amountMsats = most, preimageHex = ledger.Pay(invoice, most).Reveal(), paidAtMs = 1 } } };
        return Task.FromResult(Reply.Json(JsonSerializer.Serialize(answer)));
    });
}
