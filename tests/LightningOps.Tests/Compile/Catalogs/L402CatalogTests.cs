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

    [Theory]
    [InlineData(null, "L402 scheme: the credential opens this service and does not expire.")]
    [InlineData(3600L, "L402 scheme: the credential opens this service for 3600 seconds.")]
    public void An_offer_says_how_long_its_credential_is_good(long? lifetime, string expected)
    {
        var compiled = PaywallCompiler.Compile([Priced("exact", 2500, Route("r", "shop.example.com", "/weather")).WithPolicy(policy => policy with { CredentialLifetimeSeconds = lifetime })], new CompileOptions());

        var paths = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions())).RootElement.GetProperty("paths");

        Assert.Equal(expected, Text(paths.GetProperty("/weather").GetProperty("get").GetProperty("x-payment-info").GetProperty("offers")[0], "description"));
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

        Assert.DoesNotContain("secret-upstream", text, System.StringComparison.Ordinal);
        Assert.DoesNotContain("owner_", text, System.StringComparison.Ordinal);
        Assert.DoesNotContain("shut", text, System.StringComparison.Ordinal);
        Assert.EndsWith("}\n", text, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_several_hosts_need_the_name_of_one()
    {
        var compiled = PaywallCompiler.Compile(
            [Paywall("a", Route("r", "a.example.com", "/x")), Paywall("b", Route("r", "b.example.com", "/y")), Paywall("all", Route("r", "*.example.com", "/z"))], new CompileOptions());

        Assert.Contains("a.example.com, b.example.com", Assert.Throws<ConfigException>(() => L402Catalog.Create(compiled, new L402CatalogOptions())).Message, System.StringComparison.Ordinal);
        var paths = JsonDocument.Parse(L402Catalog.Create(compiled, new L402CatalogOptions { HostName = "B.example.com" })).RootElement.GetProperty("paths");
        Assert.Equal(["/y", "/z"], paths.EnumerateObject().Select(path => path.Name));
    }

    private static JsonElement Create(L402CatalogOptions options) => JsonDocument.Parse(L402Catalog.Create(Compiled, options)).RootElement;

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;
}
