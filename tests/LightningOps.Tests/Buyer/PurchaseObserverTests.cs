using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Observability;
using LightningOps.Tests.Observability;
using Xunit;

namespace LightningOps.Tests.Buyer;

public sealed class PurchaseObserverTests : IDisposable
{
    private readonly PurchaseBench bench = new();
    private readonly MemorySink sink = new();
    private readonly TelemetryProbe probe = new();

    public PurchaseObserverTests() => bench.With(options => options with { Observability = sink });

    public void Dispose()
    {
        probe.Dispose();
        bench.Dispose();
    }

    [Fact]
    public async Task A_purchase_and_its_reuse_leave_a_record_each()
    {
        var (first, _) = await bench.SendAsync();
        await bench.SendAsync();

        Assert.All(sink.Records, record => Assert.Equal(
            ("req", "https://shop.example.com/goods", 5000L, 100_000L, first.ProofReference),
            (record.RequestId, record.Endpoint, record.QuotedCostMsats, record.CapAppliedMsats, record.PaymentProofRef)));
        Assert.Equal([(5000L, false), (0L, true)], sink.Records.Select(record => (record.PaidAmountMsats!.Value, record.CacheHit!.Value)));
    }

    [Fact]
    public async Task A_purchase_that_is_denied_leaves_a_record_of_why_and_of_what_was_asked()
    {
        await Assert.ThrowsAsync<L402PaymentDeniedException>(() => bench.SendAsync(PurchaseBench.Get() with { MaxSpend = new Msats(1000) }));

        var record = Assert.Single(sink.Records);
        Assert.Equal(
            ("amount_over_cap", 5000L, 1000L, 0L),
            (record.DenyReason, record.QuotedCostMsats, record.CapAppliedMsats, record.PaidAmountMsats));
    }

    [Fact]
    public async Task A_purchase_is_a_span_with_its_steps_below_it_and_what_it_cost_is_counted()
    {
        await bench.SendAsync();
        await bench.SendAsync();

        var purchase = probe.Spans.First(span => span.OperationName == "lightningops.purchase");
        Assert.Equal(
            ["lightningops.seller", "lightningops.payment.pay", "lightningops.seller"],
            probe.Spans.Where(span => span.ParentSpanId == purchase.SpanId).Select(span => span.OperationName));
        Assert.Equal(5000, Assert.Single(probe.GetMeasurements("lightningops.spent")).Value);
        Assert.Equal("paid", Assert.Single(probe.GetMeasurements("lightningops.payments")).Tags["outcome"]);
        Assert.Single(probe.GetMeasurements("lightningops.credential.cache_hits"));
        Assert.Equal(["paid", "cache_hit"], probe.GetMeasurements("lightningops.purchase.duration").Select(measured => measured.Tags["outcome"]));
    }

    [Fact]
    public async Task A_failure_names_what_its_credential_cost_while_telemetry_listens()
    {
        await bench.SendAsync();
        bench.Handler.Before = (_, _) => throw new HttpRequestException("gone");
        var failure = await Assert.ThrowsAsync<L402TransportException>(() => bench.SendAsync());

        Assert.True(Telemetry.IsEnabled(Measurements.SellerDuration));
        Assert.Contains("Nothing was paid for this request; its credential cost 5000 msat of purchase pur_", failure.Message, StringComparison.Ordinal);
        Assert.Contains("5000 msat of purchase pur_", failure.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_credential_invoice_or_query_is_told()
    {
        await bench.SendAsync(PurchaseBench.Get("https://shop.example.com/goods?key=hidden"));

        var told = probe.Everything + string.Join("\n", sink.Records);
        Assert.DoesNotContain("hidden", told, StringComparison.Ordinal);
        Assert.DoesNotContain("lnbc", told, StringComparison.Ordinal);
    }
}
