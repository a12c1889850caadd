using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Local;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Gateway.Memory;
using LightningOps.Settlements.Books;
using LightningOps.Storage;
using LightningOps.Tests.Buyer;
using LightningOps.Tests.Gateway.Model;
using LightningOps.Tests.Gateway.Records;
using LightningOps.Tests.Http;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Settlements.Books;

/// <summary>Whether a sold token is still valid, asked of the model of an Aperture; and what the books have of revocations and of own purchases.</summary>
public sealed class TokenCheckTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string Listed = new('1', 64);
    private static readonly string Gone = new('2', 64);
    private readonly TemporaryFolder folder = new();
    private ApertureModel model = null!;
    private ApertureAdminGateway gateway = null!;
    private LocalControlPlane plane = null!;

    public async Task InitializeAsync()
    {
        var path = folder.File("aperture.yaml");
        model = new ApertureModel(path, new ApertureModelOptions
        {
            Transactions = "[{\"id\":1,\"token_id\":\"" + Listed + "\",\"payment_hash\":\"h1\",\"service_name\":\"a\",\"price_sats\":\"7\",\"state\":\"settled\",\"created_at\":\"2026-03-01T10:00:00Z\",\"settled_at\":\"2026-03-01T10:00:01Z\"}]",
        });
        await File.WriteAllTextAsync(path, model.AdminSettings + "services: []\n");
        await model.StartAsync();
        gateway = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = model.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });
        plane = new LocalControlPlane(new LocalStoreOptions { Path = folder.File("store.db") });
    }

    public async Task DisposeAsync()
    {
        plane.Dispose();
        gateway.Dispose();
        await model.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_token_that_a_gateway_lists_is_valid() =>
        Assert.Equal(new TokenStanding(TokenState.Valid, "listed by " + gateway.Name), (await AskAsync(Sold(Listed.ToUpperInvariant()), gateway)).Token);

    [Fact]
    public async Task A_token_whose_paywall_has_a_lifetime_expires_although_it_is_listed()
    {
        using var mock = new MockControlPlane(TimeProvider.System, [Paywall("pw", Route("r", "a.com", "/a")).WithPolicy(static policy => policy with { CredentialLifetimeSeconds = 60 })]);
        var expired = await new TokenCheck(mock, [gateway]).AddToAsync(Sold(Listed) with { SettledAtMs = 1_772_359_201_000 }, None);
        var valid = await new TokenCheck(mock, [gateway]).AddToAsync(Sold(Listed) with { SettledAtMs = DateTimeOffset.UtcNow.AddSeconds(3600).ToUnixTimeMilliseconds() }, None);

        Assert.Equal(new TokenStanding(TokenState.Expired, "its lifetime ended at 2026-03-01 10:01:01Z"), expired.Token);
        Assert.Equal(TokenState.Valid, valid.Token!.State);
    }

    [Fact]
    public async Task A_token_that_no_gateway_lists_was_revoked_and_by_whom_is_said_where_it_is_recorded()
    {
        Assert.Equal(new TokenStanding(TokenState.Revoked, "no gateway lists it any more; the operator who revoked it is not recorded"), (await AskAsync(Sold(Gone), gateway)).Token);
        Assert.False(await TokenRevocations.RecordAsync(plane, Gone, gateway.Name, "eve@ops", None));

        await SellAsync(1, Gone, new string('a', 64));
        Assert.True(await TokenRevocations.RecordAsync(plane, Gone.ToUpperInvariant(), gateway.Name, "eve@ops", None));

        var token = (await AskAsync(Sold(Gone), gateway)).Token!;
        Assert.Equal(TokenState.Revoked, token.State);
        Assert.Matches(@"^by eve@ops at \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$", token.Reason);
        Assert.Null(await TokenRevocations.FindAsync(plane, Listed, None));
    }

    [Fact]
    public async Task A_gateway_that_does_not_answer_leaves_it_not_known_unless_another_lists_it()
    {
        using var memory = new MemoryGateway();
        await using var second = new ApertureModel(folder.File("none.yaml"));
        using var silent = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = second.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        var unknown = (await AskAsync(Sold(Gone), gateway, silent, memory)).Token!;

        Assert.Equal(TokenState.NotKnown, unknown.State);
        Assert.Contains(silent.Name, unknown.Reason, StringComparison.Ordinal);
        Assert.Contains("memory (no_admin_api)", unknown.Reason, StringComparison.Ordinal);
        Assert.Equal(TokenState.Valid, (await AskAsync(Sold(Listed), silent, gateway)).Token!.State);
    }

    [Fact]
    public async Task A_gateway_that_lists_fewer_tokens_than_it_counts_leaves_it_not_known()
    {
        await using var server = new LoopbackServer(static _ => Task.FromResult(Reply.Json("{\"tokens\":[],\"total_count\":\"1\"}")));
        using var incomplete = new ApertureAdminGateway(new ApertureAdminGatewayOptions { BaseUrl = server.Url, MacaroonPath = model.MacaroonPath, Records = new MemoryRecords(), Http = TestHttp.Options });

        Assert.Equal(new TokenStanding(TokenState.NotKnown, incomplete.Name + " counts 1 token more than it lists"), (await AskAsync(Sold(Gone), incomplete)).Token);
    }

    [Fact]
    public async Task Without_a_gateway_or_a_token_nothing_is_said()
    {
        Assert.Null((await AskAsync(Sold(Listed))).Token);
        Assert.Null((await AskAsync(Sold(Listed) with { TokenId = null }, gateway)).Token);
    }

    [Fact]
    public async Task What_the_operators_own_checks_paid_is_no_revenue()
    {
        using var bench = new PurchaseBench();
        await bench.SendAsync(PurchaseBench.Get() with { Scope = "probe of /goods" });
        await bench.SendAsync(PurchaseBench.Get() with { Scope = "goods for a customer" });
        var bought = await bench.Store.DescribeAsync(new LightningOps.Buyer.Credentials.PurchaseQuery(), None);
        Assert.Equal(2, bought.Count);
        for (var number = 0; number < bought.Count; number++)
        {
            await SellAsync(number, null, bought[number].PaymentHash!);
        }

        await SellAsync(7, null, new string('b', 64));

        var own = await OwnPurchases.ListAsync(bench.Store, None);
        var settlements = await plane.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, None);
        var row = Assert.Single(RevenueReport.Create(settlements, [], [], null, null, own));
        var all = Assert.Single(RevenueReport.Create(settlements, [], [], null, null));

        Assert.Equal([bought.Single(static purchase => purchase.For.Scope == "probe of /goods").PaymentHash!], own);
        Assert.Equal((2L, 5_000L, 1L, 2_500L), (row.Settled, row.SettledMsats, row.Own, row.OwnMsats));
        Assert.Equal((3L, 7_500L, 0L), (all.Settled, all.SettledMsats, all.Own));
    }

    private static L402Sale Sold(string token) => new() { IsSettled = true, PaywallId = "pw", OwnerId = "ada", Service = "pw.r", AmountMsats = 2500, SettledAtMs = 1_772_359_201_000, TokenId = token, RefundEvidence = [] };

    private Task<L402Sale> AskAsync(L402Sale sale, params IGateway[] gateways) => new TokenCheck(plane, gateways).AddToAsync(sale, None);

    private async Task SellAsync(int number, string? token, string hash)
    {
        var id = number.ToString(CultureInfo.InvariantCulture);
        var metadata = "{\"source\":\"aperture\",\"gateway\":\"aperture:x\",\"transactionId\":" + id + ",\"service\":\"pw.r\"" + (token is null ? string.Empty : ",\"tokenId\":\"" + token + "\"") + "}";
        await plane.IngestAsync(
            [
                SettlementEvent.From(new ExternalSettlement
                {
                    SettlementId = "set_" + id,
                    InvoiceId = "inv_" + id,
                    PaywallId = "pw",
                    OwnerId = "ada",
                    RouteId = "r",
                    AmountMsats = 2_500,
                    PaymentHash = hash,
                    PaymentProofRef = "lightning_payment_hash:" + hash[..24],
                    SettledAtMs = 1_772_359_201_000,
                    Metadata = JsonText.From(metadata),
                }),
            ],
            None);
    }
}
