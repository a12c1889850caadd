using System;
using System.Linq;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>Services of which an earlier one takes all or some requests, by language; each with an example request.</summary>
public sealed class ServiceOrderRuleTests
{
    [Theory]
    [InlineData(".*", "^/x$", "1", "^h\\.example$", "^/x$", "100", "unreachable_service", "\"h.example/x\" costs 1 sat instead of 100")]
    [InlineData("(?i)^h\\.example$", "^/x$", "1", "^h\\.example$", "^/x$", "100", "unreachable_service", "\"h.example/x\" costs 1 sat instead of 100")]
    [InlineData("^h$", "^/x$", "1", "^h$", "^/x$", "100", "unreachable_service", "\"h/x\" costs 1 sat instead of 100")]
    [InlineData("^h$", "on", "1", "^h$", "one", "100", "unreachable_service", "\"h/one\" costs 1 sat instead of 100")]
    [InlineData(".*", ".*", "1", "^h$", "^/my docs$", "100", "unreachable_service", "\"h/my%20docs\" costs 1 sat instead of 100")]
    [InlineData(".*", ".*", "off", "^h$", "^/x$", "100", "unreachable_service", "\"h/x\" is free instead of 100 sat")]
    [InlineData(".*", ".*", "5", "^h$", "^/x$", "off", "unreachable_service", "\"h/x\" costs 5 sat instead of being free")]
    [InlineData(".*", ".*", "5", "^h$", "^/x$", "5", "unreachable_service", "\"h/x\" is sold by that one")]
    [InlineData(".*", ".*", "closed", "^h$", "^/x$", "5", "unreachable_service", "\"h/x\" reaches that one, which is closed")]
    [InlineData("^h$", "\\.json$", "1", "^h$", "^/paid/.*$", "100", "cheaper_service_first", "\"h/paid/.json\" costs 1 sat instead of 100")]
    [InlineData("^h$", "free", "off", "^h$", "^/paid/.*$", "100", "cheaper_service_first", "\"h/paid/free\" is free instead of 100 sat")]
    [InlineData("^.*$", "^/paid/x/.*$", "1", "^h$", "^/paid/.*$", "100", "cheaper_service_first", "\"h/paid/x/\" costs 1 sat instead of 100")]
    [InlineData("^h$", "^/paid/free/.*$", "1", "^h$", "^/paid/.*$", "100", null, null)]
    [InlineData("^h$", "\\.json$", "100", "^h$", "^/paid/.*$", "1", null, null)]
    [InlineData("^h$", "\\.json$", "closed", "^h$", "^/paid/.*$", "100", null, null)]
    [InlineData("^h$", "\\.json$", "1", "^g$", "^/paid/.*$", "100", null, null)]
    [InlineData("^h$", "^/x$", "1", "^h$", "^/y$", "100", null, null)]
    public void An_earlier_service_that_takes_requests_is_named_with_one_of_them(string firstHost, string firstPath, string firstPrice, string host, string path, string price, string? code, string? says) =>
        AssertFound(Write(("a", firstHost, firstPath, firstPrice), ("b", host, path, price)), code, says);

    [Fact]
    public void Services_that_take_another_together_are_named() =>
        AssertFound(
            Write(("a", "^h$", "^/[a-m]+$", "1"), ("b", ".*", "^/[a-z]*[n-z][a-z]*$", "2"), ("c", "^h$", "^/[a-z]+$", "100")),
            "unreachable_service",
            "lines 9, 15 together take every request of this one, as the first match wins, and a request such as \"h/a\" costs 1 sat instead of 100");

    [Theory]
    [InlineData("^shop\\.example\\.com$", "1", "\"SHOP.EXAMPLE.COM/x\" costs 1 sat instead of 100 sat")]
    [InlineData("^SHOP\\.EXAMPLE\\.COM$", "off", "\"shop.example.com/x\" is free instead of 100 sat")]
    [InlineData("^shop\\.example\\.com", "1", "\"SHOP.EXAMPLE.COM/x\" costs 1 sat instead of 100 sat")]
    [InlineData("^[0-9.]+$", "1", null)]
    [InlineData("(?i)^shop\\.example\\.com\\.?(:[0-9]+)?$", "1", null)]
    [InlineData("^shop\\.example\\.com$", "100", null)]
    [InlineData("^shop\\.example\\.com$", "closed", null)]
    public void A_spelling_of_the_host_that_reaches_a_cheaper_service_is_named(string host, string price, string? says) =>
        AssertFound(Write(("a", host, "^/x$", "100"), ("b", ".*", "^/x$", price)), says is null ? null : "host_expression_misses", says);

    [Fact]
    public void A_host_of_digits_has_another_spelling_with_a_port() =>
        AssertFound(Write(("a", "^127\\.0\\.0\\.1$", "^/x$", "100"), ("b", ".*", ".*", "1")), "host_expression_misses", "\"127.0.0.1./x\" costs 1 sat instead of 100 sat");

    [Fact]
    public void The_example_costs_what_the_first_service_that_matches_it_asks()
    {
        var yaml = Write(("a", "^h$", "^/x$", "7"), ("b", ".*", ".*", "1"), ("c", "^h$", "^/(x|xa)$", "100"));

        // The shortest request of c is /x, which a sells.
        AssertFound(yaml, "unreachable_service", "\"h/x\" costs 7 sat instead of 100");
    }

    [Theory]
    [InlineData("price: 9\n    authwhitelistpaths: ['^/a']", "price: 50", "\"h/a\" is free instead of 50 sat")]
    [InlineData("price: 9\n    authwhitelistpaths: ['^/b']", "price: 50", "\"h/a\" costs 9 sat instead of 50")]
    [InlineData("price: 9\n    authwhitelistpaths: ['']", "price: 9", "\"h/a\" is free instead of 9 sat")]
    [InlineData("price: 9\n    authskipinvoicecreationpaths: ['^/a']", "price: 9", "\"h/a\" is answered 401 instead of 9 sat")]
    [InlineData("auth: freebie 1\n    price: 90\n    authskipinvoicecreationpaths: ['^/a']", "price: 9", "\"h/a\" costs 90 sat after 1 free request of each network instead of 9 sat")]
    [InlineData("price: 9", "auth: freebie 2\n    price: 9", "\"h/a\" costs 9 sat instead of 9 sat after 2 free requests")]
    [InlineData("price: 1\n    dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "price: 9", "\"h/a\" costs what a price server asks instead of 9 sat")]
    [InlineData("price: 1", "dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "\"h/a\" costs 1 sat instead of what a price server asks")]
    [InlineData("auth: \"off\"\n    address: '127.0.0.1:9'", "price: 9", "\"h/a\" is free if a process listens on port 9 instead of 9 sat")]
    public void The_example_is_answered_as_free_paths_free_requests_and_price_servers_have_it(string earlier, string later, string says)
    {
        static string Service(string name, string path, string members) =>
            "  - name: " + name + "\n    hostregexp: '^h$'\n    pathregexp: '" + path + "'\n    protocol: http\n" + (members.Contains("address: '", StringComparison.Ordinal) ? string.Empty : "    address: up.example:80\n") + "    " + members + "\n";

        AssertFound(ConfigBuilder.Settings + "services:\n" + Service("a", "^/", earlier) + Service("b", "^/a$", later), "unreachable_service", says);
    }

    [Theory]
    [InlineData("price: 1\n    dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "price: 100")]
    [InlineData("price: 1", "price: 100\n    dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}")]
    [InlineData("price: 1", "price: 100\n    authwhitelistpaths: ['json']")]
    [InlineData("price: 1\n    authskipinvoicecreationpaths: ['json']", "price: 100")]
    public void A_price_that_the_request_is_not_asked_is_not_called_cheaper(string earlier, string later)
    {
        static string Service(string name, string path, string members) =>
            "  - name: " + name + "\n    hostregexp: '^h$'\n    pathregexp: '" + path + "'\n    protocol: http\n    address: up.example:80\n    " + members + "\n";

        AssertFound(ConfigBuilder.Settings + "services:\n" + Service("a", "\\.json$", earlier) + Service("b", "^/paid/.*$", later), null, null);
    }

    private static void AssertFound(string yaml, string? code, string? says)
    {
        var found = ApertureConfigCheck.Check(yaml).Diagnostics.Where(static one => one.Code is "unreachable_service" or "cheaper_service_first" or "host_expression_misses").ToArray();
        if (code is null)
        {
            Assert.Empty(found);
            return;
        }

        var only = Assert.Single(found, one => one.Code == code);
        Assert.Equal(DiagnosticSeverity.Warn, only.Severity);
        Assert.Contains(says!, only.Message, StringComparison.Ordinal);
    }

    private static string Write(params (string Name, string Host, string Path, string Price)[] services) =>
        ConfigBuilder.Settings + "strictverify: true\nsqlite: {databasefilename: /d/a.db}\n\n\nservices:\n" + string.Concat(services.Select(static service =>
            "  - name: " + service.Name + "\n    hostregexp: '" + service.Host + "'\n    pathregexp: '" + service.Path + "'\n    address: " + (service.Price == "closed" ? "127.0.0.1:0" : "up.example:80")
            + "\n    protocol: http\n    " + (service.Price is "off" or "closed" ? "auth: \"off\"" : "price: " + service.Price) + "\n"));
}
