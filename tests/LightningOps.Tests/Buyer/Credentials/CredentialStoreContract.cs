using System;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer.Credentials;

/// <summary>
/// What every store of bought credentials does for several buyers, each with a store object of its own: processes of a machine, or machines.
/// </summary>
public abstract class CredentialStoreContract : IDisposable
{
    private protected PurchaseBench Bench { get; } = new(inRealTime: true);

    /// <summary>Opens the store as another buyer.</summary>
    private protected abstract CredentialStore Open();

    public virtual void Dispose() => Bench.Dispose();

    [ContractFact]
    public async Task What_one_buys_the_other_uses()
    {
        using var one = new Buyer(this);
        using var other = new Buyer(this);

        Assert.Equal(L402CacheStatus.Miss, (await one.SendAsync()).CacheStatus);
        Assert.Equal(L402CacheStatus.Hit, (await other.SendAsync()).CacheStatus);

        Assert.Equal(1, Bench.Ledger.Payments);
        var purchase = Assert.Single(await other.Store.DescribeAsync(new PurchaseQuery(), default));
        Assert.Equal((PurchaseState.Paid, 5000L, "shop.example.com"), (purchase.State, purchase.Spent!.Value, purchase.For.Host));
        Assert.Equal(purchase.Hash, (await other.Store.FindProofAsync(purchase.PurchaseId, default))!.ComputePaymentHash());
    }

    [ContractFact]
    public async Task Many_that_buy_at_once_make_one_payment()
    {
        var buyers = Enumerable.Range(0, 4).Select(_ => new Buyer(this)).ToArray();
        try
        {
            var responses = await Task.WhenAll(Enumerable.Range(0, 32).Select(number => Task.Run(() => buyers[number % buyers.Length].SendAsync())));

            Assert.All(responses, response => Assert.Equal(200, response.StatusCode));
            Assert.Equal(1, Bench.Ledger.Payments);
        }
        finally
        {
            Array.ForEach(buyers, static buyer => buyer.Dispose());
        }
    }

    [ContractFact]
    public async Task A_budget_holds_for_all_together()
    {
        Bench.With(options => options with { Limits = options.Limits with { HourlyBudget = new Msats(12_000) } });
        var buyers = Enumerable.Range(0, 4).Select(_ => new Buyer(this)).ToArray();
        try
        {
            var failures = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => Record.ExceptionAsync(() => buyers[number % buyers.Length].SendAsync("https://shop.example.com/" + number)))));

            Assert.Equal((2, 10_000L), (Bench.Ledger.Payments, Bench.Ledger.TotalPaid));
            Assert.Equal(6, failures.OfType<L402PaymentDeniedException>().Count());
            Assert.Equal(10_000, (await buyers[0].Store.ReportSpendingAsync(new SpendLimits(), default)).HourMsats);
        }
        finally
        {
            Array.ForEach(buyers, static buyer => buyer.Dispose());
        }
    }

    [ContractFact]
    public async Task What_one_removes_the_other_does_not_use_any_more_and_its_cost_still_counts()
    {
        using var one = new Buyer(this);
        using var other = new Buyer(this);
        await one.SendAsync();
        await other.SendAsync();

        Assert.True(await one.Store.RemoveAsync((await one.Store.ListAsync(new(), default)).Single().PurchaseId, force: false, default));

        Assert.Equal(L402CacheStatus.Miss, (await other.SendAsync()).CacheStatus);
        Assert.Equal([PurchaseState.Paid, PurchaseState.Removed], (await one.Store.ListAsync(new(), default)).Select(purchase => purchase.State));
        Assert.Equal(10_000, (await one.Store.ReportSpendingAsync(new SpendLimits(), default)).DayMsats);
    }

    [ContractFact]
    public async Task What_is_bought_anew_takes_the_place_of_what_was_bought_before()
    {
        using var one = new Buyer(this);
        await one.SendAsync();
        await one.SendAsync(force: true);

        Assert.Equal([PurchaseState.Paid, PurchaseState.Invalid], (await one.Store.ListAsync(new PurchaseQuery(), default)).Select(purchase => purchase.State));
        Assert.Equal([new HostSpending("shop.example.com", 10_000, 10_000, 2)], (await one.Store.ReportSpendingAsync(new SpendLimits(), default)).Hosts);
    }

    [ContractFact]
    public async Task A_payment_whose_outcome_one_does_not_know_is_looked_up_by_the_other_and_not_repeated()
    {
        using (var one = new Buyer(this))
        {
            var pay = Bench.Payer.OnPay;
            Bench.Payer.OnPay = Bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
            await Assert.ThrowsAsync<L402PaymentPendingException>(() => one.SendAsync());
            Bench.Payer.OnPay = pay;
        }

        using var other = new Buyer(this);
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => other.SendAsync());

        Assert.Equal(0, Bench.Ledger.Payments);
        Assert.Equal(1, (await other.Store.ReportSpendingAsync(new SpendLimits(), default)).Unfinished);
    }

    [ContractFact]
    public async Task A_credential_for_one_request_is_taken_by_one()
    {
        using var one = new Buyer(this);
        using var other = new Buyer(this);
        await one.SendAsync();
        var purchase = (await one.Store.ListAsync(new(), default)).Single();

        var taken = await Task.WhenAll(new[] { one, other, one, other }.Select(buyer => Task.Run(() => buyer.Store.ClaimAsync(purchase, default))));

        Assert.Equal(1, taken.Count(static one => one));
    }

    /// <summary>A store object and a client of its own.</summary>
    private sealed class Buyer : IDisposable
    {
        private readonly L402Client client;

        public Buyer(CredentialStoreContract test)
        {
            Store = test.Open();
            client = new L402Client(test.Bench.Options, test.Bench.Payer, Store, test.Bench.Handler);
        }

        public CredentialStore Store { get; }

        public async Task<L402Response> SendAsync(string url = "https://shop.example.com/goods", bool force = false)
        {
            var response = await client.SendAsync(PurchaseBench.Get(url) with { ForceRefresh = force });
            response.Dispose();
            return response;
        }

        public void Dispose()
        {
            client.Dispose();
            Store.Dispose();
        }
    }
}

public sealed class FileCredentialStoreTests : CredentialStoreContract
{
    private protected override CredentialStore Open() => new(new CredentialStoreOptions { Path = Bench.StorePath, IsDurable = false, LookEvery = TimeSpan.Zero });
}
