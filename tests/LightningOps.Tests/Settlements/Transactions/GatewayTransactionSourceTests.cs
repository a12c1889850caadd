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

    [Fact]
    public async Task The_declared_name_of_a_service_is_kept_with_its_sale()
    {
        var known = (await plane.ListPaywallsAsync(None))[0];
        aperture.Settle(Now.AddMinutes(-9), Now.AddMinutes(-8), "shop");

        await ImportAsync(known with { PaywallId = "pw_shop", Routes = [known.Routes[0] with { RouteId = "r", ServiceName = "shop" }] });

        var recorded = Assert.Single(await AllAsync());
        Assert.Equal(("pw_shop", "r"), (recorded.Settlement.PaywallId, recorded.RouteId));
        Assert.Contains("\"service\":\"shop\"", recorded.Settlement.Metadata!.Value, StringComparison.Ordinal);
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
    [InlineData("abc", 3, "it has a payment hash that is not 64 hexadecimal digits")]
    [InlineData("", 3, "it has no payment hash")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", -1, "it has the price -1 sat, which is negative")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", 2_100_000_000_000_001, "it has the price 2100000000000001 sat, which is more than there is")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000001", long.MaxValue, "it has the price 9223372036854775807 sat, which is more than there is")]
    public void A_transaction_that_makes_no_sense_is_rejected_with_the_member_that_is_wrong(string hash, long sats, string reason)
    {
        var reader = new TransactionReader(new ServiceDirectory([]), "test");

        var input = reader.Read(new SettledTransaction { Id = 1, TokenId = string.Empty, PaymentHash = hash, ServiceName = "s", PriceSats = sats });

        Assert.Equal((RejectionCodes.InvalidTransaction, reason), (input.Rejection!.Code, input.Rejection.Reason));
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
    public async Task A_sale_settled_hours_ahead_hides_no_sale_after_it_and_is_warned_of()
    {
        aperture.Settle(Now.AddHours(2), Now.AddHours(2));
        var first = await ImportAsync();
        clock.Advance(TimeSpan.FromHours(1));
        var next = aperture.Settle(clock.GetUtcNow().AddMinutes(-1), clock.GetUtcNow().AddMinutes(-1));

        var second = await ImportAsync();

        Assert.Equal((true, 1L, 1L), (first.Ok, first.SettlementsNew, second.SettlementsNew));
        Assert.Equal([ImportWarnings.FutureTime], first.Warnings.Select(warning => warning.Code));
        Assert.Contains(await AllAsync(), recorded => recorded.PaymentHash == next);
        Assert.Equal(clock.GetUtcNow().ToUnixTimeMilliseconds(), await cursors.FindAsync("aperture:test", None));
    }

    [Fact]
    public async Task A_cursor_that_ran_ahead_before_is_not_believed()
    {
        aperture.Settle(Now.AddDays(-3), Now.AddDays(-3));
        await cursors.SaveAsync("aperture:test", Now.AddHours(2).ToUnixTimeMilliseconds(), None);

        Assert.Equal(1, (await ImportAsync()).SettlementsNew);
        Assert.Equal(Now.AddDays(-3).ToUnixTimeMilliseconds(), await cursors.FindAsync("aperture:test", None));
    }

    [Fact]
    public async Task Rows_days_and_years_ahead_are_not_left_out()
    {
        aperture.Settle(Now.AddDays(3), Now.AddDays(3));
        aperture.Settle(Now.AddYears(7), Now.AddYears(7));

        var result = await ImportAsync();

        Assert.Equal((2L, ImportWarnings.FutureTime), (result.SettlementsNew, Assert.Single(result.Warnings).Code));
    }

    [Fact]
    public async Task Rows_the_gateway_counts_and_does_not_list_are_told_and_read_again()
    {
        SettleMany(20);
        aperture.Answer = static (query, page) => new SettledTransactionPage(page.Transactions.Take(15 - query.Offset).ToArray(), page.TotalCount);

        var first = await ImportAsync();
        aperture.Answer = static (_, page) => page;
        var second = await ImportAsync();

        Assert.Equal((false, "incomplete", 15L, (long?)20L), (first.Ok, first.Completeness, first.SettlementsNew, first.GatewayTotal));
        Assert.Equal([ImportWarnings.TransactionsMissing], first.Warnings.Select(warning => warning.Code));
        Assert.StartsWith("aperture:test counts 5 settled transactions more than it lists", first.Warnings[0].Message, StringComparison.Ordinal);
        Assert.Equal((true, "complete", 5L), (second.Ok, second.Completeness, second.SettlementsNew));
    }

    [Fact]
    public async Task A_gateway_that_gives_shorter_pages_than_asked_for_is_read_to_its_end()
    {
        SettleMany(950);
        aperture.Answer = static (_, page) => new SettledTransactionPage(page.Transactions.Take(100).ToArray(), page.TotalCount);

        var result = await ImportAsync();

        Assert.Equal((true, 950L), (result.Ok, result.SettlementsNew));
    }

    [Fact]
    public async Task A_total_that_is_a_lie_ends_the_import_as_incomplete()
    {
        SettleMany(30);
        aperture.Answer = static (_, page) => page with { TotalCount = long.MaxValue };

        var result = await ImportAsync();

        Assert.Equal((false, false, 30L), (result.Ok, result.IsComplete, result.SettlementsNew));
        Assert.InRange(aperture.Requests, 1, 10);
    }

    [Theory]
    [InlineData("dates", "transactions_not_filtered")]
    [InlineData("offset", "transactions_keep_moving")]
    [InlineData("both", "transactions_keep_moving")]
    [InlineData("more", "transactions_never_end")]
    public async Task A_gateway_that_does_not_look_at_the_question_ends_the_import(string ignores, string reason)
    {
        SettleMany(3_000);
        var rows = (await aperture.ListSettledAsync(new SettledTransactionQuery(DateTimeOffset.UnixEpoch, Now, 1000, 0), None)).Transactions;
        long made = 0;
        aperture.Answer = (query, page) => ignores switch
        {
            "dates" => new SettledTransactionPage(rows.Skip(query.Offset % 500).Concat(rows).Take(query.Limit).ToArray(), 1_000_000),
            "offset" => new SettledTransactionPage(rows.Take(query.Limit).ToArray(), 3_000),
            "both" => new SettledTransactionPage(rows.Take(query.Limit).ToArray(), 5_000),
            _ => new SettledTransactionPage(MadeUp(query), 0),
        };

        var failure = await Assert.ThrowsAsync<GatewayException>(async () => await RunAsync(new GatewayTransactionOptions { IsExcluded = service => service == "other" }));

        Assert.Equal(reason, failure.Reason);
        Assert.InRange(aperture.Requests, 1, 1_200);

        SettledTransaction[] MadeUp(SettledTransactionQuery query)
        {
            var first = query.Offset == 0 ? made + 1 : made;
            made = first + query.Limit - 1;
            return Enumerable.Range(0, query.Limit).Select(i => rows[0] with { Id = first + i, ServiceName = "other" }).ToArray();
        }
    }

    [Theory]
    [InlineData("pw_weather.route_weather/api/weather/premium", "/api/weather/premium")]
    [InlineData("pw_weather.route_weather/", "/")]
    [InlineData("pw_weather.route_weather", null)]
    public async Task A_metered_service_comes_with_its_path_and_is_of_its_paywall(string service, string? path)
    {
        aperture.Settle(Now.AddHours(-1), Now.AddHours(-1), service);

        var result = await ImportAsync();

        var recorded = Assert.Single(await AllAsync());
        Assert.Equal((true, "pw_weather", "route_weather"), (result.Ok, recorded.Settlement.PaywallId, recorded.RouteId));
        using var metadata = System.Text.Json.JsonDocument.Parse(recorded.Settlement.Metadata!.Value);
        Assert.Equal(path, metadata.RootElement.TryGetProperty("path", out var found) ? found.GetString() : null);
    }

    [Fact]
    public async Task A_metered_service_is_left_out_by_its_name()
    {
        aperture.Settle(Now.AddHours(-1), Now.AddHours(-1), "pw_news.route_news/a/b");
        aperture.Settle(Now.AddHours(-1), Now.AddHours(-1), "pw_newspaper/a");

        var (result, source) = await RunAsync(new GatewayTransactionOptions { IsExcluded = service => service == "pw_news.route_news" });

        Assert.Equal((1L, 1L), (source.Skipped, result.RejectedCount));
    }

    [Fact]
    public async Task A_payment_the_books_have_by_another_id_counts_once()
    {
        var hash = aperture.Settle(Now.AddHours(-1), Now.AddHours(-1), sats: 3);
        await plane.IngestAsync(
            [SettlementEvent.From(new ExternalSettlement { SettlementId = "processor_7", PaywallId = "pw_weather", OwnerId = "owner_weather", AmountMsats = 2500, PaymentProofRef = "lightning_payment_hash:" + hash[..24], PaymentHash = hash.ToUpperInvariant() })],
            None);

        var result = await ImportAsync();

        Assert.Equal((true, 0L, 1L, 0L, 1L), (result.Ok, result.SettlementsNew, result.SettlementsExisting, result.Processed, result.Repeated));
        Assert.Equal("processor_7", Assert.Single(await AllAsync()).Settlement.SettlementId);
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
        return (source.Complete(import.CreateResult("aperture:test")), source);
    }
}
