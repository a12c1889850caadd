using System;
using System.Linq;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Probes;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;
using LightningOps.Payments;
using LightningOps.Tests.Buyer;
using LightningOps.Tests.L402;
using Xunit;

namespace LightningOps.Tests.Gateway.Probes;

/// <summary>What a gateway's check of a paid request buys with a wallet that has money.</summary>
public sealed class L402ProbePayerTests : IDisposable
{
    private readonly PurchaseBench bench = new();
    private readonly ProbeRoute route = Rollouts.GetProbeRoute(Rollouts.OfPaths("dep", "/goods"), "/goods")!;

    private long Price => route.Rule.PriceSats * Msats.PerSatoshi;

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Each_check_buys_anew_and_is_written_down()
    {
        bench.Seller.Price = Price;
        var first = await BuyAsync();
        var second = await BuyAsync();

        Assert.NotEqual(first, second);
        Assert.Equal((200, 200), (bench.Seller.Answer(first).Status, bench.Seller.Answer(second).Status));
        Assert.Equal(2, (await bench.Store.ListAsync(new(), default)).Count);
        Assert.All(await bench.Store.ListAsync(new(), default), purchase => Assert.Equal("probe of /goods", purchase.For.Scope));
    }

    [Fact]
    public async Task More_than_the_rules_price_is_not_paid()
    {
        bench.Seller.Price = Price + 1;

        Assert.Equal(DenyReasonCodes.AmountOverCap, (await Assert.ThrowsAsync<L402PaymentDeniedException>(BuyAsync)).Code);
        Assert.Equal(0, bench.Payer.Calls);
    }

    [Fact]
    public async Task A_budget_holds_for_checks_too()
    {
        bench.Seller.Price = Price;
        bench.With(options => options with { Limits = new SpendLimits { HourlyBudget = new Msats(Price) } });
        await BuyAsync();

        Assert.Equal(DenyReasonCodes.BudgetExceeded, (await Assert.ThrowsAsync<L402PaymentDeniedException>(BuyAsync)).Code);
    }

    [Fact]
    public async Task A_check_that_was_interrupted_is_looked_for_before_another_pays()
    {
        bench.Seller.Price = Price;
        bench.Payer.OnPay = (payment, _) =>
        {
            bench.Payer.Pay(payment);
            return Task.FromResult(PaymentResult.Pending("payment_pending", "in flight"));
        };
        await Assert.ThrowsAsync<L402PaymentPendingException>(BuyAsync);
        bench.Payer.OnPay = null;

        Assert.Equal(200, bench.Seller.Answer(await BuyAsync()).Status);
        Assert.Equal(1, bench.Ledger.Payments);
        Assert.Equal(PurchaseState.Paid, (await bench.Store.ListAsync(new(), default)).Single().State);
    }

    [Fact]
    public async Task A_check_buys_a_challenge_that_has_not_expired()
    {
        bench.Seller.Price = Price;
        var cheap = bench.Ledger.Mint(1);
        var expired = Macaroon.Mint(new byte[32], L402Identifier.Create(Bolt11Invoice.Parse(cheap).Hash, new byte[32])).AddCaveat(Parsed.Caveat("valid_until=1")).ToBase64();
        bench.Seller.WriteChallenge = (token, invoice) => "L402 macaroon=\"" + expired + "\", invoice=\"" + cheap + "\", L402 macaroon=\"" + token + "\", invoice=\"" + invoice + "\"";

        Assert.Equal(200, bench.Seller.Answer(await BuyAsync()).Status);
    }

    private async Task<string> BuyAsync()
    {
        using var payer = new L402ProbePayer(bench.Options, bench.Payer, bench.Store, bench.Time);
        return await payer.BuyAsync(bench.Seller.Answer(null).Header!.Value.Value, route, default);
    }
}
