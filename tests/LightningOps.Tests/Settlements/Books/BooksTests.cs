using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Json;
using LightningOps.Settlements.Books;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Settlements.Books;

public sealed class BooksTests : IDisposable
{
    private const long Monday = 1_795_996_800_000;
    private const long DayMs = 86_400_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string Token = new('7', 64);
    private readonly TemporaryFolder folder = new();
    private readonly MockControlPlane plane = new(new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Monday + 3_600_000)));

    public void Dispose()
    {
        plane.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Revenue_is_what_was_settled_beside_what_is_open_and_expired()
    {
        await FillAsync(plane);

        var row = Assert.Single(await RevenueAsync());

        Assert.Equal((3L, 9_500L, 1L, 2_500L), (row.Settled, row.SettledMsats, row.Undelivered, row.UndeliveredMsats));
        Assert.Equal((1L, 1_000L, 1L, 2_500L, 1L, 400L), (row.Open, row.OpenMsats, row.Expired, row.ExpiredMsats, row.Unproven, row.UnprovenMsats));
        Assert.Equal(0.6667, row.Conversion);
        Assert.Equal(
            "{\"settled\":3,\"settledMsats\":9500,\"undelivered\":1,\"undeliveredMsats\":2500,\"unproven\":1,\"unprovenMsats\":400,\"open\":1,\"openMsats\":1000,\"expired\":1,\"expiredMsats\":2500,\"conversion\":0.6667}",
            ArtifactJson.Serialize(row));
    }

    [Fact]
    public async Task Revenue_is_grouped_by_every_combination()
    {
        await FillAsync(plane);

        Assert.Equal(
            [("pw_a", 5_000L), ("pw_b", 4_500L)],
            (await RevenueAsync(RevenueGroup.Paywall)).Select(row => (row.PaywallId!, row.SettledMsats)));
        Assert.Equal(
            [("one", 9_500L)],
            (await RevenueAsync(RevenueGroup.Owner)).Select(row => (row.OwnerId!, row.SettledMsats)));
        Assert.Equal(
            [(null, 4_500L), ("pw_a.r1", 2_500L), ("pw_a.r2", 2_500L)],
            (await RevenueAsync(RevenueGroup.Service)).Select(row => (row.Service, row.SettledMsats)));
        Assert.Equal(
            [("2026-11-29", "pw_a", 2_500L), ("2026-11-30", "pw_a", 2_500L), ("2026-11-30", "pw_b", 4_500L)],
            (await RevenueAsync(RevenueGroup.Day, RevenueGroup.Paywall)).Where(row => row.Settled > 0).Select(row => (row.Day!, row.PaywallId!, row.SettledMsats)));
    }

    [Theory]
    [InlineData(long.MaxValue, "9999-12-31")]
    [InlineData(long.MinValue, "0001-01-01")]
    [InlineData(-1, "1969-12-31")]
    public async Task A_time_beyond_the_calendar_ends_no_report(long atMs, string day)
    {
        await plane.IngestAsync([Sale(1, "pw_a", "r1", 2_500, atMs)], None);

        Assert.Equal((day, 2_500L), Assert.Single(await RevenueAsync(RevenueGroup.Day)) is var row ? (row.Day, row.SettledMsats) : default);
    }

    [Fact]
    public async Task A_sum_beyond_64_bits_is_exact()
    {
        const long all = 2_100_000_000_000_000_000;
        await plane.IngestAsync([.. Enumerable.Range(1, 5).Select(number => Sale(number, "pw_a", "r1", all, Monday))], None);

        Assert.Equal((5L, 10_500_000_000_000_000_000m), Assert.Single(await RevenueAsync()) is var row ? (row.Settled, row.SettledMsats) : default);
    }

    [Fact]
    public async Task A_service_with_a_declared_name_is_named_so()
    {
        await plane.IngestAsync([Sale(1, "pw_a", "r1", 2_500, Monday, "{\"source\":\"aperture\",\"gateway\":\"aperture:x\",\"transactionId\":9,\"service\":\"shop\"}")], None);

        Assert.Equal("shop", Assert.Single(await RevenueAsync(RevenueGroup.Service)).Service);
        Assert.Equal("shop", Assert.Single(await new SaleFinder(plane).FindByHashAsync(GetHash(1), null, None)).Service);
    }

    [Fact]
    public async Task A_time_bounds_what_is_counted_and_not_what_is_known_as_paid()
    {
        await FillAsync(plane);

        var before = RevenueReport.Create(await plane.ListSettlementsAsync(new SettlementQuery { First = 100 }, None), await plane.ListInvoicesAsync(new InvoiceQuery { First = 100 }, None), [], null, Monday);

        Assert.Equal((1L, 2_500L, 0L), (Assert.Single(before).Settled, before[0].SettledMsats, before[0].Open));
    }

    [Fact]
    public async Task Books_without_unpaid_invoices_tell_no_conversion()
    {
        await plane.IngestAsync([Sale(1, "pw_a", "r1", 2_500, Monday)], None);

        Assert.Null(Assert.Single(await RevenueAsync()).Conversion);
        Assert.Empty(RevenueReport.Create([], [], [RevenueGroup.Day]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_sale_is_found_by_hash_preimage_and_token(bool local)
    {
        using var store = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db") });
        var (bulk, books) = local ? ((IBulkIngest)store, (ISettlementHistory)store) : (plane, plane);
        await FillAsync(bulk);
        var finder = new SaleFinder(books);

        var byHash = Assert.Single(await finder.FindByHashAsync(GetHash(2).ToUpperInvariant(), null, None));
        var byPreimage = Assert.Single(await finder.FindByPreimageAsync(GetPreimage(2), None));
        var byToken = Assert.Single(await finder.FindByTokenAsync(Token.ToUpperInvariant(), None));

        Assert.Equal((true, "set_2", "pw_a", "one", "pw_a.r2", 2_500L), (byHash.IsSettled, byHash.SettlementId, byHash.PaywallId, byHash.OwnerId, byHash.Service, byHash.AmountMsats));
        Assert.Equal((Token, 9L, "aperture:x", "/b", "refused"), (byHash.TokenId, byHash.TransactionId!.Value, byHash.Gateway, byHash.Path, byHash.Delivery));
        Assert.Equal(byHash.SettlementId, byToken.SettlementId);
        Assert.Equal((null, true), (byHash.IsPreimageProven, byPreimage.IsPreimageProven));
        Assert.Equal(["The payment is known from the gateway (lightning_payment_hash:" + GetHash(2)[..24] + ").", "The buyer has the preimage of this payment.", "The service refuses the paid credential: nothing was delivered."], byPreimage.RefundEvidence);
        Assert.DoesNotContain(GetPreimage(2), byPreimage.ToString() + JsonSerializer.Serialize(byPreimage.RefundEvidence), StringComparison.Ordinal);
        Assert.Empty(await finder.FindByTokenAsync("77", None));
        Assert.Empty(await finder.FindByHashAsync(GetHash(99), null, None));
    }

    [Fact]
    public async Task An_invoice_that_is_not_paid_is_found_as_that()
    {
        await FillAsync(plane);

        var found = await new SaleFinder(plane).FindByPreimageAsync(GetPreimage(5), None);

        // One invoice, reported under two ids.
        Assert.Equal(["inv_5", "inv_5b"], found.Select(one => one.InvoiceId!).Order());
        var sale = found[0];
        Assert.Equal((false, InvoiceStatus.Open), (sale.IsSettled, sale.InvoiceStatus));
        Assert.Equal(["No settlement is recorded: the invoice is open.", "The buyer has the preimage: the invoice was paid. Import the settlements."], sale.RefundEvidence);
        await Assert.ThrowsAsync<FormatException>(() => new SaleFinder(plane).FindByPreimageAsync("xyz", None));
    }

    // Two sales of pw_a on two days, one of them refused; one of pw_b whose invoice is still reported open under another id; an open, an expired and an unproven invoice.
    private static Task FillAsync(IBulkIngest books) => books.IngestAsync(
        [
            Sale(1, "pw_a", "r1", 2_500, Monday - DayMs),
            Sale(2, "pw_a", "r2", 2_500, Monday, "{\"source\":\"aperture\",\"gateway\":\"aperture:x\",\"transactionId\":9,\"tokenId\":\"" + Token + "\",\"path\":\"/b\",\"delivery\":\"refused\"}"),
            Sale(3, "pw_b", null, 4_500, Monday),
            Bill(3, "inv_3b", InvoiceStatus.Open, 4_500),
            Bill(5, "inv_5", InvoiceStatus.Open, 1_000),
            Bill(5, "inv_5b", InvoiceStatus.Open, 1_000),
            Bill(6, "inv_6", InvoiceStatus.Expired, 2_500),
            Bill(7, "inv_7", InvoiceStatus.Settled, 400),
        ],
        None);

    private static SettlementEvent Sale(int number, string paywall, string? route, long msats, long settledAtMs, string? metadata = null) => SettlementEvent.From(new ExternalSettlement
    {
        SettlementId = "set_" + number,
        InvoiceId = "inv_" + number,
        PaywallId = paywall,
        OwnerId = "one",
        RouteId = route,
        AmountMsats = msats,
        PaymentHash = GetHash(number),
        PaymentProofRef = "lightning_payment_hash:" + GetHash(number)[..24],
        SettledAtMs = settledAtMs,
        Metadata = metadata is null ? null : JsonText.From(metadata),
    });

    private static SettlementEvent Bill(int number, string id, InvoiceStatus status, long msats) => SettlementEvent.From(new InvoiceUpdate
    {
        InvoiceId = id, PaywallId = "pw_b", OwnerId = "one", AmountMsats = msats, Status = status, PaymentHash = GetHash(number),
    });

    private static string GetPreimage(int number) => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));

    private static string GetHash(int number) => Convert.ToHexStringLower(SHA256.HashData(SHA256.HashData(BitConverter.GetBytes(number))));

    private async Task<System.Collections.Generic.IReadOnlyList<RevenueRow>> RevenueAsync(params RevenueGroup[] groups) =>
        RevenueReport.Create(await plane.ListSettlementsAsync(new SettlementQuery { First = 100 }, None), await plane.ListInvoicesAsync(new InvoiceQuery { First = 100 }, None), groups);
}
