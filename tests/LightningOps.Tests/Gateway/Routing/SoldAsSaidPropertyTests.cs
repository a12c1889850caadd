using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading.Tasks;
using CsCheck;
using LightningOps.Compile;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Routing;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.Routing;

/// <summary>
/// What a real HTTP client is sold at a gateway that serves the artifact is what is said of its URL: decoded, encoded,
/// IDN, upper-case and ported forms.
/// </summary>
public sealed class SoldAsSaidPropertyTests : IDisposable
{
    private static readonly Gen<string> HostPatterns = Gen.OneOf(
        "shop.example.com", "*.example.com", "*", "münchen.example", "shop.example.com:8443", @"^shop[0-9]\.example\.com$", "SHOP.Example.com", @"(?i)^\p{Latin}+\.example\.com\.?$", @"^shop\b");

    private static readonly Gen<string> PathPatterns = Gen.OneOf(
        "/one", "/one/*", "/my%20docs/*", "/caf%C3%A9", "/a/**/b", "/p/*/q", "^/v1/.*$", "/", "/x%25y", "/One", "^/(one|two)$", @"^/v[0-9]+/[a-z]{2}$", "/b%2fc", "/**",
        @"^/ctl[\x00-\x1f]$", @"^/nul\x00x$", "^/dot.end$", "(?s)^/dot.end$", @"^/bad\x{FFFD}$", @"^/bad\x{FFFD}{2}$", "/one/../two", "^/a/[^/]+/b$", "re2:ee", @"^/del\x7f$", "/tail.", "^//x$",
        @"^/\p{Greek}+$", @"^/[^\p{Latin}/]$", "(?m)^/ml$", @"^/w/\bab\b", @"^/w/a\Bb", "(?i)^/kelvin$", "(?i)^/σ$", @"^/\pL$");

    private static readonly Gen<string> Hosts = Gen.OneOf(
        "shop.example.com", "SHOP.example.COM", "shop.example.com:8443", "shop.example.com.", "SHOP.example.com.:8443", "shop.example.com:", "shop.example.com:08443", "shop.example.com:080", "www.example.com.", "xn--MNCHEN-3ya.example", "www.example.com", "münchen.example", "xn--mnchen-3ya.example", "MÜNCHEN.example:81", "shop1.example.com", "Shop1.example.com", "other.test", "shop.example.com:80");

    private static readonly Gen<string> Paths = Gen.OneOf(
        "/one", "/%6Fne", "/ONE", "/one/x", "/one/", "/my%20docs/a", "/my docs/a", "/caf%C3%A9", "/café", "/caf%c3%a9", "/a/b", "/a/x/y/b", "/p//q", "/p/z/q", "/v1/x", "/v1/%0A", "/v12/ab", "/one?x=1", "/one/../two", "//one", "/x%25y", "/%2Fone", string.Empty, "/two", "/b/c", "/b%2Fc", "/One",
        "/ctl%00", "/ctl%1f", "/ctl%1F", "/ctl%20", "/nul%00x", "/dot%0Aend", "/dot%0aend", "/dot%0Dend", "/dot.end", "/dot%85end", "/bad%FF", "/bad%ff", "/bad%E9", "/bad%C3%28", "/bad%ED%A0%80", "/bad%FF%FE", "/bad%EF%BF%BD",
        "/one/./x", "/one/../one", "/./one", "/one/%2e%2e/two", "/one/%2E%2E/two", "/../one", "/a/../b", "/a/%2F/b", "/free", "/x/three?free", "/del%7F", "/del%7f", "/tail.", "/tail%2E", "//x", "/%2Fx", "/%2fx", "/one%", "/one%2", "/one%zz", "/%", "/a;b", "/a%3Bb", "/%41", "/one%00", "/%F0%9F%98%80", "/\U0001F600",
        "/αβ", "/%CE%B1", "/%CE%B1%CD%85", "/я", "/%D1%8F", "/ml", "/ml%0Ax", "/x%0A/ml", "/w/ab", "/w/ab-", "/w/abc", "/w/ab%C3%A9", "/kelvin", "/%E2%84%AAELVIN", "/σ", "/%CF%82", "/%CE%A3", "/%EA%9F%8B");

    private readonly EchoUpstream upstream = EchoUpstream.Start();

    public void Dispose() => upstream.Dispose();

    [Fact]
    public async Task A_request_is_sold_by_the_rule_and_at_the_price_that_are_named()
    {
        var sold = 0;
        var free = 0;
        await Gen.Select(
            Gen.Select(HostPatterns, PathPatterns, Gen.Int[1, 90_000], Gen.Bool).List[1, 6],
            Gen.Select(Hosts, Paths).List[4, 10]).SampleAsync(async (rules, urls) =>
        {
            var paywalls = rules.Select((rule, i) => Priced("p" + i, rule.Item3, Route("r", rule.Item1, rule.Item2, i, protocol: RouteProtocol.Http, upstream: "http://upstream.example.com"))
                .WithPolicy(policy => policy with { KillSwitch = rule.Item4 && i == 1 })).ToArray();
            var compile = PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });
            if (!compile.Valid)
            {
                return;
            }

            var table = RouteTable.FromCompile(compile);
            using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = compile.ApertureYaml, Upstream = upstream.Url });
            using var client = Connect(gateway.Port);
            foreach (var (host, path) in urls)
            {
                var said = table.Resolve("http://" + host + path, "GET");
                var (status, service, sats) = await AskAsync(client, host, path);
                Assert.True(
                    (said.Outcome, said.Service, said.PriceSats) == (GetOutcome(status), service ?? (said.Outcome == RouteOutcome.Closed ? said.Service : null), sats),
                    host + path + ": said " + said.Outcome + " " + said.Service + " " + said.PriceSats + ", is " + status + " " + service + " " + sats + "\n" + compile.ApertureYaml);
                sold += status == HttpStatusCode.PaymentRequired ? 1 : 0;
                free += status == HttpStatusCode.NotFound ? 1 : 0;
            }
        }, iter: 60);

        Assert.True(sold > 0 && free > 0, sold + " sold, " + free + " not found");
    }

    [Theory]
    [InlineData("http://shop.example.com/my%20docs/a", "dear.r", 100)]
    [InlineData("http://shop.example.com/my docs/a", "dear.r", 100)]
    [InlineData("http://SHOP.EXAMPLE.COM/my%20docs/a", "dear.r", 100)]
    [InlineData("http://shop.example.com:8443/m%79%20docs/a", "dear.r", 100)]
    [InlineData("http://shop.example.com./my%20docs/a", "dear.r", 100)]
    [InlineData("http://münchen.example/caf%c3%a9", "idn.r", 50)]
    [InlineData("http://xn--mnchen-3ya.example/café", "idn.r", 50)]
    [InlineData("http://other.example/my%20docs/a", "rest.r", 1)]
    public async Task A_spelling_of_a_dear_request_is_not_sold_by_the_cheap_rest(string url, string service, long sats)
    {
        var compile = PaywallCompiler.Compile(
            [Priced("dear", 100_000, Route("r", "shop.example.com", "/my%20docs/*", 1)), Priced("idn", 50_000, Route("r", "münchen.example", "/café", 2)), Priced("rest", 1000, Route("r", "*", "/*", 3))],
            new CompileOptions { GatewayHasAdminApi = false });
        Assert.True(compile.Valid, string.Join("\n", compile.Diagnostics));
        using var gateway = LoopbackGateway.Start(new LoopbackGatewayOptions { ApertureYaml = compile.ApertureYaml, Upstream = upstream.Url });
        using var client = Connect(gateway.Port);
        var said = RouteTable.FromCompile(compile).Resolve(url, "GET");
        var slash = url.IndexOf('/', 7);

        Assert.Equal((service, sats), (said.Service, said.PriceSats));
        Assert.Equal((HttpStatusCode.PaymentRequired, service, sats), await AskAsync(client, url.Substring(7, slash - 7), url.Substring(slash)));
    }

    private static RouteOutcome GetOutcome(HttpStatusCode status) => status switch
    {
        HttpStatusCode.PaymentRequired => RouteOutcome.Sold,
        HttpStatusCode.BadGateway => RouteOutcome.Closed,
        HttpStatusCode.NotFound => RouteOutcome.NotMatched,
        HttpStatusCode.BadRequest => RouteOutcome.BadRequest,
        _ => RouteOutcome.Free,
    };

    /// <summary>A client that reaches the gateway whatever the URL names.</summary>
    private static HttpClient Connect(int port) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, token) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, port, token);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private static async Task<(HttpStatusCode Status, string? Service, long? Sats)> AskAsync(HttpClient client, string host, string path)
    {
        var text = "http://" + host + path;
        var isAscii = path.Length > 0 && path.All(static one => one is > ' ' and < '\u007f');
        using var request = new HttpRequestMessage(HttpMethod.Get, isAscii ? new Uri(text, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }) : new Uri(text));
        if (host.Any(static one => one is >= 'A' and <= 'Z') && host.All(static one => one < '\u007f'))
        {
            // As curl sends it; HttpClient writes it in lower case.
            request.Headers.Host = host;
        }

        using var response = await client.SendAsync(request);
        if (response.StatusCode != HttpStatusCode.PaymentRequired)
        {
            return (response.StatusCode, null, null);
        }

        var challenge = L402Challenge.Parse(response.Headers.GetValues("WWW-Authenticate").Where(static value => value.StartsWith("L402", StringComparison.Ordinal)));
        var services = Macaroon.Parse(challenge.Macaroon).Restrictions.Single(static caveat => caveat.Condition == "services").Value;
        return (response.StatusCode, services.Substring(0, services.LastIndexOf(':')), new Msats(Bolt11Invoice.Parse(challenge.Invoice).Amount!.Value).SatoshisRoundedUp);
    }
}
