using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Loopback;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.Payments;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>One credential for a service, from a gateway that names it in a caveat as Aperture does.</summary>
public sealed class ServiceCredentialTests : IDisposable
{
    private const string Services = """
        services:
          - {name: one, hostregexp: '^127\.0\.0\.1', pathregexp: '^/one/.*$', address: '127.0.0.1:1', protocol: http, price: 70}
          - {name: two, hostregexp: '^127\.0\.0\.1', pathregexp: '^/two/.*$', address: '127.0.0.1:1', protocol: http, price: 70}
        """;

    private readonly EchoUpstream upstream = EchoUpstream.Start();
    private readonly LoopbackGateway gateway;
    private readonly CredentialStore store = CredentialStore.InMemory(TimeProvider.System);
    private readonly L402Client client;

    public ServiceCredentialTests()
    {
        gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Services, Upstream = upstream.Url });
        client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, gateway.Wallet, store);
    }

    public void Dispose()
    {
        client.Dispose();
        store.Dispose();
        gateway.Dispose();
        upstream.Dispose();
    }

    [Fact]
    public async Task Paths_of_one_service_are_opened_with_one_credential()
    {
        var (bought, first) = await GetAsync("/one/a");
        var (opened, second) = await GetAsync("/one/b");
        var (again, third) = await GetAsync("/one/b");

        Assert.Equal((200, 200, 200), (bought, opened, again));
        Assert.Equal((1, first.PurchaseId, first.PurchaseId), (gateway.Wallet.Payments, second.PurchaseId, third.PurchaseId));

        // An opened path is requested with the credential at once.
        Assert.Equal((L402CacheStatus.Miss, L402CacheStatus.Hit), (second.CacheStatus, third.CacheStatus));
        Assert.Null(second.Amount);
    }

    [Fact]
    public async Task Another_service_is_bought_for_itself()
    {
        await GetAsync("/one/a");
        await GetAsync("/two/a");

        Assert.Equal(2, gateway.Wallet.Payments);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_path_that_refuses_the_credential_is_named_and_closes_no_other_path(bool isBoughtElsewhere)
    {
        await using var shop = new LoopbackServer(request => Task.FromResult(Reply.Status(request.Target == "/one/refused" ? 402 : 200)));
        using var partly = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Services, Upstream = new Uri(shop.Url) });
        using var buyer = Open(store, partly.Wallet);
        L402Request Ask(string path) => new() { Uri = new Uri(partly.Url + path) };
        if (isBoughtElsewhere)
        {
            using var bought = await buyer.SendAsync(Ask("/one/a"));
        }

        var refused = await Assert.ThrowsAsync<L402CredentialRejectedException>(() => buyer.SendAsync(Ask("/one/refused")));
        var sent = shop.Requests.Count;
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => buyer.SendAsync(Ask("/one/refused") with { AuthorizationFormat = L402AuthorizationFormat.Lsat }));

        Assert.Contains(" /one/refused answered 402 to the ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(sent + 1, shop.Requests.Count);
        foreach (var path in (string[])["/one/a", "/one/b", "/one/a"])
        {
            using var answer = await buyer.SendAsync(Ask(path));
            Assert.Equal((200, null), (answer.StatusCode, answer.Amount));
        }

        Assert.Equal(1, partly.Wallet.Payments);
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => buyer.SendAsync(Ask("/one/refused") with { AllowRebuy = true }));
        Assert.Equal(2, partly.Wallet.Payments);
    }

    [Fact]
    public async Task A_scope_that_the_caller_names_has_a_credential_of_its_own()
    {
        await GetAsync("/one/a");
        await GetAsync("/one/b", scope: "mine");

        Assert.Equal(2, gateway.Wallet.Payments);
    }

    [Fact]
    public async Task A_quote_says_that_a_credential_of_the_service_is_there()
    {
        Assert.Equal(L402CacheStatus.Miss, (await client.QuoteAsync(Request("/one/b"))).CacheStatus);
        await GetAsync("/one/a");

        Assert.Equal(L402CacheStatus.Hit, (await client.QuoteAsync(Request("/one/b"))).CacheStatus);
        Assert.Equal(1, gateway.Wallet.Payments);
    }

    [Fact]
    public async Task Two_clients_that_ask_for_two_new_paths_at_once_buy_once()
    {
        using var folder = new TemporaryFolder();
        for (var round = 0; round < 10; round++)
        {
            var path = folder.File("credentials" + round + ".db");
            var before = gateway.Wallet.Payments;
            using var one = new CredentialStore(new CredentialStoreOptions { Path = path });
            using var other = new CredentialStore(new CredentialStoreOptions { Path = path });
            using var buyer = Open(one);
            using var second = Open(other);
            var answers = await Task.WhenAll(buyer.SendAsync(Request("/one/a")), second.SendAsync(Request("/one/b")));

            Assert.All(answers, answer => Assert.Equal(200, answer.StatusCode));
            Assert.Equal(1, gateway.Wallet.Payments - before);
        }
    }

    [Fact]
    public async Task Processes_that_ask_for_new_paths_of_one_service_at_once_buy_once()
    {
        using var folder = new TemporaryFolder();
        await using var wallet = new LoopbackServer(PayAsync);
        var processes = Enumerable.Range(0, 4).Select(n => StartedProcess.Start("buy", gateway.Url + "/one/" + n, folder.File("credentials.db"), wallet.Url, "1000000")).ToList();
        try
        {
            await Task.WhenAll(processes.Select(process => process.ReadLineAsync()));
            processes.ForEach(process => process.WriteLine("go"));
            var outcomes = await Task.WhenAll(processes.Select(process => process.ReadLineAsync()));

            Assert.Equal(["200 70000", "200 nothing", "200 nothing", "200 nothing"], outcomes.Order(StringComparer.Ordinal));
            Assert.Equal(1, gateway.Wallet.Payments);
        }
        finally
        {
            processes.ForEach(process => process.Dispose());
        }
    }

    [Fact]
    public async Task A_payment_of_another_path_that_is_not_finished_is_found_out_about_before_another_is_made()
    {
        using var folder = new TemporaryFolder();
        using var file = new CredentialStore(new CredentialStoreOptions { Path = folder.File("credentials.db") });
        var wallet = new SlowWallet(gateway.Wallet);
        using var buyer = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, wallet, file);
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => buyer.SendAsync(Request("/one/a")));
        await Assert.ThrowsAsync<L402PaymentPendingException>(() => buyer.SendAsync(Request("/one/b")));

        wallet.IsDone = true;
        using var answer = await buyer.SendAsync(Request("/one/b"));

        Assert.Equal((200, 1), (answer.StatusCode, gateway.Wallet.Payments));
        Assert.Equal("/one/a", Assert.Single(await file.ListAsync(new PurchaseQuery(), default)).For.Scope);
    }

    private static L402Client Open(CredentialStore store, IInvoicePayer payer) => new(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, payer, store);

    private L402Client Open(CredentialStore store) => Open(store, gateway.Wallet);

    private async Task<Reply> PayAsync(RecordedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        var payment = body.RootElement.GetProperty("payment");
        var most = payment.GetProperty("maxAmountMsats").GetInt64();
        var paid = await gateway.Wallet.PayAsync(new InvoicePayment { RequestId = "r", Invoice = payment.GetProperty("invoice").GetString()!, MaxAmount = new Msats(most), Host = "shop" }, default);
        var result = new { requestId = "r", walletId = "w", payment = new { paymentId = "pay_1", amountMsats = most, preimageHex = paid.Preimage!.Reveal(), paidAtMs = 1 } };
        return Reply.Json(JsonSerializer.Serialize(new { ok = true, requestId = "r", result }));
    }

    /// <summary>A wallet that pays, and does not say so before it is told to.</summary>
    private sealed class SlowWallet(IInvoicePayer wallet) : IInvoicePayer
    {
        public bool IsDone { get; set; }

        public string Name => wallet.Name;

        public Bolt11Network? Network => wallet.Network;

        public bool RequiresBolt11 => wallet.RequiresBolt11;

        public bool CanLookUp => wallet.CanLookUp;

        public Msats FeeLimitFor(Msats amount, Msats left) => wallet.FeeLimitFor(amount, left);

        public async Task<PaymentResult> PayAsync(InvoicePayment payment, CancellationToken cancellationToken)
        {
            await wallet.PayAsync(payment, cancellationToken);
            return PaymentResult.Pending("payment_pending", "in flight");
        }

        public async Task<PaymentResult> GetPaymentAsync(InvoicePayment payment, CancellationToken cancellationToken) =>
            payment.StartedAt is null || IsDone ? await wallet.GetPaymentAsync(payment, cancellationToken) : PaymentResult.Pending("payment_pending", "in flight");

        public void Dispose()
        {
            // Not called by this test.
        }
    }

    private async Task<(int Status, L402Response Response)> GetAsync(string path, string? scope = null)
    {
        using var response = await client.SendAsync(Request(path) with { Scope = scope });
        return (response.StatusCode, response);
    }

    private L402Request Request(string path) => new() { Uri = new Uri(gateway.Url + path) };
}
