using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Buyer.Credentials;
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
