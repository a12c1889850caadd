using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Loopback;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;
using LightningOps.Payments.WalletExecutor;
using LightningOps.Settings;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>The wallet of a gateway, served to other processes as a wallet executor.</summary>
public sealed class WalletPortTests : IDisposable
{
    private const string Service = "services:\n  - {name: one, hostregexp: '.*', pathregexp: '^/one$', address: '127.0.0.1:1', protocol: http, price: 70}\n";

    private readonly LoopbackGateway gateway = Open();
    private readonly HttpClient http = new();

    public void Dispose()
    {
        http.Dispose();
        gateway.Dispose();
    }

    [Fact]
    public async Task A_wallet_executor_at_the_port_buys_from_the_gateway()
    {
        using var payer = Payer(gateway.GetWalletToken());
        using var store = CredentialStore.InMemory(TimeProvider.System);
        using var client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, payer, store);

        using var answer = await client.SendAsync(new L402Request { Uri = new Uri(gateway.Url + "/one") });

        // The upstream is not there; the payment is.
        Assert.Equal((502, 70_000L, 1), (answer.StatusCode, answer.Amount!.Value.Value, gateway.Wallet.Payments));
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("192.0.2.1")]
    public void A_gateway_and_its_wallet_are_offered_to_this_machine_only(string address)
    {
        Assert.Equal("Address", Assert.Throws<ConfigException>(() => LoopbackGateway.Start(new LoopbackGatewayOptions { Address = IPAddress.Parse(address), WalletPort = 0 })).Field);
        Assert.All(new[] { gateway.Url, gateway.WalletUrl! }, static url => Assert.True(IPAddress.IsLoopback(IPAddress.Parse(new Uri(url).Host))));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task Nothing_is_paid_without_the_token(string? token)
    {
        using var payer = Payer(token);
        var invoice = gateway.Node.AddInvoice(new Msats(1000), "x");

        var result = await payer.PayAsync(Payment(invoice.PaymentRequest), default);

        Assert.Equal((PaymentState.Failed, false), (result.State, gateway.Node.IsSettled(invoice.Hash)));
    }

    [Theory]
    [InlineData("GET", "/pay-bolt11", null, 405)]
    [InlineData("POST", "/pay", "{}", 404)]
    [InlineData("POST", "/pay-bolt11", "{", 400)]
    [InlineData("POST", "/pay-bolt11", "[]", 400)]
    [InlineData("POST", "/pay-bolt11", "{\"requestId\":\"r\",\"payment\":{\"invoice\":1}}", 400)]
    [InlineData("POST", "/pay-bolt11", "{\"requestId\":\"r\",\"payment\":{\"invoice\":\"lnbc\",\"maxAmountMsats\":1}}", 502)]
    public async Task What_is_no_payment_is_refused_as_the_protocol_has_it(string method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), gateway.WalletUrl + path) { Content = body is null ? null : new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", gateway.GetWalletToken());
        using var answer = await http.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
        Assert.StartsWith("{\"ok\":false,\"error\":{\"code\":\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_over_its_limit_and_an_invoice_of_another_node_are_not_paid()
    {
        using var payer = Payer(gateway.GetWalletToken());
        using var other = Open();

        Assert.Equal(PaymentState.Failed, (await payer.PayAsync(Payment(gateway.Node.AddInvoice(new Msats(1001), "x").PaymentRequest), default)).State);
        Assert.Equal(PaymentState.Failed, (await payer.PayAsync(Payment(other.Node.AddInvoice(new Msats(1000), "x").PaymentRequest), default)).State);
        Assert.Equal(0, gateway.Wallet.Payments);
    }

    [Fact]
    public void All_invoices_of_a_gateway_are_signed_by_its_one_node()
    {
        using var other = Open();
        var payees = Enumerable.Range(1, 20).Select(amount => Bolt11Invoice.Parse(gateway.Node.AddInvoice(new Msats(amount), "x").PaymentRequest).PayeeHex).Distinct();

        Assert.Equal([gateway.Node.PublicKeyHex], payees);
        Assert.NotEqual(gateway.Node.PublicKeyHex, other.Node.PublicKeyHex);
    }

    [Fact]
    public void A_gateway_without_the_port_serves_no_wallet_and_one_with_it_says_who_can_pay()
    {
        using var closed = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Service });

        Assert.Equal((null, null), (closed.WalletUrl, closed.GetWalletToken()));
        Assert.DoesNotContain(closed.Notices, notice => notice.Contains("wallet port", StringComparison.Ordinal));
        Assert.Contains(gateway.Notices, notice => notice.Contains("wallets of a real network cannot", StringComparison.Ordinal));
        Assert.Throws<ConfigException>(() => LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Service, WalletPort = new Uri(gateway.WalletUrl!).Port }));
    }

    private static LoopbackGateway Open() => LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = Service, WalletPort = 0 });

    private static InvoicePayment Payment(string invoice) => new() { RequestId = "r", Invoice = invoice, MaxAmount = new Msats(1000), Host = "shop" };

    private WalletExecutorPayer Payer(string? token) =>
        new(new WalletExecutorPayerOptions { BaseUrl = gateway.WalletUrl!, AuthToken = token is null ? null : OperatorSecret.From(token) });
}
