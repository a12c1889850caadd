using System;
using System.Linq;
using System.Net.Http;
using System.Text.Json;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

public sealed class LoopbackGatewayTests
{
    [Fact]
    public async Task A_paid_request_reaches_its_upstream()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());
        var authorization = await bench.BuyAsync();

        using var answer = await bench.SendAsync("/a?q=1", authorization);

        Assert.Equal(200, (int)answer.StatusCode);
        using var echoed = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("/a?q=1", echoed.RootElement.GetProperty("target").GetString());
        Assert.Equal(1, bench.Gateway.Services.Single().Forwarded);
        Assert.Equal("settled", bench.Gateway.Transactions.Single().State);
    }

    [Fact]
    public async Task A_challenge_is_what_aperture_sends()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: "    timeout: 60\n    capabilities: read,write\n    constraints:\n      valid_path: /a\n"));

        using var answer = await bench.SendAsync("/a");

        Assert.Equal(402, (int)answer.StatusCode);
        Assert.Equal("payment required\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("no-store", answer.Headers.GetValues("Cache-Control").Single());
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        var lines = answer.Headers.GetValues("WWW-Authenticate").ToArray();
        Assert.Equal(["LSAT", "L402"], lines.Select(line => line.Split(' ')[0]));
        Assert.Equal(lines[0][5..], lines[1][5..]);
        var challenge = L402Challenge.Parse(lines);
        Assert.Equal(new Msats(3000), challenge.Amount);
        var macaroon = Macaroon.Parse(challenge.Macaroon);
        Assert.Equal("lsat", macaroon.Location);
        var identifier = L402Identifier.Parse(macaroon.Identifier.Span);
        var invoice = Bolt11Invoice.Parse(challenge.Invoice);
        Assert.Equal(invoice.Hash, identifier.PaymentHash);
        Assert.Equal(Bolt11Network.Regtest, invoice.Network);
        var caveats = macaroon.Restrictions.Select(caveat => caveat.Encode()).ToArray();
        Assert.Equal(["services=shop:0", "shop_capabilities=read,write", "valid_path=/a"], caveats[..3]);
        Assert.Equal("shop_valid_until", macaroon.Restrictions.Last().Condition);
    }

    [Fact]
    public async Task Nothing_is_served_where_no_service_matches()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());

        using var path = await bench.SendAsync("/b");
        using var host = await bench.SendAsync("/a", host: "other.example.com");

        Assert.Equal(404, (int)path.StatusCode);
        Assert.Equal(404, (int)host.StatusCode);
        Assert.Equal("404 page not found\n", await path.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.0.0.1:9")]
    public async Task A_closed_rule_is_502_and_makes_no_invoice(string address)
    {
        using var elsewhere = EchoUpstream.Start();
        using var bench = new LoopbackBench(
            "services:\n  - name: closed\n    hostregexp: '.*'\n    pathregexp: '^/a$'\n    address: " + address + "\n    protocol: http\n    auth: \"off\"\n",
            options => options with { Upstream = elsewhere.Url });

        using var answer = await bench.SendAsync("/a");

        Assert.Equal(502, (int)answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
        Assert.Empty(bench.Gateway.Node.Invoices);
        Assert.Equal(0, elsewhere.Requests);
    }

    [Theory]
    [InlineData("OPTIONS /a HTTP/1.1", "")]
    [InlineData("GET /a HTTP/1.1", "blocklist: ['127.0.0.1']\n")]
    public async Task A_preflight_and_a_blocked_client_of_gRPC_get_no_media_type(string request, string settings)
    {
        using var bench = new LoopbackBench(settings + LoopbackBench.Selling());

        var answer = await bench.RawAsync(request + "\r\nHost: " + LoopbackBench.Host + "\r\nContent-Type: application/grpc\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nGrpc-Status: 13\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nAccess-Control-Allow-Origin: *\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\nContent-Type:", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_for_the_options_of_the_server_is_answered_by_it_alone()
    {
        using var bench = new LoopbackBench("blocklist: ['127.0.0.1']\n" + LoopbackBench.Selling());

        var answer = await bench.RawAsync("OPTIONS * HTTP/1.1\r\nHost: " + LoopbackBench.Host + "\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_not_served_is_named_in_the_status_line()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());

        Assert.StartsWith("HTTP/1.1 505 HTTP Version Not Supported: unsupported protocol version\r\n", await bench.RawAsync("GET /a HTTP/2.0\r\nHost: h\r\n\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_thousand_requests_at_once_are_all_answered()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());
        var authorization = await bench.BuyAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            using var answer = await bench.SendAsync("/a", i % 4 == 0 ? null : authorization, i % 3 == 0 ? HttpMethod.Post : HttpMethod.Get, i % 3 == 0 ? new StringContent(new string('x', i)) : null);
            await answer.Content.ReadAsByteArrayAsync();
            return (int)answer.StatusCode;
        }));

        Assert.Equal(250, answers.Count(status => status == 402));
        Assert.Equal(750, answers.Count(status => status == 200));
    }
}
