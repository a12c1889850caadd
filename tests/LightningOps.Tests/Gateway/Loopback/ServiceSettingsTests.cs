using System;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using LightningOps.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>What the settings of a service, and of the file around it, do to a request (Aperture proxy/proxy.go, proxy/service.go).</summary>
public sealed class ServiceSettingsTests
{
    private const string PerMinute = "    ratelimits:\n      - pathregexp: '^/a$'\n        requests: 2\n        per: 1m\n";

    [Fact]
    public async Task Free_requests_of_a_freebie_are_counted_by_network_and_then_sold()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: "    auth: freebie 2\n"));

        Assert.Equal("200 200 402 402", await StatusesAsync(bench, "/a", "/a", "/a", "/a"));
        Assert.Equal(200, await StatusAsync(bench, "/a", await bench.BuyAsync()));
    }

    [Fact]
    public async Task A_whitelisted_path_is_free_and_one_without_invoices_is_401()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(path: "^/", more: "    authwhitelistpaths: ['^/free']\n    authskipinvoicecreationpaths: ['^/quiet']\n"));

        Assert.Equal("200 401 402", await StatusesAsync(bench, "/free/x", "/quiet", "/a"));
        Assert.Single(bench.Gateway.Transactions);
        Assert.Equal(200, await StatusAsync(bench, "/quiet", await bench.BuyAsync()));
    }

    [Fact]
    public async Task A_limit_counts_each_credential_for_itself_and_says_when_to_come_back()
    {
        var time = new FakeTimeProvider();
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: PerMinute), options => options with { Time = time });
        var one = await bench.BuyAsync();
        var other = await bench.BuyAsync();

        Assert.Equal("200 200", await StatusAsync(bench, "/a", one) + " " + await StatusAsync(bench, "/a", one));
        using (var denied = await bench.SendAsync("/a", one))
        {
            Assert.Equal((429, "30"), ((int)denied.StatusCode, denied.Headers.GetValues("Retry-After").Single()));
            Assert.Equal("rate limit exceeded\n", await denied.Content.ReadAsStringAsync());
        }

        Assert.Equal(200, await StatusAsync(bench, "/a", other));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("200 429", await StatusAsync(bench, "/a", one) + " " + await StatusAsync(bench, "/a", one));
        Assert.Equal(2, bench.Gateway.Services[0].RateLimited);
    }

    [Fact]
    public async Task A_limit_that_denies_everything_says_a_second_whatever_another_says()
    {
        const string Limits = "    ratelimits: [{requests: 1, per: 1h, burst: 1}, {pathregexp: '^/a', requests: 1, per: 1s, burst: -1}]\n";
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: "    auth: \"off\"\n" + Limits), options => options with { Time = new FakeTimeProvider() });

        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var denied = await bench.SendAsync("/a");
            Assert.Equal((429, "1"), ((int)denied.StatusCode, denied.Headers.GetValues("Retry-After").Single()));
        }
    }

    [Fact]
    public async Task Who_has_no_credential_is_counted_by_network_and_a_challenge_is_not_counted()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: "    auth: \"off\"\n" + PerMinute) + LoopbackBench.Service("sold", "^/b$", PerMinute.Replace("/a", "/b", StringComparison.Ordinal)), options => options with { Time = new FakeTimeProvider() });

        Assert.Equal("200 200 429", await StatusesAsync(bench, "/a", "/a", "/a"));
        Assert.Equal("402 402 402", await StatusesAsync(bench, "/b", "/b", "/b"));
    }

    [Theory]
    [InlineData("'^/a$'", "'^/a$'", 5)]
    [InlineData("'^/a$'", "'(?:^/a$)'", 2)]
    [InlineData("'^/a$'", "''", 2)]
    public async Task Limits_of_one_expression_text_share_the_bucket_of_the_first(string first, string second, int admitted)
    {
        // Ten taken two at a time where the text is shared; else the second, of two, denies.
        using var bench = new LoopbackBench(
            LoopbackBench.Selling(more: $"    auth: \"off\"\n    ratelimits:\n      - {{pathregexp: {first}, requests: 10, per: 1h}}\n      - {{pathregexp: {second}, requests: 2, per: 1h}}\n"),
            options => options with { Time = new FakeTimeProvider() });

        Assert.Equal(admitted, (await StatusesAsync(bench, Enumerable.Repeat("/a", 8).ToArray())).Split(' ').Count(status => status == "200"));
    }

    [Fact]
    public async Task A_burst_may_be_more_than_the_rate()
    {
        var time = new FakeTimeProvider();
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: "    auth: \"off\"\n    ratelimits: [{requests: 1, per: 1s, burst: 3}]\n"), options => options with { Time = time });

        Assert.Equal("200 200 200 429", await StatusesAsync(bench, "/a", "/a", "/a", "/a"));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("200 429", await StatusesAsync(bench, "/a", "/a"));
    }

    [Theory]
    [InlineData("/v1", "/a/b", "/v1/a/b")]
    [InlineData("/v1/", "/a/", "/v1/a/")]
    [InlineData("/v1", "/a%2Fb%20c", "/v1/a%2Fb%20c")]
    [InlineData("/v 1", "/a", "/v%201/a")]
    [InlineData("/v1", "//a///b/./c", "/v1/a/b/c")]
    [InlineData("/v1", "/../../admin", "/admin")]
    [InlineData("/v1", "/a/%2e%2e/b", "/v1/a/%2e%2e/b")]
    public async Task A_rewrite_joins_as_go_does(string prefix, string path, string upstream) =>
        Assert.Equal(upstream, await TargetAsync(LoopbackBench.Selling(path: "^/", more: "    auth: \"off\"\n    rewrite: {prefix: '" + prefix + "'}\n"), path));

    [Theory]
    [InlineData("/a/../b")]
    [InlineData("/a/%2e%2e/b?x=/../y")]
    [InlineData("//a//b")]
    [InlineData("/%7Ea/%41")]
    [InlineData("/a?q=%zz&r=a+b")]
    [InlineData("/a?")]
    [InlineData("/a%00b")]
    public async Task Without_a_rewrite_the_target_is_passed_on_to_the_letter(string target) =>
        Assert.Equal(target, await TargetAsync(LoopbackBench.Selling(path: "^/", more: "    auth: \"off\"\n"), target));

    [Theory]
    [InlineData("/a%2Fb", "^/a/b$", true)]
    [InlineData("/%61", "^/a$", true)]
    [InlineData("/caf%C3%A9", "^/café$", true)]
    [InlineData("/caf%E9", "^/caf\\x{FFFD}$", true)]
    [InlineData("/a?/b", "^/a$", true)]
    [InlineData("/a%3F", "^/a\\?$", true)]
    [InlineData("/a;b", "^/a;b$", true)]
    [InlineData("/A", "^/a$", false)]
    public async Task A_path_is_matched_unescaped(string target, string expression, bool matches)
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(path: expression));

        Assert.StartsWith("HTTP/1.1 " + (matches ? 402 : 404), await bench.RawAsync("GET " + target + " HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET http://shop.example.com/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 402)]
    [InlineData("GET http://elsewhere/a HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 404)]
    [InlineData("GET /a HTTP/1.1\r\nHost: shop.example.com:8080\r\n\r\n", 402)]
    [InlineData("GET /a HTTP/1.1\r\nHost: SHOP.example.com\r\n\r\n", 404)]
    [InlineData("GET /a%zz HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 400)]
    [InlineData("GET ftp://shop.example.com/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 402)]
    [InlineData("GET http://user:secret@shop.example.com/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 402)]
    [InlineData("GET http://shop.example.com:x/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 400)]
    [InlineData("GET 1http://shop.example.com/a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 400)]
    [InlineData("GET /a#b HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 404)]
    [InlineData("GET /a HTTP/1.1\r\nHost: shop.example.com:x\r\n\r\n", 404)]
    [InlineData("CONNECT shop.example.com:443 HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 404)]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: shop.example.com\r\n\r\n", 200)]
    [InlineData("OPTIONS /a HTTP/1.1\r\nHost: elsewhere\r\n\r\n", 200)]
    public async Task The_host_is_that_of_the_request_as_go_reads_it(string request, int status)
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());

        Assert.StartsWith("HTTP/1.1 " + status, await bench.RawAsync(request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_are_replaced_followed_and_those_of_the_connection_dropped()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("secret"), [1, 0xab]);
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Status(200, ("X-Upstream", "yes"), ("Keep-Alive", "timeout=5"), ("Access-Control-Allow-Origin", "https://x"), ("Access-Control-Expose-Headers", "X-Upstream, www-authenticate"), ("Set-Cookie", "a=b"))));
        using var bench = new LoopbackBench(
            LoopbackBench.Selling(more: "    headers:\n      Authorization: 'Bearer ${KEY}'\n      X-Hex: '!file+hex:" + folder.File("secret") + "'\n      X-Base64: '!file+base64:${DIR}/secret'\n      X-Literal: '$KEY ${}'\n").Replace("UPSTREAM", new Uri(upstream.Url).Authority, StringComparison.Ordinal),
            options => options with { Environment = name => name == "KEY" ? "k1" : name == "DIR" ? folder.Path : null });
        var authorization = await bench.BuyAsync();

        var answer = await bench.RawAsync("GET /a HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: " + authorization + "\r\nX-Hex: mine\r\nX-Forwarded-For: 9.9.9.9\r\nConnection: X-Drop, close\r\nX-Drop: 1\r\nProxy-Authorization: x\r\nTE: trailers\r\nUser-Agent: me (x)\r\n\r\n");

        var sent = Assert.Single(upstream.Requests).Headers;
        Assert.Equal(("Bearer k1", "01ab", "Aas=", "$KEY ${}"), (sent["authorization"], sent["x-hex"], sent["x-base64"], sent["x-literal"]));
        Assert.Equal(("9.9.9.9, 127.0.0.1", "me (x)", new Uri(upstream.Url).Authority), (sent["x-forwarded-for"], sent["user-agent"], sent["host"]));
        Assert.DoesNotContain(sent.Keys, name => name is "x-drop" or "proxy-authorization");
        Assert.Equal(("trailers", "gzip"), (sent["te"], sent["accept-encoding"]));
        Assert.Contains("X-Upstream: yes\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Origin: *\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Expose-Headers: X-Upstream, www-authenticate, Payment-Receipt\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Keep-Alive", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_credential_is_passed_on_in_its_usual_form()
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        using var bench = new LoopbackBench(LoopbackBench.Selling().Replace("UPSTREAM", new Uri(upstream.Url).Authority, StringComparison.Ordinal));
        var authorization = await bench.BuyAsync();

        using var answer = await bench.SendAsync("/a", authorization.Replace("L402", "LSAT", StringComparison.Ordinal));

        Assert.Equal(authorization, Assert.Single(upstream.Requests).Headers["authorization"]);
    }

    [Fact]
    public async Task A_blocked_address_is_turned_away()
    {
        using var bench = new LoopbackBench("blocklist: ['127.0.0.1', 'nonsense']\n" + LoopbackBench.Selling());

        using var answer = await bench.SendAsync("/a");

        Assert.Equal((403, "access denied\n"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("", "    price: 3\n    dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}\n", 3, "dynamicprice of service shop: the price server is not asked; the price of the file is charged, and nothing is metered")]
    [InlineData("", "    price: 0\n    dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true, metered: true}\n", 1, "dynamicprice of service shop: the price server is not asked; the price of the file is charged, and nothing is metered")]
    [InlineData("servestatic: true\nstaticroot: /srv\n", "", 3, "servestatic: files are not served; a request that matches no service is answered with 404")]
    [InlineData("authenticator: {enablempp: true, enablesessions: true}\ndbbackend: sqlite\n", "", 3, "enablesessions: sessions of the Payment scheme are not offered, only charges")]
    [InlineData("admin: {enabled: true}\ndbbackend: sqlite\n", "", 3, "admin: the admin API is not served; its paths are answered with 404")]
    public async Task What_is_not_served_is_named_and_is_never_free(string settings, string members, long sats, string notice)
    {
        await using var upstream = new LoopbackServer(_ => Task.FromResult(Reply.Status(200)));
        using var bench = new LoopbackBench(settings + LoopbackBench.Selling(more: members).Replace("UPSTREAM", new Uri(upstream.Url).Authority, StringComparison.Ordinal));

        Assert.Contains(notice, bench.Gateway.Notices);
        var challenge = await bench.ChallengeAsync();
        Assert.Equal(sats * 1000, LightningOps.L402.Bolt11.Bolt11Invoice.Parse(challenge.Invoice).Amount!.Value);
        Assert.Equal("404 404", await StatusesAsync(bench, "/index.html", "/api/admin/services"));
        Assert.Empty(upstream.Requests);

        var authorization = await bench.BuyAsync();
        Assert.Equal("200 402", await StatusAsync(bench, "/a", authorization) + " " + await StatusAsync(bench, "/a"));
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("dbbackend: sqlite\n", "404")]
    [InlineData("dbbackend: etcd\netcd: {host: 'e:1'}\n", "402")]
    public async Task Paths_of_the_admin_API_belong_to_it_where_it_starts(string database, string status)
    {
        using var bench = new LoopbackBench("admin: {enabled: true}\n" + database + LoopbackBench.Selling(path: "^/").Replace("UPSTREAM", "127.0.0.1:1", StringComparison.Ordinal));

        Assert.Equal(status == "404", bench.Gateway.Notices.Any(static notice => notice.StartsWith("admin", StringComparison.Ordinal)));
        Assert.Equal(status, await StatusesAsync(bench, "/api/admin/services"));
    }

    [Fact]
    public void A_file_without_these_has_no_notice_of_them()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling());

        Assert.DoesNotContain(bench.Gateway.Notices, static notice => notice.StartsWith("dynamicprice", StringComparison.Ordinal) || notice.StartsWith("servestatic", StringComparison.Ordinal) || notice.StartsWith("enablesessions", StringComparison.Ordinal) || notice.StartsWith("admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_goes_through_both_ways()
    {
        using var bench = new LoopbackBench(LoopbackBench.Selling(more: "    auth: \"off\"\n"));

        using var known = await bench.SendAsync("/a", method: HttpMethod.Post, content: new ByteArrayContent(new byte[1_000_000]));
        var chunked = await bench.RawAsync("PUT /a HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        var broken = await bench.RawAsync("PUT /a HTTP/1.1\r\nHost: shop.example.com\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n");

        Assert.Contains("\"bodyBytes\":1000000", await known.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("\"bodyBytes\":5", chunked, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 502", broken, StringComparison.Ordinal);
    }

    private static async Task<string> TargetAsync(string yaml, string target)
    {
        using var bench = new LoopbackBench(yaml);
        var answer = await bench.RawAsync("GET " + target + " HTTP/1.1\r\nHost: shop.example.com\r\nConnection: close\r\n\r\n");
        using var json = System.Text.Json.JsonDocument.Parse(answer[answer.IndexOf('{')..]);
        return json.RootElement.GetProperty("target").GetString()!;
    }

    private static async Task<int> StatusAsync(LoopbackBench bench, string path, string? authorization = null)
    {
        using var answer = await bench.SendAsync(path, authorization);
        return (int)answer.StatusCode;
    }

    private static async Task<string> StatusesAsync(LoopbackBench bench, params string[] paths)
    {
        var statuses = new int[paths.Length];
        for (var i = 0; i < paths.Length; i++)
        {
            statuses[i] = await StatusAsync(bench, paths[i]);
        }

        return string.Join(' ', statuses);
    }
}
