using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Memory;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Gateway.ApertureAdmin;

/// <summary>Aperture's own operations against the model of its admin API.</summary>
public sealed class ApertureOperationsTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string Settled = new('1', 64);
    private static readonly string Pending = new('2', 64);
    private readonly TemporaryFolder folder = new();
    private ApertureModel model = null!;
    private ApertureAdminGateway gateway = null!;
    private ApertureOperations aperture = null!;

    public async Task InitializeAsync()
    {
        var path = folder.File("aperture.yaml");
        model = new ApertureModel(path, new ApertureModelOptions
        {
            Transactions = $$"""
                [
                  {"id":3,"token_id":"{{Pending}}","payment_hash":"h3","service_name":"a","price_sats":"7","state":"pending","created_at":"2026-03-03T10:00:00Z","settled_at":""},
                  {"id":2,"token_id":"","payment_hash":"h2","service_name":"b","price_sats":"5","state":"settled","created_at":"2026-03-02T10:00:00Z","settled_at":"2026-03-02T10:00:01Z"},
                  {"id":1,"token_id":"{{Settled}}","payment_hash":"h1","service_name":"a","price_sats":"7","state":"settled","created_at":"2026-03-01T10:00:00Z","settled_at":"2026-03-01T10:00:01Z"}
                ]
                """,
        });
        await File.WriteAllTextAsync(path, model.AdminSettings + "services: []\n");
        await model.StartAsync();
        gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
        aperture = ApertureOperations.Find(gateway)!;
    }

    public async Task DisposeAsync()
    {
        gateway.Dispose();
        await model.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Health_and_settings_are_read()
    {
        var info = await aperture.ReadInfoAsync(None);

        Assert.Equal((true, null, "simnet", true, false, false), (info.IsHealthy, info.HealthFailure, info.Network, info.IsInsecure, info.OffersPayments, info.OffersSessions));
        await model.StopAsync();
        await Assert.ThrowsAsync<GatewayException>(() => aperture.ReadInfoAsync(None));
    }

    [Fact]
    public async Task Transactions_are_listed_with_the_pending_ones_and_by_state_service_and_time()
    {
        Assert.Equal([3L, 2, 1], (await aperture.ListTransactionsAsync(new ApertureTransactionQuery(), None)).Select(static one => one.Id));
        Assert.Equal([3L], (await aperture.ListTransactionsAsync(new ApertureTransactionQuery { State = ApertureTransactionState.Pending }, None)).Select(static one => one.Id));
        Assert.Equal([3L, 1], (await aperture.ListTransactionsAsync(new ApertureTransactionQuery { ServiceName = "a" }, None)).Select(static one => one.Id));
        Assert.Equal([3L, 2], (await aperture.ListTransactionsAsync(new ApertureTransactionQuery { Since = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero) }, None)).Select(static one => one.Id));
        Assert.Equal([1L], (await aperture.ListTransactionsAsync(new ApertureTransactionQuery { Until = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero) }, None)).Select(static one => one.Id));
        var first = Assert.Single(await aperture.ListTransactionsAsync(new ApertureTransactionQuery { First = 1 }, None));
        Assert.Equal((ApertureTransactionState.Pending, null), (first.State, first.SettledAt));
        Assert.Null((await aperture.ListTransactionsAsync(new ApertureTransactionQuery { ServiceName = "b" }, None))[0].TokenId);
    }

    [Fact]
    public async Task A_revoked_token_is_gone_with_its_transaction_and_one_that_is_not_paid_cannot_be_revoked()
    {
        Assert.Contains(Settled, (await aperture.ListTokensAsync(int.MaxValue, None)).Select(static token => token.TokenId));

        Assert.False(await aperture.RevokeTokenAsync(Pending, None));
        Assert.True(await aperture.RevokeTokenAsync(Settled, None));
        Assert.False(await aperture.RevokeTokenAsync(Settled, None));

        Assert.DoesNotContain(Settled, (await aperture.ListTokensAsync(int.MaxValue, None)).Select(static token => token.TokenId));
        Assert.Equal([3L, 2], (await aperture.ListTransactionsAsync(new ApertureTransactionQuery(), None)).Select(static one => one.Id));
        Assert.Equal(5, (await aperture.ReadStatisticAsync(null, null, None)).RevenueSats);
        Assert.Equal("status_400", (await Assert.ThrowsAsync<GatewayException>(() => aperture.RevokeTokenAsync("zz", None))).Reason.Split(':')[0]);
    }

    [Fact]
    public async Task Statistics_are_read_for_all_and_for_a_time()
    {
        var all = await aperture.ReadStatisticAsync(null, null, None);
        var late = await aperture.ReadStatisticAsync(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), null, None);

        Assert.Equal((12, 2), (all.RevenueSats, all.TransactionCount));
        Assert.Equal(["a: 7 sat", "b: 5 sat"], all.Services.Select(static one => one.ToString()).Order());
        Assert.Equal((5, 1), (late.RevenueSats, late.TransactionCount));
    }

    [Fact]
    public async Task A_list_longer_than_a_page_is_read_to_its_end()
    {
        await using var server = new LoopbackServer(request =>
        {
            var offset = int.Parse(request.Target.Split("offset=")[1].Split('&')[0], System.Globalization.CultureInfo.InvariantCulture);
            var ids = Enumerable.Range(offset, Math.Max(0, Math.Min(1000, 2500 - offset)));
            return Task.FromResult(Reply.Json("{\"tokens\":[" + string.Join(",", ids.Select(static id => $"{{\"id\":{id},\"token_id\":\"t{id}\"}}")) + "]}"));
        });
        using var many = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        Assert.Equal(2500, (await ApertureOperations.Find(many)!.ListTokensAsync(int.MaxValue, None)).Select(static token => token.TokenId).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 1, "\"5\"", 5)]
    [InlineData(2, 3, "\"3\"", 1)]
    [InlineData(2, 1, "\"2\"", 0)]
    [InlineData(2, int.MaxValue, "0", 0)]
    [InlineData(1000, 1000, "\"1001\"", 0)]
    public async Task A_list_names_how_many_the_Aperture_counts_beyond_it(int listed, int first, string counted, long missing)
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"transactions\":[" + string.Join(",", Enumerable.Range(1, listed).Select(static id => $"{{\"id\":{id},\"state\":\"settled\"}}")) + "],\"total_count\":" + counted + "}")));
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        var list = await ApertureOperations.Find(gateway)!.ListTransactionsAsync(new ApertureTransactionQuery { First = first }, None);

        Assert.Equal((Math.Min(listed, first), missing), (list.Count, list.Missing));
        Assert.Equal(missing == 0, list.Warning is null);
    }

    [Fact]
    public async Task What_is_sold_while_the_pages_are_read_is_not_missing()
    {
        await using var server = new LoopbackServer(request =>
        {
            var offset = int.Parse(request.Target.Split("offset=")[1].Split('&')[0], System.Globalization.CultureInfo.InvariantCulture);
            var ids = offset == 0 ? Enumerable.Range(3, 1000).Reverse() : Enumerable.Range(1, 7).Reverse();
            return Task.FromResult(Reply.Json("{\"tokens\":[" + string.Join(",", ids.Select(static id => $"{{\"token_id\":\"t{id}\"}}")) + "],\"total_count\":" + (offset == 0 ? 1002 : 1007) + "}"));
        });
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        var list = await ApertureOperations.Find(gateway)!.ListTokensAsync(int.MaxValue, None);

        Assert.Equal((1002, 0L), (list.Count, list.Missing));
    }

    [Fact]
    public async Task A_list_that_repeats_itself_for_ever_is_an_error_and_not_a_part_told_as_the_whole()
    {
        await using var server = new LoopbackServer(static _ => Task.FromResult(Reply.Json("{\"tokens\":[" + string.Join(",", Enumerable.Range(0, 1000).Select(static id => $"{{\"token_id\":\"t{id}\"}}")) + "]}")));
        using var endless = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        Assert.Equal("list_does_not_end", (await Assert.ThrowsAsync<GatewayException>(() => ApertureOperations.Find(endless)!.ListTokensAsync(int.MaxValue, None))).Reason);
        Assert.Equal(10, (await ApertureOperations.Find(endless)!.ListTokensAsync(10, None)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"transactions\":{}}")]
    [InlineData("{\"transactions\":[1]}")]
    [InlineData("{\"transactions\":[{\"id\":\"1e3\"}]}")]
    [InlineData("{\"transactions\":[{\"id\":\"99999999999999999999\"}]}")]
    [InlineData("{\"transactions\":[{\"id\":1,\"state\":\"lost\"}]}")]
    [InlineData("{\"transactions\":[{\"id\":1,\"state\":\"settled\",\"created_at\":\"yesterday\"}]}")]
    [InlineData("{\"transactions\":[{\"id\":1,\"state\":\"settled\",\"token_id\":7}]}")]
    [InlineData("{\"total_revenue_sats\":\"x\"}")]
    [InlineData("{\"network\":true}")]
    public async Task An_answer_that_is_not_an_Apertures_is_one_error_that_names_the_call(string body)
    {
        await using var server = new LoopbackServer(_ => Task.FromResult(Reply.Json(body)));
        using var gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
        var aperture = ApertureOperations.Find(gateway)!;

        foreach (var call in new Func<Task>[] { () => aperture.ListTransactionsAsync(new ApertureTransactionQuery(), None), () => aperture.ListTokensAsync(5, None), () => aperture.ReadStatisticAsync(null, null, None), () => aperture.ReadInfoAsync(None) })
        {
            var failure = await Record.ExceptionAsync(call);
            Assert.True(failure is null || (failure is GatewayException refused && refused.Operation.StartsWith("GET /api/admin/", StringComparison.Ordinal)), failure?.ToString());
        }

        Assert.IsType<GatewayException>(await Record.ExceptionAsync(() => aperture.ListTransactionsAsync(new ApertureTransactionQuery(), None)));
    }

    [Fact]
    public async Task A_file_whose_admin_api_is_on_is_asked_at_its_own_address()
    {
        using var file = new ApertureFileGateway(new ApertureFileGatewayOptions { Path = folder.File("aperture.yaml"), Http = TestHttp.Options });

        Assert.True((await ApertureOperations.Find(file)!.ReadInfoAsync(None)).IsHealthy);
        await File.WriteAllTextAsync(folder.File("aperture.yaml"), model.Settings + "services: []\n");
        Assert.Contains("no_admin_api", (await Assert.ThrowsAsync<GatewayException>(() => ApertureOperations.Find(file)!.ReadInfoAsync(None))).Reason, StringComparison.Ordinal);
        Assert.Null(ApertureOperations.Find(new MemoryGateway()));
    }
}
