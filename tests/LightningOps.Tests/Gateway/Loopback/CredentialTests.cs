using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using LightningOps.L402;
using LightningOps.L402.Macaroons;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>Which credentials open a service (Aperture mint/mint.go, l402/header.go, l402/satisfier.go).</summary>
public sealed class CredentialTests : IDisposable
{
    private const string Two = "services:\n";
    private readonly FakeTimeProvider time = new(DateTimeOffset.UnixEpoch.AddYears(55));
    private readonly LoopbackBench bench;

    public CredentialTests() => bench = new LoopbackBench(
        Two + LoopbackBench.Service("shop", "^/a$", "    timeout: 100\n") + LoopbackBench.Service("other", "^/b$"),
        options => options with { Time = time });

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("L402 ")]
    [InlineData("LSAT ")]
    [InlineData("Something LSAT ")]
    public async Task A_credential_is_taken_under_either_name(string scheme)
    {
        var authorization = await bench.BuyAsync();

        Assert.Equal(200, await StatusAsync("/a", scheme + authorization["L402 ".Length..]));
    }

    [Theory]
    [InlineData("Macaroon")]
    [InlineData("Grpc-Metadata-Macaroon")]
    public async Task A_macaroon_with_its_preimage_as_a_caveat_is_taken(string header)
    {
        var (macaroon, preimage) = await PaidAsync();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, bench.Gateway.Url + "/a");
        request.Headers.Host = LoopbackBench.Host;
        request.Headers.Add(header, macaroon.AddCaveat(new Caveat("preimage", preimage.Reveal())).ToHex());

        using var answer = await client.SendAsync(request);

        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_credential_for_one_service_does_not_open_another()
    {
        Assert.Equal(402, await StatusAsync("/b", await bench.BuyAsync("/a")));
        Assert.Equal(1, bench.Gateway.Services[1].CredentialsRefused);
    }

    [Fact]
    public async Task A_credential_is_good_until_its_time_and_not_longer()
    {
        var authorization = await bench.BuyAsync();

        time.Advance(TimeSpan.FromSeconds(99));
        Assert.Equal(200, await StatusAsync("/a", authorization));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(402, await StatusAsync("/a", authorization));
    }

    [Fact]
    public async Task A_restriction_may_be_added_and_none_undone()
    {
        var (macaroon, preimage) = await PaidAsync();
        var until = long.Parse(macaroon.FindRestriction("shop_valid_until")!);

        Assert.Equal(200, await StatusAsync("/a", Value(macaroon.AddCaveat(new Caveat("shop_valid_until", (until - 1).ToString())), preimage)));
        Assert.Equal(200, await StatusAsync("/a", Value(macaroon.AddCaveat(new Caveat("unknown", "anything")), preimage)));
        foreach (var (condition, value) in new[] { ("shop_valid_until", (until + 1).ToString()), ("shop_valid_until", "soon"), ("services", "shop:0,other:0"), ("services", "other:0"), ("services", ""), ("services", "shop") })
        {
            Assert.Equal(402, await StatusAsync("/a", Value(macaroon.AddCaveat(new Caveat(condition, value)), preimage)));
        }
    }

    [Fact]
    public async Task What_was_not_paid_or_not_minted_here_opens_nothing()
    {
        var (macaroon, preimage) = await PaidAsync();
        var other = await bench.ChallengeAsync();
        var foreign = Macaroon.Mint(new byte[32], L402Identifier.Parse(macaroon.Identifier.Span)).AddCaveat(new Caveat("services", "shop:0"));
        var changed = macaroon.ToBinary();
        changed[^1] ^= 1;

        foreach (var wrong in new[]
        {
            Value(macaroon, Preimage.FromBytes(new byte[32])),
            Value(Macaroon.Parse(other.Macaroon), preimage),
            Value(foreign, preimage),
            "L402 " + Convert.ToBase64String(changed) + ":" + preimage.Reveal(),
            "L402 " + macaroon.ToBase64() + ":" + preimage.Reveal().ToUpperInvariant(),
            "L402 " + macaroon.ToBase64().TrimEnd('=').Replace('+', '-').Replace('/', '_') + "%:" + preimage.Reveal(),
            "L402 :" + preimage.Reveal(),
            "L402 " + macaroon.ToBase64(),
            "Bearer x",
            string.Empty,
        })
        {
            Assert.Equal(402, await StatusAsync("/a", wrong));
        }
    }

    [Fact]
    public async Task Of_several_lines_the_last_one_decides()
    {
        var authorization = await bench.BuyAsync();

        var first = await bench.RawAsync("GET /a HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer x\r\nAuthorization: " + authorization + "\r\n\r\n");
        var last = await bench.RawAsync("GET /a HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: " + authorization + "\r\nAuthorization: Bearer x\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200", first, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 402", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_invoices_are_verified_the_node_must_know_them_as_settled()
    {
        using var strict = new LoopbackBench("strictverify: true\n" + LoopbackBench.Selling());
        var challenge = await strict.ChallengeAsync();
        var macaroon = Macaroon.Parse(challenge.Macaroon);
        var invoice = strict.Gateway.Node.Find(L402Identifier.Parse(macaroon.Identifier.Span).PaymentHash)!;

        using var unsettled = await strict.SendAsync("/a", Value(macaroon, invoice.Preimage));
        await strict.PayAsync(challenge);
        using var settled = await strict.SendAsync("/a", Value(macaroon, invoice.Preimage));

        Assert.Equal(402, (int)unsettled.StatusCode);
        Assert.Equal(200, (int)settled.StatusCode);
    }

    [Fact]
    public async Task A_gateway_started_anew_takes_no_credential_of_the_old_one()
    {
        var authorization = await bench.BuyAsync();
        using var again = new LoopbackBench(LoopbackBench.Selling(), options => options with { Node = bench.Gateway.Node });

        using var answer = await again.SendAsync("/a", authorization);

        Assert.Equal(402, (int)answer.StatusCode);
    }

    [Fact]
    public async Task With_a_price_of_0_one_satoshi_is_asked_and_the_credential_has_no_further_caveat()
    {
        using var cheap = new LoopbackBench(LoopbackBench.Selling(more: "    price: 0\n    timeout: 60\n    capabilities: read\n"));

        var challenge = await cheap.ChallengeAsync();

        Assert.Equal(1000L, challenge.Amount!.Value.Value);
        Assert.Equal("services=shop:0", Macaroon.Parse(challenge.Macaroon).Restrictions.Single().Encode());
    }

    [Fact]
    public async Task The_same_randomness_and_time_make_the_same_challenge()
    {
        static byte[] Ones(int count) => Enumerable.Repeat((byte)1, count).ToArray();
        using var one = new LoopbackBench(LoopbackBench.Selling(), options => options with { RandomBytes = Ones, Time = time });
        using var other = new LoopbackBench(LoopbackBench.Selling(), options => options with { RandomBytes = Ones, Time = time });

        Assert.Equal((await one.ChallengeAsync()).ToHeaderValue(), (await other.ChallengeAsync()).ToHeaderValue());
    }

    private static string Value(Macaroon macaroon, Preimage preimage) => "L402 " + macaroon.ToBase64() + ":" + preimage.Reveal();

    private async Task<(Macaroon Macaroon, Preimage Preimage)> PaidAsync()
    {
        var challenge = await bench.ChallengeAsync();
        return (Macaroon.Parse(challenge.Macaroon), (await bench.PayAsync(challenge)).Preimage!);
    }

    private async Task<int> StatusAsync(string path, string authorization)
    {
        using var answer = await bench.SendAsync(path, authorization);
        return (int)answer.StatusCode;
    }
}
