using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using LightningOps.Compile;
using LightningOps.Compile.Catalogs;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Catalogs;

/// <summary>The machine-readable list of what is sold.</summary>
public sealed class L402CatalogTests
{
    private static readonly CompileResult Compiled = PaywallCompiler.Compile(
        [
            Priced("exact", 2500, Route("r", "shop.example.com", "/weather", 1, "https://secret-upstream.example.net/base")),
            Priced("docs", 1000, Route("r", "shop.example.com", "/docs/*", 2, "https://secret-upstream.example.net")),
            Priced("glob", 1000, Route("r", "shop.example.com", "/p/*/q", 3)),
            Priced("expression", 7000, Route("r", "shop.example.com", "^/v[12]/x$", 4)),
            Priced("shut", 1000, Route("r", "shop.example.com", "/shut", 5)).WithPolicy(policy => policy with { KillSwitch = true }),
        ],
        new CompileOptions());

    [Fact]
    public void OpenApi_lists_each_path_with_its_offer()
    {
        var document = Create(new L402CatalogOptions { Title = "Weather", Version = "2", Methods = ["get", "post"] });

        Assert.Equal(("3.1.0", "Weather", "2"), (Text(document, "openapi"), Text(document.GetProperty("info"), "title"), Text(document.GetProperty("info"), "version")));
        Assert.Equal(["/docs/{rest}", "/p/{segment1}/q", "/weather"], document.GetProperty("paths").EnumerateObject().Select(path => path.Name));
        var operation = document.GetProperty("paths").GetProperty("/weather").GetProperty("post");
        var offer = operation.GetProperty("x-payment-info").GetProperty("offers")[0];
        Assert.Equal(("charge", "lightning", "3", "sat"), (Text(offer, "intent"), Text(offer, "method"), Text(offer, "amount"), Text(offer, "currency")));
        Assert.Equal("Payment Required", Text(operation.GetProperty("responses").GetProperty("402"), "description"));
        Assert.Equal("rest", Text(document.GetProperty("paths").GetProperty("/docs/{rest}").GetProperty("parameters")[0], "name"));
        Assert.Equal("^/v[12]/x$", Text(document.GetProperty("x-l402-patterns")[0], "pattern"));
    }

    [Fact]
    public void Templates_that_differ_in_names_only_are_one_path_of_OpenApi()
    {
        var compiled = PaywallCompiler.Compile([Priced("one", 5000, Route("r", "shop.example.com", "/p/*/q")), Priced("any", 1000, Route("r", "shop.example.com", "/p/**/q"))], new CompileOptions());
        var document = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions())).RootElement;

        Assert.Equal(["/p/{segment1}/q"], document.GetProperty("paths").EnumerateObject().Select(path => path.Name));
        Assert.Equal([compiled.Rules.Single(rule => rule.ServiceName == "any.r").PathRegexp], document.GetProperty("x-l402-patterns").EnumerateArray().Select(pattern => Text(pattern, "pattern")));
    }

    public static TheoryData<PaywallPolicy, bool, string?, string, string?, string> Terms => new()
    {
        { Policy, false, "3", "L402 scheme: the credential opens this service and does not expire.", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0" },
        { Policy with { CredentialLifetimeSeconds = 3600 }, false, "3", "L402 scheme: the credential opens this service for 3600 seconds.", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0 exact.r_valid_until=<UNIX_TIME> 3600" },
        { Policy with { Capabilities = ["a", "b"], Constraints = new Dictionary<string, string> { ["max"] = "9" } }, false, "3", "L402 scheme: the credential opens this service and does not expire.", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0 exact.r_capabilities=a,b max=9" },
        { Policy with { Freebie = 5 }, false, "3", "L402 scheme: the credential opens this service and does not expire. The first requests of a client's network are free (5).", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0" },
        { Policy with { Freebie = 5, SkipInvoicePaths = ["/weather/down"] }, false, "3", "L402 scheme: the credential opens this service and does not expire. The first requests of a client's network are free (5).", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0" },
        { Policy with { CredentialLifetimeSeconds = 1, WhitelistPaths = ["/weather/map", "/weather/a*"], SkipInvoicePaths = ["/weather/down"] }, false, "3", "L402 scheme: the credential opens this service for 1 second. Paths that match ^/weather/map$ or ^/weather/a[^/]*$ are free. Paths that match ^/weather/down$ are not sold (401).", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0 exact.r_valid_until=<UNIX_TIME> 1" },
        { Policy, true, "3", "L402 scheme: the credential opens this service and does not expire. Or the Payment scheme.", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0" },
        { Policy with { AuthScheme = "l402" }, true, "3", "L402 scheme: the credential opens this service and does not expire.", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0" },
        { Policy with { AuthScheme = "mpp" }, true, "3", "The Payment scheme.", null, string.Empty },
        { Policy with { AuthScheme = "mpp" }, false, "3", "L402 scheme: the credential opens this service and does not expire.", "{\"type\":\"static\",\"amount_msat\":3000}", "services=exact.r:0" },
        { Policy with { CredentialLifetimeSeconds = 60, DynamicPrice = new DynamicPrice { GrpcAddress = "h:1", Insecure = true } }, false, null, "A price server sets the price of each request. L402 scheme: the credential opens this service and does not expire.", "{\"type\":\"dynamic\"}", "services=exact.r<PATH>:0" },
        { Policy with { DynamicPrice = new DynamicPrice { GrpcAddress = "h:1", Insecure = true, Metered = true } }, false, null, "A price server sets the price of each request. L402 scheme: the credential opens this service and is charged by use.", "{\"type\":\"dynamic\"}", "services=exact.r<PATH>:0" },
    };

    private static PaywallPolicy Policy => Priced("exact", 2500, Route("r", "shop.example.com", "/weather")).Policy;

    [Theory]
    [MemberData(nameof(Terms))]
    public void An_offer_and_a_route_state_price_scheme_and_limits_of_their_credential(PaywallPolicy policy, bool offersPayment, string? amount, string description, string? price, string caveats)
    {
        var compiled = PaywallCompiler.Compile([Priced("exact", 2500, Route("r", "shop.example.com", "/weather")) with { Policy = policy }, Paywall("other", Route("r", "shop.example.com", "/other"))], new CompileOptions());
        Assert.True(compiled.Valid, string.Join("\n", compiled.Diagnostics));

        var paths = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { OffersPayment = offersPayment })).RootElement.GetProperty("paths");
        var routes = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { OffersPayment = offersPayment, Format = L402CatalogFormat.L402Services })).RootElement.GetProperty("routes");

        var offer = paths.GetProperty("/weather").GetProperty("get").GetProperty("x-payment-info").GetProperty("offers")[0];
        Assert.Equal((amount, description), (offer.GetProperty("amount").GetString(), Text(offer, "description")));
        var listed = routes.EnumerateArray().Where(route => Text(route, "path") == "/weather").ToArray();
        Assert.Equal(price is null ? 0 : 1, listed.Length);
        Assert.All(listed, route =>
        {
            Assert.Equal(price, JsonSerializer.Serialize(route.GetProperty("price")));
            var seconds = route.TryGetProperty("macaroon_timeout_secs", out var timeout) ? [timeout.GetInt64().ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>();
            Assert.Equal(caveats, string.Join(' ', route.GetProperty("caveats_required").EnumerateArray().Select(caveat => caveat.GetString()!).Concat(seconds)));
        });
    }

    /// <summary>The schema of x-payment-info in draft-payment-discovery-01, and what OpenAPI requires of a document.</summary>
    [Fact]
    public void Each_operation_has_the_members_of_the_discovery_draft_and_no_other()
    {
        var document = Create(new L402CatalogOptions { Methods = ["get", "post"] });

        Assert.Equal(["openapi", "info", "servers", "paths", "x-l402-patterns"], document.EnumerateObject().Select(member => member.Name));
        Assert.Equal("https://shop.example.com", Text(document.GetProperty("servers")[0], "url"));
        var operations = document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Where(member => member.Name != "parameters").Select(member => member.Value)).ToArray();
        Assert.Equal(operations.Length, operations.Select(operation => Text(operation, "operationId")).Distinct().Count());
        Assert.All(operations, operation => Assert.True(operation.GetProperty("responses").TryGetProperty("402", out _)));
        Assert.All(operations.Concat(document.GetProperty("x-l402-patterns").EnumerateArray()).Select(operation => operation.GetProperty("x-payment-info")), info =>
        {
            Assert.Equal(["offers"], info.EnumerateObject().Select(member => member.Name));
            Assert.Equal(["intent", "method", "amount", "currency", "description"], Assert.Single(info.GetProperty("offers").EnumerateArray()).EnumerateObject().Select(member => member.Name));
            Assert.Matches("^(0|[1-9][0-9]*)$", Text(info.GetProperty("offers")[0], "amount"));
        });
    }

    [Theory]
    [InlineData(false, "/docs/* 9000")]
    [InlineData(true, "")]
    public void A_route_whose_requests_an_earlier_one_takes_at_the_host_is_left_out(bool isClosed, string expected)
    {
        var first = Priced("first", 9000, Route("r", "shop.example.com", "/docs/*", 1));
        var compiled = PaywallCompiler.Compile(
            [
                isClosed ? first.WithPolicy(policy => policy with { KillSwitch = true }) : first,
                Priced("inside", 1000, Route("r", "*.example.com", "/docs/cheap", 2)),
                Priced("same", 1000, Route("r", "*.example.com", "/docs/*", 3)),
            ],
            new CompileOptions());
        Assert.True(compiled.Valid, string.Join("\n", compiled.Diagnostics));

        Assert.Equal(expected, GetRoutes("shop.example.com"));
        Assert.Equal("/docs/cheap 1000, /docs/* 1000", GetRoutes("other.example.com"));

        string GetRoutes(string host)
        {
            try
            {
                var routes = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { Format = L402CatalogFormat.L402Services, HostName = host })).RootElement.GetProperty("routes");
                return string.Join(", ", routes.EnumerateArray().Select(route => Text(route, "path") + " " + route.GetProperty("price").GetProperty("amount_msat")));
            }
            catch (ConfigException none)
            {
                Assert.Contains("has no rule that sells: " + host, none.Message, StringComparison.Ordinal);
                return string.Empty;
            }
        }
    }

    [Fact]
    public void An_unanchored_expression_is_listed_as_an_expression()
    {
        var compiled = PaywallCompiler.Compile([Paywall("adopted", Route("r", "shop.example.com", "re2:/quotes"))], new CompileOptions());

        var document = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions())).RootElement;

        Assert.Equal("/quotes", Text(Assert.Single(document.GetProperty("x-l402-patterns").EnumerateArray()), "pattern"));
        Assert.Empty(document.GetProperty("paths").EnumerateObject());
    }

    [Theory]
    [InlineData("https://shop.example.com/")]
    [InlineData("shop.example.com/x")]
    [InlineData("user@shop.example.com")]
    [InlineData("shop..example.com")]
    [InlineData("shop.example.com:port")]
    public void What_is_no_host_is_refused(string host)
    {
        var compiled = PaywallCompiler.Compile([Paywall("a", Route("r", "*", "/x"))], new CompileOptions());

        Assert.Contains("is not a host name: " + host, Assert.Throws<ConfigException>(() => L402Catalog.Create(compiled, new L402CatalogOptions { HostName = host })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/caf\u00e9/*", "/caf%C3%A9/*", "/caf%C3%A9/{rest}")]
    [InlineData("/caf%C3%A9/a%20b", "/caf%C3%A9/a%20b", "/caf%C3%A9/a%20b")]
    public void A_path_is_listed_as_a_URL_contains_it(string given, string path, string template)
    {
        var compiled = PaywallCompiler.Compile([Paywall("a", Route("r", "shop.example.com", given))], new CompileOptions());

        Assert.Equal(template, Assert.Single(JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions())).RootElement.GetProperty("paths").EnumerateObject()).Name);
        Assert.Equal(path, Text(JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { Format = L402CatalogFormat.L402Services })).RootElement.GetProperty("routes")[0], "path"));
    }

    [Theory]
    [InlineData("B\u00fccher.Example.", "https://xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.example", "https://xn--bcher-kva.example")]
    public void A_host_is_named_as_clients_send_it(string host, string server)
    {
        var compiled = PaywallCompiler.Compile([Paywall("a", Route("r", "b\u00fccher.example", "/x"))], new CompileOptions());

        Assert.Equal(server, Text(JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { HostName = host })).RootElement.GetProperty("servers")[0], "url"));
    }

    [Fact]
    public void The_manifest_lists_each_route_with_its_price_in_millisatoshis()
    {
        var document = Create(new L402CatalogOptions { Format = L402CatalogFormat.L402Services, Description = "Weather" });

        Assert.Equal(("1", "shop.example.com", "Weather"), (Text(document, "version"), Text(document.GetProperty("service"), "name"), Text(document.GetProperty("service"), "description")));
        Assert.Equal("lightning", Text(document.GetProperty("payment_methods")[0], "type"));
        var route = document.GetProperty("routes")[0];
        Assert.Equal(("/weather", "static", 3000L), (Text(route, "path"), Text(route.GetProperty("price"), "type"), route.GetProperty("price").GetProperty("amount_msat").GetInt64()));
        Assert.Equal("services=exact.r:0", route.GetProperty("caveats_required")[0].GetString());
        Assert.Equal(4, document.GetProperty("routes").GetArrayLength());
    }

    [Theory]
    [InlineData(L402CatalogFormat.OpenApi)]
    [InlineData(L402CatalogFormat.L402Services)]
    public void No_upstream_owner_or_closed_route_is_in_it(L402CatalogFormat format)
    {
        var text = Encoding.UTF8.GetString(L402Catalog.Create(Compiled, new L402CatalogOptions { Format = format }));

        Assert.DoesNotContain("secret-upstream", text, StringComparison.Ordinal);
        Assert.DoesNotContain("owner_", text, StringComparison.Ordinal);
        Assert.DoesNotContain("shut", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_several_hosts_need_the_name_of_one()
    {
        var compiled = PaywallCompiler.Compile(
            [Paywall("a", Route("r", "a.example.com", "/x")), Paywall("b", Route("r", "b.example.com", "/y")), Paywall("all", Route("r", "*.example.com", "/z"))], new CompileOptions());

        Assert.Contains("a.example.com, b.example.com", Assert.Throws<ConfigException>(() => L402Catalog.Create(compiled, new L402CatalogOptions())).Message, StringComparison.Ordinal);
        var paths = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { HostName = "B.example.com" })).RootElement.GetProperty("paths");
        Assert.Equal(["/y", "/z"], paths.EnumerateObject().Select(path => path.Name));
    }

    private static JsonElement Create(L402CatalogOptions options) => JsonDocument.Parse(L402Catalog.Create(Compiled, options)).RootElement;

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
