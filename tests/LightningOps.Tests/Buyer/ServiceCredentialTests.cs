using System;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Gateway.Loopback;
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

        // A path that was opened is asked with the credential at once.
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

    private async Task<(int Status, L402Response Response)> GetAsync(string path, string? scope = null)
    {
        using var response = await client.SendAsync(Request(path) with { Scope = scope });
        return (response.StatusCode, response);
    }

    private L402Request Request(string path) => new() { Uri = new Uri(gateway.Url + path) };
}
