using System;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway.Routing;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.Routing;

/// <summary>What a configuration does with one request.</summary>
public sealed class RouteTableTests
{
    private const string Yaml = """
        authenticator:
          enablempp: true
        services:
          - name: api
            hostregexp: '(?i)^api\.example\.com\.?(:[0-9]+)?$'
            pathregexp: '^/v1/(?s:.*)$'
            address: up.example.com:443
            protocol: https
            price: 0x10
            timeout: 3600
            authscheme: l402
            authwhitelistpaths: ['^/v1/free']
            authskipinvoicecreationpaths: ['^/v1/later$']
            ratelimits:
              - {pathregexp: '^/v1/', requests: 120, per: 1m}
              - {pathregexp: '^/v2/', requests: 5, per: 1h}
            rewrite:
              prefix: /base
          - name: closed
            hostregexp: '^api\.example\.com$'
            pathregexp: '^/closed$'
            address: 127.0.0.1:0
            protocol: http
            auth: "off"
          - name: open
            hostregexp: '^api\.example\.com$'
            pathregexp: '^/open$'
            address: up.example.com:80
            protocol: http
            auth: "off"
          - name: some
            hostregexp: '^shop\.example\.com$'
            address: up.example.com:80
            protocol: http
            auth: "freebie 3"
            price: 5

        """;

    private readonly RouteTable table = RouteTable.FromYaml(Yaml);

    [Fact]
    public void The_service_its_price_limits_lifetime_and_upstream_are_named()
    {
        var found = table.Resolve("https://user:x@API.example.com:8443/v1/a%20b?q=1#f", "GET");

        Assert.Equal((RouteOutcome.Sold, "api", 1, 16L, 3600L), (found.Outcome, found.Service, found.Place!.Value, found.PriceSats!.Value, found.LifetimeSeconds!.Value));
        Assert.Equal(("API.example.com:8443", "/v1/a b"), (found.Host, found.Path));
        Assert.Equal("https://API.example.com:8443/v1/a%20b?q=1#f", found.Uri);
        Assert.Equal(["L402"], found.Schemes);
        Assert.Equal(["120 per 1m"], found.Limits);
        Assert.Equal(("up.example.com:443", "https", "/base/v1/a%20b?q=1"), (found.UpstreamAddress, found.UpstreamProtocol, found.UpstreamPath));
    }

    [Theory]
    [InlineData("1_000", 1000)]
    [InlineData("\"1_000\"", 1000)]
    [InlineData("1e3", 1000)]
    [InlineData("5.0", 5)]
    [InlineData("0o17", 15)]
    [InlineData("0b11", 3)]
    [InlineData("010", 8)]
    [InlineData("\"010\"", 10)]
    [InlineData("09", 9)]
    [InlineData("0", 1)]
    [InlineData("5 # agreed\u2028price: 7", 5)]
    public void A_price_is_that_which_Aperture_reads(string written, long sats) =>
        Assert.Equal(sats, RouteTable.FromYaml(Yaml.Replace("price: 0x10", "price: " + written, System.StringComparison.Ordinal)).Resolve("https://api.example.com/v1/a", "GET").PriceSats);

    [Theory]
    [InlineData("ftp://user:secretpw@api.example.com/v1")]
    [InlineData("user:secretpw@api.example.com/v1")]
    [InlineData("https://user:secretpw@/v1")]
    public void A_URL_that_is_refused_is_told_without_its_password(string url)
    {
        var refusal = Assert.Throws<ConfigException>(() => table.Resolve(url, "GET"));

        Assert.DoesNotContain("secretpw", refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://api.example.com/v1/free/x", "GET", RouteOutcome.Free, "api")]
    [InlineData("https://api.example.com/v1/later", "GET", RouteOutcome.NotSold, "api")]
    [InlineData("https://api.example.com/closed", "GET", RouteOutcome.Closed, "closed")]
    [InlineData("https://api.example.com/open", "POST", RouteOutcome.Free, "open")]
    [InlineData("https://api.example.com/none", "GET", RouteOutcome.NotMatched, null)]
    [InlineData("https://api.example.com/v1/x", "OPTIONS", RouteOutcome.Preflight, null)]
    [InlineData("https://api.example.com/v1/%zz", "GET", RouteOutcome.BadRequest, null)]
    [InlineData("https://shop.example.com", "GET", RouteOutcome.Sold, "some")]
    [InlineData("https://SHOP.example.com", "GET", RouteOutcome.NotMatched, null)]
    [InlineData("http://api.example.com:80/v1/x", "GET", RouteOutcome.Sold, "api")]
    [InlineData("https://api.example.com/v1%2Fx", "GET", RouteOutcome.Sold, "api")]
    [InlineData("https://api.example.com/v1/%0A", "GET", RouteOutcome.Sold, "api")]
    public void What_becomes_of_a_request(string uri, string method, RouteOutcome outcome, string? service)
    {
        var found = table.Resolve(uri, method);

        Assert.Equal((outcome, service), (found.Outcome, found.Service));
        Assert.NotEmpty(found.Reason);
    }

    [Fact]
    public void Freebies_are_named_beside_the_price() =>
        Assert.Equal((3, 5L), (table.Resolve("http://shop.example.com/", "GET").FreeRequests, table.Resolve("http://shop.example.com/", "GET").PriceSats));

    [Fact]
    public void Each_earlier_service_is_named_with_the_expression_that_does_not_match()
    {
        var found = table.Resolve("https://api.example.com/open", "GET");

        Assert.Equal(2, found.EarlierServices);
        Assert.Equal(
            ["api: pathregexp ^/v1/(?s:.*)$ does not match /open", "closed: pathregexp ^/closed$ does not match /open"],
            found.PassedOver.Select(passed => passed.ToString()));
        Assert.StartsWith("hostregexp ", table.Resolve("https://shop.example.com/v1/x", "GET").PassedOver[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/x")]
    [InlineData("ftp://api.example.com/")]
    [InlineData("https://")]
    [InlineData("http://x.example.com:65536/")]
    [InlineData("http://x.example.com:http/")]
    [InlineData("http://*/x")]
    [InlineData("http://a b/x")]
    [InlineData("http://[::1/x")]
    [InlineData("http://[shop]/x")]
    [InlineData("http://a%00b/x")]
    [InlineData("http://a/x\ny")]
    public void What_is_no_absolute_url_is_an_error(string uri) => Assert.Throws<ConfigException>(() => table.Resolve(uri, "GET"));

    [Theory]
    [InlineData("https://münchen.example/x", "xn--mnchen-3ya.example", "/x")]
    [InlineData("https://münchen.example:8443/caf\u00e9", "xn--mnchen-3ya.example:8443", "/caf\u00e9")]
    [InlineData("https://a.com/a/../b//c", "a.com", "/a/../b//c")]
    [InlineData("https://[::1]:8080/x", "[::1]:8080", "/x")]
    [InlineData("https://a.com:443/x", "a.com", "/x")]
    [InlineData("http://a.com:443/x", "a.com:443", "/x")]
    [InlineData("http://a.com?x=1", "a.com", "/")]
    [InlineData("http://a.com./%E9", "a.com.", "/\ufffd")]
    [InlineData("http://127.1/x", "127.0.0.1", "/x")]
    [InlineData("http://0x7f.1:8080/x", "127.0.0.1:8080", "/x")]
    [InlineData("http://2130706433/x", "127.0.0.1", "/x")]
    [InlineData("http://0177.0.0.1/x", "127.0.0.1", "/x")]
    [InlineData("http://4294967296/x", "4294967296", "/x")]
    [InlineData("http://1.2.3.4.5/x", "1.2.3.4.5", "/x")]
    [InlineData("http://1.256.1/x", "1.256.1", "/x")]
    [InlineData("http://08.1/x", "08.1", "/x")]
    [InlineData("http://[0:0::1]:080/x", "[::1]", "/x")]
    [InlineData("http://[FE80::1%25eth0]/x", "[FE80::1]", "/x")]
    [InlineData("http://[2001:DB8::1]:80/x", "[2001:DB8::1]", "/x")]
    [InlineData("http://[2001:DB8:0::1]/x", "[2001:db8::1]", "/x")]
    [InlineData("http://[::FFFF:1.2.3.4]/x", "[::FFFF:1.2.3.4]", "/x")]
    [InlineData("http://%73hop.example.com/x", "shop.example.com", "/x")]
    [InlineData("http://mu%CC%88nchen.example/x", "xn--mnchen-3ya.example", "/x")]
    [InlineData("http://SHOP.example.com:/x", "SHOP.example.com", "/x")]
    public void A_url_becomes_the_request_that_a_client_sends(string uri, string host, string path)
    {
        var request = RoutedRequest.FromUrl(uri)!;

        Assert.Equal((host, path), (request.Host, request.Path));
    }

    [Fact]
    public void A_live_service_that_sells_at_port_0_fails()
    {
        var service = new GatewayService { Name = "z", HostRegexp = "^a$", PathRegexp = "^/z$", Address = "127.0.0.1:0", Protocol = "http", Auth = "on", PriceSats = 5 };

        Assert.Equal(RouteOutcome.Fails, RouteTable.FromServices([service]).Resolve("http://a/z", "GET").Outcome);
        Assert.Equal(RouteOutcome.Closed, RouteTable.FromServices([service with { Auth = "off" }]).Resolve("http://a/z", "GET").Outcome);
    }

    [Fact]
    public void What_is_no_method_is_an_error() =>
        Assert.Equal("Method", Assert.Throws<ConfigException>(() => table.Resolve("https://api.example.com/v1/x", "G ET")).Field);

    [Fact]
    public void Free_requests_before_a_sale_are_in_its_reason() =>
        Assert.Equal("Sold at 5 sat after 3 free requests of each network.", table.Resolve("http://shop.example.com/", "GET").Reason);

    [Fact]
    public void An_escaped_surrogate_before_the_match_leaves_it_unknown()
    {
        var table = RouteTable.FromYaml("services:\n  - {name: a, hostregexp: '^a$', pathregexp: '^/\\x{D800}?', address: 'x:1', protocol: http}\n  - {name: b, hostregexp: '^[ab]$', address: 'x:1', protocol: http}\n");

        Assert.Equal(RouteOutcome.NotKnown, table.Resolve("http://a/x", "GET").Outcome);
        Assert.Equal("b", table.Resolve("http://b/x", "GET").Service);
    }

    [Theory]
    [InlineData("price: -5", "price_negative")]
    [InlineData("price: 20000000000000", "price_too_high")]
    [InlineData("price: 5 sat", "invalid_type")]
    [InlineData("auth: true", "auth_not_text")]
    [InlineData("price: 3, price: 30", "duplicate_key")]
    [InlineData("pathregexp: '(?=x)'", "expression_invalid")]
    public void A_file_with_which_Aperture_does_not_start_serves_nothing(string members, string reason)
    {
        var refused = Assert.Throws<ConfigException>(() => RouteTable.FromYaml(WithMembers(members)));

        Assert.Contains("nothing is served", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains("Test-ApertureConfig", refused.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: 'e,x', price: 3", "Sold at 3 sat, and paid requests fail. name: ")]
    [InlineData("protocol: HTTP, price: 3", "Sold at 3 sat, and paid requests fail. protocol: ")]
    [InlineData("address: '${UP}:80', price: 3", "Sold at 3 sat, and paid requests fail. address: ")]
    [InlineData("address: '127.0.0.1:0', price: 3", "Sold at 3 sat, and paid requests fail. address: nothing listens on port 0")]
    [InlineData("timeout: 9223372037, price: 3", "Sold at 3 sat, and paid requests fail. timeout: ")]
    [InlineData("address: 'https://up.example.com/', auth: 'off'", "Free, and every request fails. address: ")]
    [InlineData("protocol: HTTP, authwhitelistpaths: ['^/x']", "Free, and every request fails. protocol: ")]
    public void A_service_that_cannot_deliver_is_not_said_to_be_sold_or_free(string members, string reason)
    {
        var found = RouteTable.FromYaml(WithMembers(members)).Resolve("https://a.example.com/x", "GET");

        Assert.Equal((RouteOutcome.Fails, null), (found.Outcome, found.PriceSats));
        Assert.StartsWith(reason, found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("timeout: 9223372037", RouteOutcome.Sold, "Sold at 1 sat.")]
    [InlineData("authscheme: bearer", RouteOutcome.Sold, "Sold at 1 sat.")]
    [InlineData("name: 'e,x', authwhitelistpaths: ['']", RouteOutcome.Free, "Free: authwhitelistpaths \"\" matches.")]
    [InlineData("auth: paid", RouteOutcome.Free, "Free: Aperture does not know the word of auth and takes it for \"off\".")]
    public void A_fault_without_effect_on_the_request_leaves_its_outcome(string members, RouteOutcome outcome, string reason)
    {
        var found = RouteTable.FromYaml(WithMembers(members)).Resolve("https://a.example.com/x", "GET");

        Assert.Equal((outcome, reason), (found.Outcome, found.Reason));
    }

    [Fact]
    public void A_file_whose_authenticator_is_off_sells_nothing()
    {
        var table = RouteTable.FromYaml("listenaddr: 'localhost:8081'\nauthenticator: {disable: true}\ndbbackend: sqlite\n" + WithMembers("price: 3"));

        Assert.Equal(RouteOutcome.Fails, table.Resolve("https://a.example.com/x", "GET").Outcome);
        Assert.Contains("authenticator_disabled", Assert.Single(table.Notices), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{disable: true}", "price: 3", "Nothing is sold: the request fails. authenticator.disable: Aperture has no node")]
    [InlineData("{disable: true}", "auth: freebie 2, price: 3", "Nothing is sold after 2 free requests of each network. authenticator.disable: Aperture has no node")]
    [InlineData("{lndhost: 'l:1', tlspath: /t, macdir: /m}", "name: '', price: 3", "Nothing is sold: the request fails. name: a service without a name")]
    [InlineData("{lndhost: 'l:1', tlspath: /t, macdir: /m}", "address: 'x:1', dynamicprice: {enabled: true, insecure: true}", "Nothing is sold: the request fails. dynamicprice.grpcaddress: ")]
    public void A_service_without_a_challenge_is_not_said_to_be_sold(string authenticator, string members, string reason)
    {
        var found = RouteTable.FromYaml("listenaddr: 'localhost:8081'\nauthenticator: " + authenticator + "\ndbbackend: sqlite\n" + WithMembers(members)).Resolve("https://a.example.com/x", "GET");

        Assert.Equal((RouteOutcome.Fails, null), (found.Outcome, found.PriceSats));
        Assert.StartsWith(reason, found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name: '', price: 3", RouteOutcome.Sold, "Payment", "Sold at 3 sat by the Payment scheme. An L402 credential opens nothing. name: ")]
    [InlineData("name: 'e,x', price: 3", RouteOutcome.Sold, "Payment", "Sold at 3 sat by the Payment scheme. An L402 credential opens nothing. name: ")]
    [InlineData("timeout: 9223372037, price: 3", RouteOutcome.Sold, "Payment", "Sold at 3 sat by the Payment scheme. An L402 credential opens nothing. timeout: ")]
    [InlineData("timeout: 9223372037, price: 3, authscheme: l402", RouteOutcome.Fails, "", "Sold at 3 sat, and paid requests fail. timeout: ")]
    [InlineData("name: '', price: 3, authscheme: l402", RouteOutcome.Fails, "", "Sold at 3 sat, and paid requests fail. name: ")]
    [InlineData("price: 3, authscheme: l402+mpp", RouteOutcome.Sold, "L402,Payment", "Sold at 3 sat.")]
    public void A_charge_opens_what_an_L402_credential_does_not(string members, RouteOutcome outcome, string schemes, string reason)
    {
        var found = RouteTable.FromYaml("listenaddr: 'localhost:8081'\nauthenticator: {lndhost: 'l:1', tlspath: /t, macdir: /m, enablempp: true}\ndbbackend: sqlite\n" + WithMembers(members)).Resolve("https://a.example.com/x", "GET");

        Assert.Equal((outcome, schemes), (found.Outcome, string.Join(",", found.Schemes)));
        Assert.StartsWith(reason, found.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{requests: 5, per: 1m}, {requests: 100, per: 1h}", RouteOutcome.Sold, "5 per 1m, each request counted 2 times")]
    [InlineData("{requests: 5, per: 1m}, {pathregexp: '^/x', requests: 100, per: 1h}", RouteOutcome.Sold, "5 per 1m;100 per 1h")]
    [InlineData("{requests: 1, per: 1m}, {requests: 100, per: 1h}", RouteOutcome.Fails, "1 per 1m, each request counted 2 times")]
    [InlineData("{requests: 5, per: 1m, burst: 1}, {requests: 100, per: 1h}", RouteOutcome.Fails, "5 per 1m, burst 1, each request counted 2 times")]
    [InlineData("{requests: 5, per: 1m, burst: -1}", RouteOutcome.Fails, "5 per 1m, burst -1")]
    [InlineData("{pathregexp: '^/other', requests: 5, per: 1m, burst: -1}", RouteOutcome.Sold, "")]
    public void Limits_of_one_text_share_a_bucket(string limits, RouteOutcome outcome, string expected)
    {
        var found = RouteTable.FromYaml(WithMembers("price: 3, ratelimits: [" + limits + "]")).Resolve("https://a.example.com/x", "GET");

        Assert.Equal((outcome, expected), (found.Outcome, string.Join(";", found.Limits)));
        Assert.Equal(outcome == RouteOutcome.Fails, found.Reason.EndsWith("(429).", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("auth: freebie 0, price: 3", null, "Sold at 3 sat.")]
    [InlineData("auth: freebie 65536, price: 3", null, "Sold at 3 sat.")]
    [InlineData("auth: freebie 65537, price: 3", 1, "Sold at 3 sat after 1 free request of each network.")]
    [InlineData("auth: freebie 2, price: 3, address: 'x:1', dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", 2, "Sold at the price that the dynamic price server sets after 2 free requests of each network; with freebie v0.5.0 asks 3 sat.")]
    [InlineData("auth: freebie 2, address: 'x:1', dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", 2, "Sold at the price that the dynamic price server sets after 2 free requests of each network; with freebie v0.5.0 makes an invoice without an amount, which 1 sat pays.")]
    public void Free_requests_are_counted_as_Aperture_counts_them(string members, int? requests, string reason)
    {
        var found = RouteTable.FromYaml(WithMembers(members)).Resolve("https://a.example.com/x", "GET");

        Assert.Equal((requests, reason), (found.FreeRequests, found.Reason));
    }

    [Theory]
    [InlineData("dbbackend: sqlite\n", RouteOutcome.AdminApi)]
    [InlineData("dbbackend: etcd\netcd: {host: 'e:1'}\n", RouteOutcome.Sold)]
    [InlineData("etcd: {host: 'e:1'}\n", RouteOutcome.Sold)]
    public void The_admin_API_answers_its_paths_where_it_starts(string database, RouteOutcome outcome) =>
        Assert.Equal(outcome, RouteTable.FromYaml("listenaddr: 'localhost:8081'\nauthenticator: {lndhost: 'l:1', tlspath: /t, macdir: /m}\nadmin: {enabled: true, macaroonpath: /a}\n" + database + WithMembers("price: 3")).Resolve("https://a.example.com/api/admin/services", "GET").Outcome);

    [Fact]
    public void A_path_without_a_service_may_be_a_file() =>
        Assert.Equal("No service matches: a file of staticroot is served free of charge, or 404.", RouteTable.FromYaml("servestatic: true\nstaticroot: /srv\nlistenaddr: 'localhost:8081'\nauthenticator: {disable: true}\ndbbackend: sqlite\n" + WithMembers("price: 3")).Resolve("https://b.example.com/x", "GET").Reason);

    [Fact]
    public void A_version_that_does_not_start_with_the_file_is_noted()
    {
        var table = RouteTable.FromYaml("listenaddr: 'localhost:8081'\nauthenticator: {enablempp: true, lndhost: 'l:1', tlspath: /t, macdir: /m}\netcd: {host: 'e:1'}\n" + WithMembers("price: 3"));

        Assert.Equal(RouteOutcome.Sold, table.Resolve("https://a.example.com/x", "GET").Outcome);
        Assert.StartsWith("Aperture after v0.5.0 does not start with the file: ", Assert.Single(table.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_of_thousands_of_services_that_cannot_deliver_is_found()
    {
        var yaml = "services:\n" + string.Concat(Enumerable.Range(0, 1_200).Select(static i => "  - {name: s" + i + ", hostregexp: '^h" + i + "$', address: 'x:1', protocol: HTTP}\n"));

        Assert.Equal(RouteOutcome.Fails, RouteTable.FromYaml(yaml).Resolve("https://h1199/x", "GET").Outcome);
    }

    [Fact]
    public void A_line_break_of_an_expression_is_escaped_in_the_reason()
    {
        var found = RouteTable.FromYaml("services:\n  - {name: a, hostregexp: '^a$', pathregexp: \"^/e\\n\", address: 'x:1', protocol: http}\n").Resolve("https://a/x", "GET");

        Assert.Equal("a: pathregexp ^/e\\n does not match /x", Assert.Single(found.PassedOver).ToString());
    }

    private static string WithMembers(string members)
    {
        string[] defaults = ["name: a", "hostregexp: '^a\\.example\\.com$'", "address: '127.0.0.1:1'", "protocol: http"];
        return "services:\n  - {" + string.Join(", ", defaults.Where(member => !members.Contains(member.Split(' ')[0] + " ", StringComparison.Ordinal)).Append(members)) + "}\n";
    }

    [Fact]
    public void A_compile_is_asked_as_it_is()
    {
        var compile = PaywallCompiler.Compile([Priced("p", 5001, Route("r", "a.com", "/x/*"))], new CompileOptions());

        Assert.Equal(("p.r", 6L), (RouteTable.FromCompile(compile).Resolve("https://A.com./x/y", "GET").Service, RouteTable.FromCompile(compile).Resolve("https://a.com/x/y", "GET").PriceSats));
        Assert.Throws<ConfigException>(() => RouteTable.FromCompile(PaywallCompiler.Compile([], new CompileOptions())));
    }
}
