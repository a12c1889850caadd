using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Payments;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>A process that wrote a purchase down and is held up, past its lease, before it asks the wallet.</summary>
public sealed class HeldUpPurchaseTests : IDisposable
{
    private readonly PurchaseBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Nothing_else_is_bought_meanwhile_whatever_the_wallet_says_first()
    {
        var held = await WriteDownAsync();
        bench.Payer.OnLookUp = (_, _) => Task.FromResult(PaymentResult.Pending("timeout", "no answer"));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());
        bench.Payer.OnLookUp = (_, _) => throw new InvalidOperationException("broken");
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        // The wallet does not know the payment yet: the process is about to send it.
        bench.Payer.OnLookUp = null;
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => bench.SendAsync());

        Assert.Equal(0, bench.Payer.Calls);
        bench.Ledger.Pay(held.Secret!.Invoice, 5000);
        await bench.SendAsync();
        Assert.Equal((0, 1), (bench.Payer.Calls, bench.Ledger.Payments));
    }

    [Fact]
    public async Task What_another_process_gave_up_is_no_longer_sent()
    {
        var held = await WriteDownAsync();

        Assert.False((await bench.Store.SendAsync(held, null, null, CancellationToken.None)).MaySend);
    }

    private async Task<Purchase> WriteDownAsync()
    {
        var quote = await bench.Client.QuoteAsync(PurchaseBench.Get());
        var draft = new PurchaseDraft
        {
            For = quote.For,
            RequestId = "held",
            Payer = bench.Payer.Name,
            PaymentKey = quote.Invoice!.PaymentHash,
            PaymentHash = quote.Invoice.Hash,
            Quoted = quote.Amount,
            Cost = new PurchaseCost(quote.Amount!.Value, 0),
            InvoiceExpiresAtMs = quote.Invoice.ExpiresAt.ToUnixTimeMilliseconds(),
            Secret = new PurchaseSecret(quote.Challenge!.Invoice, quote.Challenge.Macaroon),
        };
        var purchase = (await bench.Store.ReserveAsync(draft, bench.Options.Limits, null, null, CancellationToken.None)).Purchase!;
        Assert.True((await bench.Store.SendAsync(purchase, null, null, CancellationToken.None)).MaySend);
        return purchase;
    }
}
