using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Settlements;
using LightningOps.Settlements.Transactions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Settlements.Transactions;

/// <summary>Gateways whose list of transactions contradicts itself: each import ends, books what was listed once, and says what is wrong.</summary>
public sealed class LyingGatewayTests : IDisposable
{
    private const int Rows = 2_500;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Now = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ApertureLedger aperture = new();
    private readonly MockControlPlane plane = new(TimeProvider.System);
    private readonly MemorySettlementCursors cursors = new();

    public LyingGatewayTests()
    {
        for (var i = 0; i < Rows; i++)
        {
            aperture.Settle(Now.AddMinutes(-10 * (i + 1)), Now.AddMinutes((-10 * i) - 9));
        }
    }

    public void Dispose()
    {
        plane.Dispose();
        cursors.Dispose();
    }

    [Fact]
    public async Task A_total_below_zero_ends_the_import_and_moves_no_cursor()
    {
        aperture.Answer = static (_, page) => page with { TotalCount = -1 };

        Assert.Equal("transactions_count_negative", (await Assert.ThrowsAsync<GatewayException>(ImportAsync)).Reason);
        Assert.Null(await cursors.FindAsync("aperture:test", None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue / 100)]
    public async Task A_total_that_grows_with_each_answer_ends_as_incomplete(long step)
    {
        aperture.Answer = (_, page) => page with { TotalCount = page.TotalCount + (step * Math.Min(50, aperture.Requests)) };

        var result = await ImportAsync();

        Assert.Equal((false, false, (long)Rows, 0L), (result.Ok, result.IsComplete, result.SettlementsNew, result.RejectedCount));
        Assert.Contains(result.Warnings, warning => warning.Code == ImportWarnings.TransactionsMissing);
        Assert.InRange(aperture.Requests, 3, 200);
        Assert.Null(await cursors.FindAsync("aperture:test", None));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(400)]
    public async Task Pages_that_overlap_book_each_transaction_once(int overlap)
    {
        var honest = await PagesAsync();
        aperture.Answer = (query, _) => honest(query with { Offset = Math.Max(0, query.Offset - overlap) });

        var result = await ImportAsync();

        Assert.Equal((true, (long)Rows), (result.Ok, result.SettlementsNew));
        Assert.Equal(aperture.Hashes.Order(), await BookedAsync());
        Assert.InRange(aperture.Requests, 3, 60);
    }

    [Fact]
    public async Task A_page_that_lists_each_transaction_twice_books_it_once()
    {
        aperture.Answer = static (_, page) => page with { Transactions = page.Transactions.SelectMany(row => new[] { row, row }).ToArray() };

        var outcome = await Record.ExceptionAsync(ImportAsync);

        Assert.True(outcome is null or GatewayException);
        Assert.Equal((await BookedAsync()).Distinct(), await BookedAsync());
        Assert.InRange(aperture.Requests, 1, 200);
    }

    [Fact]
    public async Task Empty_pages_of_a_gateway_that_counts_more_end_the_import_with_what_it_listed()
    {
        aperture.Answer = static (query, page) => query.Offset == 0 ? page : page with { Transactions = [] };

        Assert.Equal("transactions_keep_moving", (await Assert.ThrowsAsync<GatewayException>(ImportAsync)).Reason);
        Assert.NotEmpty(await BookedAsync());
        Assert.Null(await cursors.FindAsync("aperture:test", None));
    }

    [Fact]
    public async Task A_first_page_that_is_empty_though_the_gateway_counts_more_is_incomplete()
    {
        aperture.Answer = static (_, page) => page with { Transactions = [] };

        var result = await ImportAsync();

        Assert.Equal((false, false, 0L), (result.Ok, result.IsComplete, result.SettlementsNew));
        Assert.Contains(result.Warnings, warning => warning.Code == ImportWarnings.TransactionsMissing && warning.Message.Contains("2500", StringComparison.Ordinal));
        Assert.Null(await cursors.FindAsync("aperture:test", None));
    }

    [Fact]
    public async Task Pages_that_go_back_end_the_import()
    {
        var honest = await PagesAsync();
        var first = honest(new SettledTransactionQuery(DateTimeOffset.UnixEpoch, Now, 1000, 0));
        aperture.Answer = (query, page) => query.Offset > 1_500 ? first : page;

        Assert.Equal("transactions_keep_moving", (await Assert.ThrowsAsync<GatewayException>(ImportAsync)).Reason);
        Assert.Equal((await BookedAsync()).Distinct(), await BookedAsync());
        Assert.InRange(aperture.Requests, 3, 100);
    }

    [Theory]
    [InlineData(1L)]
    [InlineData(5_000L)]
    public async Task Single_rows_without_an_end_end_the_import(long step)
    {
        var row = (await PagesAsync())(new SettledTransactionQuery(DateTimeOffset.UnixEpoch, Now, 2, 0)).Transactions[0];
        long made = 0;
        aperture.Answer = (query, _) => new SettledTransactionPage(
            made == 0 ? [row with { Id = ++made }] : [row with { Id = made }, row with { Id = ++made }],
            step * aperture.Requests);

        var outcome = await Record.ExceptionAsync(ImportAsync);

        Assert.True(outcome is null or GatewayException { Reason: "transactions_never_end" }, outcome?.ToString());
        Assert.InRange(aperture.Requests, 1, 4_000);
    }

    // The rows as they are, asked for beside the walk.
    private async Task<Func<SettledTransactionQuery, SettledTransactionPage>> PagesAsync()
    {
        var all = new List<SettledTransaction>();
        for (var offset = 0; offset < Rows; offset += 1000)
        {
            all.AddRange((await aperture.ListSettledAsync(new SettledTransactionQuery(DateTimeOffset.UnixEpoch, Now, 1000, offset), None)).Transactions);
        }

        return query =>
        {
            var found = all.Where(row => row.SettledAt >= query.From && row.SettledAt <= query.To).ToArray();
            return new SettledTransactionPage(found.Skip(query.Offset).Take(query.Limit).ToArray(), found.Length);
        };
    }

    private async Task<string[]> BookedAsync() =>
        (await plane.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None)).Select(recorded => recorded.PaymentHash!).Order().ToArray();

    private async Task<SettlementImportResult> ImportAsync()
    {
        var source = new GatewayTransactionSource(aperture, "aperture:test", await plane.ListPaywallsAsync(None), cursors, new GatewayTransactionOptions(), new FakeTimeProvider(Now));
        var import = new SettlementImport(plane, new SettlementImportOptions());
        await import.ImportAsync(source, None);
        return source.Complete(import.CreateResult("aperture:test"));
    }
}
