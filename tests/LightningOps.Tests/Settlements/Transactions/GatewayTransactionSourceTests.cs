using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Settlements;
using LightningOps.Settlements.Transactions;
using LightningOps.Storage;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Settlements.Transactions;

public sealed class GatewayTransactionSourceTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Now);
    private readonly ApertureLedger aperture = new();
    private readonly MockControlPlane plane = new(TimeProvider.System);
    private readonly MemorySettlementCursors cursors = new();

    public void Dispose()
    {
        plane.Dispose();
        cursors.Dispose();
    }

    [Fact]
    public async Task A_transaction_becomes_a_settlement_of_its_route_in_millisatoshis()
    {
        var hash = aperture.Settle(Now.AddMinutes(-9), Now.AddMinutes(-8).AddMilliseconds(700), sats: 3);

        var result = await ImportAsync();

        Assert.True(result.Ok);
        var recorded = Assert.Single(await AllAsync());
        var settlement = recorded.Settlement;
        Assert.Equal(("set_" + hash, "inv_" + hash, "pw_weather", "owner_weather"), (settlement.SettlementId, settlement.InvoiceId, settlement.PaywallId, settlement.OwnerId));
        Assert.Equal((3000L, "lightning_payment_hash:" + hash[..24], hash, "route_weather"), ((long)settlement.AmountMsats, settlement.PaymentProofRef, recorded.PaymentHash, recorded.RouteId));
        Assert.Equal(Now.AddMinutes(-8).ToUnixTimeMilliseconds(), settlement.CreatedAtMs);
        Assert.Equal(
            "{\"source\":\"aperture\",\"gateway\":\"aperture:test\",\"transactionId\":1,\"tokenId\":\"" + 1.ToString("x64") + "\",\"invoiceCreatedAtMs\":" + Now.AddMinutes(-9).ToUnixTimeMilliseconds() + "}",
            settlement.Metadata!.Value);
        var invoice = (await plane.FindInvoiceAsync("inv_" + hash, None))!;
        Assert.Equal((InvoiceStatus.Settled, hash, (long?)Now.AddMinutes(-8).ToUnixTimeMilliseconds()), (invoice.Status, invoice.PaymentHash, invoice.SettledAtMs));
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(25_500)]
    public async Task All_pages_are_read_whatever_their_number(int count)
    {
        SettleMany(count);

        var result = await ImportAsync();

        Assert.Equal((true, (long)count), (result.Ok, result.SettlementsNew));
        Assert.Equal(aperture.Hashes.Order(), (await AllAsync()).Select(recorded => recorded.PaymentHash).Order());
    }

    [Fact]
    public async Task The_next_import_reads_little_more_than_what_is_new()
    {
        SettleMany(5_000);
        await ImportAsync();
        clock.Advance(TimeSpan.FromHours(1));
        aperture.Queries.Clear();
        var late = aperture.Settle(created: Now.AddDays(-20), settled: Now.AddMinutes(30));

        var result = await ImportAsync();

        Assert.Equal(1, result.SettlementsNew);
        Assert.InRange(result.SettlementsExisting, 0, 50);
        Assert.Single(aperture.Queries);
        Assert.Contains(await AllAsync(), recorded => recorded.PaymentHash == late);
    }

    [Fact]
    public async Task What_is_settled_while_the_pages_are_read_is_found_in_the_same_import_or_the_next()
    {
        SettleMany(3_500);
        var during = new List<string>();
        aperture.Before = request =>
        {
            if (request is > 1 and < 7)
            {
                // New ones come in front; one made long ago and paid only now comes in somewhere.
                during.AddRange(Enumerable.Range(0, 3).Select(i => aperture.Settle(Now.AddSeconds(request + i), Now.AddSeconds(request + i))));
                during.Add(aperture.Settle(Now.AddDays(-request), Now.AddSeconds(request)));
            }
        };

        await ImportAsync();
        aperture.Before = _ => { };
        clock.Advance(TimeSpan.FromMinutes(1));
        await ImportAsync();

        Assert.Equal(20, during.Count);
        Assert.Equal(aperture.Hashes.Order(), (await AllAsync()).Select(recorded => recorded.PaymentHash).Order());
    }

    [Fact]
    public async Task What_is_revoked_while_the_pages_are_read_hides_nothing()
    {
        SettleMany(3_500);
        var all = aperture.Hashes.ToArray();
        var revoked = new List<string>();
        aperture.Before = request =>
        {
            if (request is > 1 and < 5)
            {
                revoked.AddRange(aperture.Hashes.Take(100).ToArray());
                revoked.ForEach(aperture.Revoke);
            }
        };

        await ImportAsync();

        var found = (await AllAsync()).Select(recorded => recorded.PaymentHash!).ToHashSet();
        Assert.Superset(all.Except(revoked).ToHashSet(), found);
    }

    [Fact]
    public async Task A_list_that_never_holds_still_ends_the_import_with_an_error()
    {
        SettleMany(9_000);
        aperture.Before = _ => aperture.Hashes.Take(30).ToList().ForEach(aperture.Revoke);

        var failure = await Assert.ThrowsAsync<GatewayException>(ImportAsync);

        Assert.Equal("transactions_keep_moving", failure.Reason);
        Assert.NotEmpty(await AllAsync());
    }

    [Fact]
    public async Task A_service_no_paywall_has_is_an_error_until_one_has_it()
    {
        aperture.Settle(Now.AddHours(-9), Now.AddHours(-9), service: "pw_new.route_new");
        SettleMany(2_000);
        var first = await ImportAsync();
        clock.Advance(TimeSpan.FromDays(3));
        aperture.Settle(Now.AddDays(1), Now.AddDays(1));

        var second = await ImportAsync(Paywall("pw_new", Route("route_new", "h", "/p")));
        var third = await ImportAsync();

        Assert.Equal((false, 1L, 2_000L), (first.Ok, first.RejectedCount, first.SettlementsNew));
        Assert.Equal((RejectionCodes.UnknownService, "transaction 1", "it is of service pw_new.route_new, which belongs to no paywall"), (first.Rejected[0].Code, first.Rejected[0].Id, first.Rejected[0].Reason));
        Assert.Equal((true, 2L), (second.Ok, second.SettlementsNew));
        Assert.Equal((true, 0L), (third.Ok, third.SettlementsNew));
        Assert.Equal("owner_pw_new", Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery { PaywallId = "pw_new" }, None)).Settlement.OwnerId);
    }

    [Fact]
    public async Task A_service_that_is_left_out_holds_nothing_back()
    {
        aperture.Settle(Now.AddHours(-9), Now.AddHours(-9), service: "other");
        aperture.Settle(Now.AddHours(-1), Now.AddHours(-1));

        var (result, source) = await RunAsync(new GatewayTransactionOptions { IsExcluded = service => service == "other" });

        Assert.True(result.Ok);
        Assert.Equal((1L, 1L), (source.Skipped, result.SettlementsNew));
        Assert.Equal(Now.AddHours(-1).ToUnixTimeMilliseconds(), await cursors.FindAsync("aperture:test", None));
    }

    [Fact]
    public async Task A_name_that_two_routes_share_is_nobodys()
    {
        aperture.Settle(Now.AddHours(-1), Now.AddHours(-1), service: "a_b.r");

        var result = await ImportAsync(Paywall("a:b", Route("r", "h", "/p")), Paywall("a b", Route("r", "h", "/q")));

        Assert.Equal(RejectionCodes.AmbiguousService, Assert.Single(result.Rejected).Code);
    }

    [Theory]
    [InlineData("abc", 3)]
    [InlineData("", 3)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", -1)]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", long.MaxValue)]
    public void A_transaction_that_makes_no_sense_is_rejected(string hash, long sats)
    {
        var reader = new TransactionReader(new ServiceDirectory([]), "test");

        var input = reader.Read(new SettledTransaction { Id = 1, TokenId = string.Empty, PaymentHash = hash, ServiceName = "s", PriceSats = sats });

        Assert.Equal(RejectionCodes.InvalidTransaction, input.Rejection!.Code);
    }

    [Fact]
    public async Task Since_reads_again_and_a_later_beginning_moves_no_cursor()
    {
        var early = Now.AddDays(-2);
        var late = Now.AddHours(-1);
        aperture.Settle(early, early);
        aperture.Settle(late, late);
        await RunAsync(new GatewayTransactionOptions { Since = Now.AddDays(-1) });
        Assert.Single(await AllAsync());
        Assert.Null(await cursors.FindAsync("aperture:test", None));

        var rest = await ImportAsync();
        Assert.Equal((1L, 1L), (rest.SettlementsNew, rest.SettlementsExisting));
        var (again, _) = await RunAsync(new GatewayTransactionOptions { Since = Now.AddDays(-3) });

        Assert.Equal((0L, 2L), (again.SettlementsNew, again.SettlementsExisting));
    }

    [Fact]
    public async Task What_a_control_plane_did_not_take_is_read_again()
    {
        SettleMany(50);
        var refuses = true;
        using var single = new OneByOne(plane)
        {
            Before = told => refuses && told.InvoiceId!.EndsWith('7')
                ? throw new ControlPlaneTransportException("mutation:x", "status_422:no", "r") { IsRefusal = true }
                : Task.CompletedTask,
        };

        var first = await ImportAsync(single);
        Assert.True(first.RejectedCount > 0);
        Assert.Null(await cursors.FindAsync("aperture:test", None));
        refuses = false;
        var second = await ImportAsync(single);

        Assert.True(second.Ok);
        Assert.Equal(50, second.SettlementsWithoutPreimage);
        Assert.Equal(50, (await plane.ListInvoicesAsync(new InvoiceQuery { Status = InvoiceStatus.Settled }, None)).Count);
    }

    [Fact]
    public async Task An_aperture_whose_clock_is_years_ahead_is_still_asked_sensibly()
    {
        aperture.Settle(Now.AddHours(20), Now.AddHours(20));
        await ImportAsync();
        await cursors.SaveAsync("aperture:test", Now.AddYears(4).ToUnixTimeMilliseconds(), None);

        Assert.True((await ImportAsync()).Ok);
        Assert.Single(await AllAsync());
    }

    [Fact]
    public async Task Imports_that_end_anywhere_and_go_on_find_everything_once() =>
        await Gen.Select(Gen.Int[0, 12_500], Gen.Int[1, 40].List[0, 3], Gen.Int[0, 1000]).SampleAsync(
            async (count, ends, seed) =>
            {
                var ledger = new ApertureLedger();
                Settle(ledger, count, seed);
                using var books = new MockControlPlane(TimeProvider.System);
                using var kept = new MemorySettlementCursors();
                foreach (var end in ends)
                {
                    ledger.Before = request => { if (request % end == 0) { throw new GatewayException("aperture:test", "GET", "gone", "r"); } };
                    var import = new SettlementImport(books, new SettlementImportOptions());
                    await Record.ExceptionAsync(() => import.ImportAsync(Source(ledger, kept), None));
                }

                ledger.Before = _ => { };
                await new SettlementImport(books, new SettlementImportOptions()).ImportAsync(Source(ledger, kept), None);
                var found = await books.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None);
                return found.Select(recorded => recorded.PaymentHash).Order().SequenceEqual(ledger.Hashes.Order());
            },
            iter: 12,
            threads: 1);

    [Fact]
    public async Task Cursors_in_a_store_are_those_of_one_gateway_and_one_control_plane()
    {
        using var folder = new TemporaryFolder();
        var store = new LocalStoreOptions { Path = folder.File("store.db") };
        using (var first = new StoreSettlementCursors(store, "api:https://one"))
        {
            Assert.Null(await first.FindAsync("aperture:a", None));
            Assert.False(System.IO.File.Exists(store.Path));
            await first.SaveAsync("aperture:a", 5, None);
            await first.SaveAsync("aperture:a", 7, None);
        }

        using var again = new StoreSettlementCursors(store, "api:https://one");
        using var other = new StoreSettlementCursors(store, "api:https://two");
        Assert.Equal((7L, null, null), (await again.FindAsync("aperture:a", None), await again.FindAsync("aperture:b", None), await other.FindAsync("aperture:a", None)));
    }

    private void SettleMany(int count) => Settle(aperture, count, seed: 1);

    /// <summary>Made over a month, most of them paid soon, some of them days later.</summary>
    private static void Settle(ApertureLedger ledger, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var created = Now.AddSeconds(-random.Next(60, 2_592_000)).AddTicks(random.Next(10_000_000));
            var settled = created.AddSeconds(random.Next(100) == 0 ? random.Next(200_000) : random.Next(60));
            ledger.Settle(created, settled < Now ? settled : Now.AddTicks(-i));
        }
    }

    private GatewayTransactionSource Source(ApertureLedger ledger, ISettlementCursors kept) =>
        new(ledger, "aperture:test", new MockControlPlane(clock).ListPaywallsAsync(None).Result, kept, new GatewayTransactionOptions(), clock);

    private async Task<IReadOnlyList<StoredSettlement>> AllAsync() => await plane.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None);

    private async Task<SettlementImportResult> ImportAsync() => (await RunAsync(new GatewayTransactionOptions())).Result;

    private async Task<SettlementImportResult> ImportAsync(params Paywall[] more) => (await RunAsync(new GatewayTransactionOptions(), plane, more)).Result;

    private async Task<SettlementImportResult> ImportAsync(IControlPlane into) => (await RunAsync(new GatewayTransactionOptions(), into)).Result;

    private async Task<(SettlementImportResult Result, GatewayTransactionSource Source)> RunAsync(GatewayTransactionOptions options, IControlPlane? into = null, params Paywall[] more)
    {
        var paywalls = (await plane.ListPaywallsAsync(None)).Concat(more);
        var source = new GatewayTransactionSource(aperture, "aperture:test", paywalls, cursors, options, clock);
        var import = new SettlementImport(into ?? plane, new SettlementImportOptions());
        await import.ImportAsync(source, None);
        return (import.CreateResult("aperture:test", source.Skipped), source);
    }
}
