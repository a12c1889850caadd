using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Spending;
using LightningOps.L402;
using LightningOps.Payments;
using Xunit;
using static LightningOps.Tests.Buyer.PurchaseBench;

namespace LightningOps.Tests.Buyer;

/// <summary>No token, preimage or credential is in any text a purchase makes: results, records, failures, steps, spans.</summary>
public sealed class PurchaseSecretTests : IDisposable
{
    private readonly PurchaseBench bench = new();
    private readonly ConcurrentQueue<string> texts = new();
    private readonly ActivityListener listener;

    public PurchaseSecretTests()
    {
        bench.With(options => options with { Progress = new Teller(texts) });
        listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("LightningOps", StringComparison.OrdinalIgnoreCase),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => texts.Enqueue(activity.DisplayName + " " + activity.StatusDescription + " " + string.Join(" ", activity.TagObjects.Select(tag => tag.Key + "=" + tag.Value)) + string.Join(" ", activity.Events.SelectMany(e => e.Tags).Select(tag => tag.Value))),
        };
        ActivitySource.AddActivityListener(listener);
    }

    public void Dispose()
    {
        listener.Dispose();
        bench.Dispose();
    }

    [Fact]
    public async Task No_text_holds_a_secret()
    {
        var (response, _) = await bench.SendAsync();
        await bench.SendAsync();
        Tell(response);
        Tell(await bench.Client.QuoteAsync(Get("https://shop.example.com/other")));
        Tell(bench.Payer.Last!);
        await FailAsync(() => bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Failed("no_route", "no way")), "/failed");
        await FailAsync(() => bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Pending("payment_pending", "in flight")), "/pending");
        await FailAsync(() => bench.Payer.OnPay = (_, _) => Task.FromResult(PaymentResult.Paid("p", null, Preimage.FromBytes(new byte[32]))), "/mismatch");
        await FailAsync(() => bench.Payer.OnPay = (payment, _) => throw new HttpRequestException("invoice " + payment.Invoice + " " + bench.Ledger.GetPreimage(payment.Invoice).Reveal()), "/thrown");
        bench.Payer.OnPay = null;
        await FailAsync(() => bench.Seller.Refusal = 402, "/refused");
        bench.Seller.Refusal = null;
        await FailAsync(() => bench.Handler.Before = (request, _) => request.Headers.Contains("Authorization") ? throw new HttpRequestException("gone") : Task.CompletedTask, "/lost");
        bench.Handler.Before = null;
        await FailAsync(() => bench.With(options => options with { Limits = new SpendLimits { MaxSpend = 1 } }), "/over");
        foreach (var purchase in await bench.Store.ListAsync(new(), default))
        {
            Tell(purchase);
        }

        Tell(await bench.Store.ReadAsync(new("shop.example.com", "/goods"), default));
        Tell(await bench.Store.ReportSpendingAsync(new SpendLimits(), default));
        Assert.Contains(texts, text => text.Contains("lightningops", StringComparison.OrdinalIgnoreCase));
        foreach (var secret in Secrets())
        {
            Assert.DoesNotContain(texts, text => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
        }
    }

    private async Task FailAsync(Action spoil, string path)
    {
        spoil();
        var failure = await Assert.ThrowsAnyAsync<LightningOpsException>(() => bench.SendAsync(Get("https://shop.example.com" + path)));
        texts.Enqueue(failure.ToString() + failure.Remedy);
        Tell(failure);
        foreach (var property in failure.GetType().GetProperties().Where(property => property.GetIndexParameters().Length == 0))
        {
            texts.Enqueue(property.Name + " " + property.GetValue(failure));
        }
    }

    /// <summary>As text, and where it can be written, as JSON.</summary>
    private void Tell(object value)
    {
        texts.Enqueue(value.ToString()!);
        if (value is not (Exception or L402Response or L402Quote or InvoicePayment))
        {
            texts.Enqueue(JsonSerializer.Serialize(value));
        }
    }

    private IEnumerable<string> Secrets()
    {
        foreach (var authorization in bench.Seller.Authorizations)
        {
            var parts = authorization["L402 ".Length..].Split(':');
            yield return parts[0];
            yield return parts[1];
            yield return parts[1][16..];
        }

        foreach (var preimage in bench.Ledger.Preimages)
        {
            yield return preimage.Reveal();
        }
    }

    private sealed class Teller(ConcurrentQueue<string> texts) : IProgress<L402Step>
    {
        public void Report(L402Step value) => texts.Enqueue(value.ToString());
    }
}
