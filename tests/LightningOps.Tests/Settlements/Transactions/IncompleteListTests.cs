using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Payments;
using LightningOps.Payments.Lnd;
using LightningOps.Settings;
using LightningOps.Settlements;
using LightningOps.Settlements.Transactions;
using LightningOps.Tests.Gateway.ApertureAdmin;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Settlements.Transactions;

/// <summary>An Aperture whose transactions are not all that was received, and the node that was paid.</summary>
public sealed class IncompleteListTests : IDisposable
{
    private const string Hash = "ec07cefc1322e30ba73a325752b86ddb4b608009eed77374daa53b83fd85b196";
    private const string SessionHash = "49f7248f6d62fcd45e50f45f5aed6422da107dc842ebf1d93733fba78f73d3ed";
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly MockControlPlane plane = new(TimeProvider.System);
    private readonly MemorySettlementCursors cursors = new();

    public void Dispose()
    {
        plane.Dispose();
        cursors.Dispose();
    }

    [Fact]
    public async Task With_sessions_on_the_result_says_incomplete_and_a_node_gives_the_figure()
    {
        await using var aperture = Aperture(sessions: true);
        await using var lnd = Lnd();

        var result = await ImportAsync(aperture);
        using var node = Open(lnd);
        var compared = result.ComparedWith(await PayeeComparison.MakeAsync(node, plane, null, None));

        Assert.Equal((true, "incomplete", 1L), (result.Ok, result.Completeness, result.SettlementsNew));
        Assert.Equal([ImportWarnings.SessionsNotListed], result.Warnings.Select(warning => warning.Code));
        var payee = compared.Payee!;
        Assert.Equal((2L, 10_000L, 1L, 5_000L, 1L, 5_000L), (payee.Invoices, payee.ReceivedMsats, payee.BookedInvoices, payee.BookedMsats, payee.UnbookedInvoices, payee.UnbookedMsats));
        Assert.Equal([SessionHash], payee.Unbooked);
        Assert.False(compared.IsComplete);
        Assert.EndsWith("received 10 sat with 2 invoices; 1 of them are booked, 5 sat with 1 invoices are not.", compared.Warnings.Single(warning => warning.Code == ImportWarnings.NotBooked).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_node_received_is_complete_when_all_of_it_is_booked()
    {
        await using var aperture = Aperture(sessions: true);
        await using var lnd = Lnd();
        await ImportAsync(aperture);
        await plane.IngestAsync(
            [SettlementEvent.From(new ExternalSettlement { SettlementId = "session", PaywallId = "pw_weather", OwnerId = "owner_weather", AmountMsats = 5000, PaymentProofRef = "lightning_payment_hash:" + SessionHash[..24], PaymentHash = SessionHash })],
            None);
        using var node = Open(lnd);

        var compared = (await ImportAsync(aperture)).ComparedWith(await PayeeComparison.MakeAsync(node, plane, null, None));

        Assert.Equal((true, 0L), (compared.IsComplete, compared.Payee!.UnbookedInvoices));
    }

    [Fact]
    public async Task Only_what_was_settled_since_then_is_compared()
    {
        await using var lnd = Lnd();
        using var node = Open(lnd);

        Assert.Equal(1, (await PayeeComparison.MakeAsync(node, plane, 1795955644_000, None)).Invoices);
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("")]
    [InlineData("soon")]
    public async Task A_transaction_without_a_time_of_settlement_is_booked_when_its_invoice_was_made(string settledAt)
    {
        await using var aperture = Aperture(sessions: false, settledAt: settledAt);

        var result = await ImportAsync(aperture);

        Assert.Equal((true, 1L, ImportWarnings.TimeUnknown), (result.Ok, result.SettlementsNew, Assert.Single(result.Warnings).Code));
        var settlement = Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery(), None)).Settlement;
        Assert.Equal(DateTimeOffset.Parse("2026-11-29T11:40:35Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds(), settlement.CreatedAtMs);
    }

    [Fact]
    public async Task Without_sessions_it_is_complete_and_an_Aperture_that_does_not_tell_is_not()
    {
        await using var plain = Aperture(sessions: false);
        await using var silent = Aperture(sessions: null);

        var complete = await ImportAsync(plain);
        Assert.Equal((true, 0), (complete.IsComplete, complete.Warnings.Count));
        var unknown = await ImportAsync(silent);

        Assert.Equal((true, false, ImportWarnings.OffersUnknown), (unknown.Ok, unknown.IsComplete, Assert.Single(unknown.Warnings).Code));
    }

    [Theory]
    [InlineData("AUTH_SCHEME_L402", "", "doubtful", "payment")]
    [InlineData("AUTH_SCHEME_L402", "ab", null, null)]
    [InlineData("AUTH_SCHEME_MPP", "ab", "refused", null)]
    [InlineData("AUTH_SCHEME_MPP", "", null, "payment")]
    [InlineData("AUTH_SCHEME_L402_MPP", "", null, "payment")]
    [InlineData("AUTH_SCHEME_L402_MPP", "ab", null, null)]
    public async Task Settled_and_refused_is_income_without_delivery(string scheme, string token, string? delivery, string? payment)
    {
        await using var aperture = Aperture(sessions: false, payments: true, scheme, token);

        var result = await ImportAsync(aperture);

        var settlement = Assert.Single(await plane.ListSettlementsAsync(new SettlementQuery(), None)).Settlement;
        using var metadata = JsonDocument.Parse(settlement.Metadata!.Value);
        Assert.Equal((delivery, payment), (Text("delivery"), Text("scheme")));
        Assert.Equal((delivery is null ? 0L : 1L, delivery is not null), (result.Undelivered, result.Warnings.Any(warning => warning.Code == ImportWarnings.NotDelivered)));

        string? Text(string member) => metadata.RootElement.TryGetProperty(member, out var value) ? value.GetString() : null;
    }

    [Fact]
    public async Task A_macaroon_that_may_not_read_invoices_is_named()
    {
        var refused = File.ReadLines(Vectors.GetPath("lnd/node.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .First(record => record.GetProperty("macaroon").GetString() == "router" && record.GetProperty("path").GetString()!.StartsWith("/v1/invoices", StringComparison.Ordinal));
        await using var lnd = new LoopbackServer(_ => Task.FromResult(Reply.Json(refused.GetProperty("responseBody").GetString()!, refused.GetProperty("status").GetInt32())));
        using var node = Open(lnd);

        var failure = await Assert.ThrowsAsync<PayeeNodeException>(() => node.ListSettledAsync(null, None));

        Assert.Contains("permission", failure.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("0201", failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("<html></html>")]
    [InlineData("{\"invoices\":[{}]}")]
    public async Task What_is_not_an_LND_is_said(string body)
    {
        await using var other = new LoopbackServer(_ => Task.FromResult(Reply.Json(body)));
        using var node = Open(other);

        Assert.Contains("not an LND's", (await Assert.ThrowsAsync<PayeeNodeException>(() => node.ListSettledAsync(null, None))).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("same", 2)]
    [InlineData("back", 2)]
    [InlineData("ahead", 2)]
    [InlineData("again", 3)]
    public async Task A_node_whose_list_does_not_end_is_named_and_nothing_is_counted_twice(string kind, int requests)
    {
        var page = Page();
        var last = JsonDocument.Parse(page).RootElement.GetProperty("last_index_offset").GetString()!;
        var asked = 0;
        await using var lnd = new LoopbackServer(_ => Task.FromResult(Reply.Json(kind switch
        {
            "back" when ++asked > 1 => page.Replace("\"last_index_offset\":\"" + last, "\"last_index_offset\":\"1", StringComparison.Ordinal),
            "ahead" => page.Replace("\"last_index_offset\":\"" + last, "\"last_index_offset\":\"" + ++asked + "000", StringComparison.Ordinal),
            "again" when ++asked == 2 => "{\"invoices\":[" + Invoice("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") + "],\"last_index_offset\":\"900000000\"}",
            _ => page,
        })));
        using var node = Open(lnd);

        var failure = await Assert.ThrowsAsync<PayeeNodeException>(() => node.ListSettledAsync(null, None));

        Assert.Contains("does not end", failure.Reason, StringComparison.Ordinal);
        Assert.Equal(requests, lnd.Requests.Count);
    }

    [Fact]
    public async Task The_books_and_an_Apertures_statistic_are_compared_both_ways()
    {
        const string revoked = "aa07cefc1322e30ba73a325752b86ddb4b608009eed77374daa53b83fd85b196";
        await using var aperture = new LoopbackServer(static request => Task.FromResult(Reply.Json(
            request.Target.Contains("/stats", StringComparison.Ordinal) ? "{\"total_revenue_sats\":\"13\",\"transaction_count\":\"3\",\"service_breakdown\":[]}"
            : request.Target.Contains("/info", StringComparison.Ordinal) ? "{\"network\":\"simnet\", \"listen_addr\":\"127.0.0.1:8261\", \"insecure\":true, \"mpp_enabled\":false, \"sessions_enabled\":false, \"mpp_realm\":\"\"}"
            : request.Target.Contains("/services", StringComparison.Ordinal) ? "{\"services\":[]}"
            : "{\"transactions\":[" + Transaction(1, Hash, "pw_weather.route_weather", 5, "settled") + "," + Transaction(2, SessionHash, "unknown", 7, "settled") + "," + Transaction(3, "bb" + Hash[2..], "others/x", 1, "settled") + ","
                + Transaction(4, "cc" + Hash[2..], "pw_weather.route_weather", 5, "pending") + "],\"total_count\":\"4\"}")));
        using var gateway = Open(aperture.Url);
        await plane.IngestAsync([CreateBooked("set_1", Hash, gateway.Name), CreateBooked("set_2", revoked, gateway.Name), CreateBooked("set_3", "dd" + Hash[2..], "another")], None);

        var compared = await ApertureComparison.MakeAsync(ApertureOperations.Find(gateway)!, gateway.Name, plane, null, static service => service == "others", None);

        Assert.EndsWith("5 sat with 1 booked sales are no longer listed", compared.ToString(), StringComparison.Ordinal);
        Assert.Equal((3L, 13_000m, 3L, 13_000m), (compared.CountedTransactions, compared.CountedMsats, compared.ListedTransactions, compared.ListedMsats));
        Assert.Equal((1L, 5_000m, 1L, 7_000m, 1L, 5_000m), (compared.BookedTransactions, compared.BookedMsats, compared.UnbookedTransactions, compared.UnbookedMsats, compared.UnlistedSettlements, compared.UnlistedMsats));
        Assert.Equal((1L, 5_000m, 0.75, false), (compared.Pending, compared.PendingMsats, compared.Conversion, compared.IsReconciled));
        Assert.Equal([SessionHash], compared.Unbooked);
        var result = new SettlementImport(plane, new SettlementImportOptions()).CreateResult(gateway.Name).ComparedWith(compared);
        Assert.Equal((false, ImportWarnings.NotBooked), (result.IsComplete, Assert.Single(result.Warnings).Code));
        Assert.Equal(ImportWarnings.StatisticDiffers, result.ComparedWith(compared with { CountedMsats = 12_000, UnbookedTransactions = 0 }).Warnings[^1].Code);

        static string Transaction(int id, string hash, string service, int price, string state) =>
            "{\"id\":" + id + ",\"token_id\":\"ab\",\"payment_hash\":\"" + hash + "\",\"service_name\":\"" + service + "\",\"price_sats\":\"" + price + "\",\"state\":\"" + state + "\",\"created_at\":\"2026-11-29T11:40:35Z\",\"settled_at\":\"" + (state == "settled" ? "2026-11-29T11:40:36Z" : string.Empty) + "\"}";
    }

    [Theory]
    [InlineData(1, 1, 1L)]
    [InlineData(2, 1, null)]
    [InlineData(1, 2, null)]
    public async Task Booked_sales_are_no_longer_listed_only_where_the_list_is_complete(int counted, int total, long? unlisted)
    {
        await using var aperture = new LoopbackServer(request => Task.FromResult(Reply.Json(
            request.Target.Contains("/stats", StringComparison.Ordinal) ? "{\"total_revenue_sats\":\"5\",\"transaction_count\":\"" + counted + "\",\"service_breakdown\":[]}"
            : "{\"transactions\":[{\"id\":1,\"token_id\":\"ab\",\"payment_hash\":\"" + Hash + "\",\"service_name\":\"pw_weather.route_weather\",\"price_sats\":\"5\",\"state\":\"settled\",\"created_at\":\"2026-11-29T11:40:35Z\",\"settled_at\":\"2026-11-29T11:40:36Z\"}],\"total_count\":\"" + total + "\"}")));
        using var gateway = Open(aperture.Url);
        await plane.IngestAsync([CreateBooked("set_1", Hash, gateway.Name), CreateBooked("set_2", "aa" + Hash[2..], gateway.Name)], None);

        var compared = await ApertureComparison.MakeAsync(ApertureOperations.Find(gateway)!, gateway.Name, plane, null, static _ => false, None);

        Assert.Equal((unlisted, unlisted * 5_000m), (compared.UnlistedSettlements, compared.UnlistedMsats));
        Assert.Equal(unlisted is null, compared.ToString().EndsWith("whether it no longer lists booked sales is not known, because it counts more transactions than it lists", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pending", "2026-11-29T11:40:35Z", 0L)]
    [InlineData("settled", "2020-01-01T00:00:00Z", 0L)]
    public async Task A_booked_sale_that_is_listed_in_another_state_or_with_an_earlier_time_is_listed(string state, string time, long unlisted)
    {
        await using var aperture = new LoopbackServer(request => Task.FromResult(Reply.Json(
            request.Target.Contains("/stats", StringComparison.Ordinal) ? "{\"total_revenue_sats\":\"0\",\"transaction_count\":\"0\",\"service_breakdown\":[]}"
            : "{\"transactions\":[{\"id\":1,\"token_id\":\"ab\",\"payment_hash\":\"" + Hash + "\",\"service_name\":\"pw_weather.route_weather\",\"price_sats\":\"5\",\"state\":\"" + state + "\",\"created_at\":\"" + time + "\",\"settled_at\":\"" + (state == "settled" ? time : string.Empty) + "\"}],\"total_count\":\"1\"}")));
        using var gateway = Open(aperture.Url);
        await plane.IngestAsync([CreateBooked("set_1", Hash, gateway.Name, DateTimeOffset.Parse("2026-11-29T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds())], None);

        var compared = await ApertureComparison.MakeAsync(ApertureOperations.Find(gateway)!, gateway.Name, plane, DateTimeOffset.Parse("2026-01-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), static _ => false, None);

        Assert.Equal(unlisted, compared.UnlistedSettlements);
    }

    [Fact]
    public async Task Invoices_on_two_overlapping_pages_are_received_once()
    {
        var pages = new[]
        {
            "{\"invoices\":[" + Invoice("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") + "," + Invoice("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") + "],\"last_index_offset\":\"2\"}",
            "{\"invoices\":[" + Invoice("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") + "," + Invoice("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=") + "],\"last_index_offset\":\"3\"}",
            "{\"invoices\":[],\"last_index_offset\":\"0\"}",
        };
        var asked = 0;
        await using var lnd = new LoopbackServer(_ => Task.FromResult(Reply.Json(pages[asked++])));
        using var node = Open(lnd);

        var compared = await PayeeComparison.MakeAsync(node, plane, null, None);

        Assert.Equal((3L, 6_000L, 3L), (compared.Invoices, compared.ReceivedMsats, compared.UnbookedInvoices));
    }

    [Fact]
    public async Task Amounts_received_beyond_64_bits_are_added_up_exactly()
    {
        var pages = new[]
        {
            "{\"invoices\":[" + Invoice("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "9223372036854775807") + "," + Invoice("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "9223372036854775807") + "],\"last_index_offset\":\"2\"}",
            "{\"invoices\":[],\"last_index_offset\":\"0\"}",
        };
        var asked = 0;
        await using var lnd = new LoopbackServer(_ => Task.FromResult(Reply.Json(pages[asked++])));
        using var node = Open(lnd);

        var compared = await PayeeComparison.MakeAsync(node, plane, null, None);

        Assert.Equal((18_446_744_073_709_551_614m, 18_446_744_073_709_551_614m), (compared.ReceivedMsats, compared.UnbookedMsats));
    }

    [Theory]
    [InlineData("-1", "1795955000")]
    [InlineData("2000", "9223372036854775807")]
    [InlineData("2000", "-5")]
    public async Task An_invoice_with_an_amount_or_a_date_that_cannot_be_is_not_an_LNDs(string amount, string date)
    {
        await using var lnd = new LoopbackServer(_ => Task.FromResult(Reply.Json("{\"invoices\":[" + Invoice("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", amount, date) + "],\"last_index_offset\":\"1\"}")));
        using var node = Open(lnd);

        Assert.Contains("not an LND's", (await Assert.ThrowsAsync<PayeeNodeException>(() => node.ListSettledAsync(null, None))).Reason, StringComparison.Ordinal);
    }

    private static string Invoice(string hash, string amount = "2000", string date = "1795955000") =>
        "{\"r_hash\":\"" + hash + "\",\"state\":\"SETTLED\",\"amt_paid_msat\":\"" + amount + "\",\"settle_date\":\"" + date + "\"}";

    private static string Page() => File.ReadLines(Vectors.GetPath("lnd/node.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
        .First(record => record.GetProperty("macaroon").GetString() == "readonly" && record.GetProperty("path").GetString()!.StartsWith("/v1/invoices", StringComparison.Ordinal))
        .GetProperty("responseBody").GetString()!;

    private static LoopbackServer Lnd()
    {
        var page = Page();
        return new LoopbackServer(request => Task.FromResult(Reply.Json(
            request.Target.EndsWith("index_offset=0", StringComparison.Ordinal) ? page : "{\"invoices\":[], \"last_index_offset\":\"0\", \"first_index_offset\":\"0\"}")));
    }

    private static LndInvoices Open(LoopbackServer server) =>
        new(server.Url, new PayerSettings { Environment = new OperatorEnvironment(static _ => null), Macaroon = OperatorSecret.From("0201") });

    private static LoopbackServer Aperture(bool? sessions, bool payments = false, string scheme = "AUTH_SCHEME_L402", string token = "ab", string settledAt = "2026-11-29T11:40:36Z") => new(request => Task.FromResult(
        request.Target.Contains("/info", StringComparison.Ordinal)
            ? sessions is null
                ? Reply.Json("{\"code\":2, \"message\":\"no\", \"details\":[]}", 500)
                : Reply.Json("{\"network\":\"simnet\", \"listen_addr\":\"127.0.0.1:8261\", \"insecure\":true, \"mpp_enabled\":" + (payments ? "true" : "false") + ", \"sessions_enabled\":" + (sessions == true ? "true" : "false") + ", \"mpp_realm\":\"\"}")
            : request.Target.Contains("/services", StringComparison.Ordinal)
                ? Reply.Json("{\"services\":[{\"name\":\"pw_weather.route_weather\",\"address\":\"127.0.0.1:1\",\"protocol\":\"http\",\"host_regexp\":\".*\",\"path_regexp\":\"\",\"price\":\"5\",\"auth\":\"on\",\"auth_scheme\":\"" + scheme + "\"}]}")
                : Reply.Json("{\"transactions\":[{\"id\":1,\"token_id\":\"" + token + "\",\"payment_hash\":\"" + Hash + "\",\"service_name\":\"pw_weather.route_weather\",\"price_sats\":\"5\",\"state\":\"settled\",\"created_at\":\"2026-11-29T11:40:35Z\",\"settled_at\":\"" + settledAt + "\"}],\"total_count\":\"1\"}")));

    private static ApertureAdminGateway Open(string url) => new(new ApertureAdminGatewayOptions
    {
        BaseUrl = url,
        Macaroon = OperatorSecret.From(StrictAperture.Macaroon),
        Records = new MemoryRecords(),
        Http = TestHttp.Options,
    });

    private async Task<SettlementImportResult> ImportAsync(LoopbackServer aperture)
    {
        using var gateway = Open(aperture.Url);
        var source = new GatewayTransactionSource(gateway, gateway.Name, await plane.ListPaywallsAsync(None), cursors, new GatewayTransactionOptions());
        var import = new SettlementImport(plane, new SettlementImportOptions());
        await import.ImportAsync(source, None);
        return source.Complete(import.CreateResult(gateway.Name));
    }

    private static SettlementEvent CreateBooked(string id, string hash, string gateway, long settledAtMs = 1) => SettlementEvent.From(new ExternalSettlement
    {
        SettlementId = id,
        PaywallId = "pw_weather",
        OwnerId = "owner",
        AmountMsats = 5000,
        PaymentHash = hash,
        PaymentProofRef = "lightning_payment_hash:" + hash[..24],
        SettledAtMs = settledAtMs,
        Metadata = JsonText.From("{\"source\":\"aperture\",\"gateway\":\"" + gateway + "\",\"transactionId\":1}"),
    });
}
