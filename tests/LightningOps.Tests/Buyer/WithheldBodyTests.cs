using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.Buyer;
using LightningOps.Buyer.Credentials;
using LightningOps.Buyer.Spending;
using LightningOps.Tests.Support;
using Xunit;

namespace LightningOps.Tests.Buyer;

/// <summary>What is to be sent is sent to who accepts the credential, and to nobody who asks for payment or refuses.</summary>
public sealed class WithheldBodyTests : IAsyncLifetime
{
    private readonly Ledger ledger = new(TimeProvider.System);
    private readonly CredentialStore store = CredentialStore.InMemory(TimeProvider.System);
    private readonly Seller seller;
    private readonly LoopbackServer shop;
    private readonly L402Client client;

    public WithheldBodyTests()
    {
        seller = new Seller(ledger);
        shop = new LoopbackServer(_ => Task.FromResult(Reply.Json("{}")))
        {
            BeforeBody = request => seller.Answer(request.Headers.GetValueOrDefault("authorization")) is (not 200, var body, var header) refusal
                ? Reply.Json(body, refusal.Status, header is { } challenge ? [(challenge.Key, challenge.Value)] : [])
                : null,
        };
        client = new L402Client(new L402ClientOptions { Limits = new SpendLimits { MaxSpend = new Msats(100_000) } }, new LedgerPayer(ledger), store);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        client.Dispose();
        store.Dispose();
        await shop.DisposeAsync();
    }

    [Fact]
    public async Task A_body_is_sent_once_with_the_credential_that_is_accepted()
    {
        using var first = await client.SendAsync(Post());
        using var second = await client.SendAsync(Post());

        Assert.Equal((200, 200, 1), (first.StatusCode, second.StatusCode, ledger.Payments));
        Assert.Equal(["", "secret", "secret"], shop.Requests.Select(request => request.Body));

        // An opened path gets the body at once.
        Assert.Equal(["100-continue", "100-continue", null], shop.Requests.Select(request => request.Headers.GetValueOrDefault("expect")));
    }

    [Fact]
    public async Task A_server_that_refuses_what_it_sold_never_gets_the_body()
    {
        seller.Refusal = 401;

        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Post()));
        await Assert.ThrowsAsync<L402CredentialRejectedException>(() => client.SendAsync(Post()));

        Assert.Equal(3, shop.Requests.Count);
        Assert.All(shop.Requests, request => Assert.Equal(string.Empty, request.Body));
    }

    [Fact]
    public async Task A_server_without_that_expectation_is_sent_the_body_with_the_request()
    {
        await using var old = new LoopbackServer(request => Task.FromResult(request.Headers.ContainsKey("expect") ? Reply.Status(417) : Reply.Json("{}")));

        using var answer = await client.SendAsync(Post() with { Uri = new Uri(old.Url + "/goods") });

        Assert.Equal(200, answer.StatusCode);
        Assert.Equal("secret", old.Requests[^1].Body);
    }

    private L402Request Post() => new() { Uri = new Uri(shop.Url + "/goods"), Method = "POST", Content = () => new StringContent("secret") };
}
