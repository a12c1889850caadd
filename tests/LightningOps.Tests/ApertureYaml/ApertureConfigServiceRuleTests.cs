using System;
using System.Linq;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>The rules of prepareServices, the proxy, the rate limiter and the admin API.</summary>
public sealed class ApertureConfigServiceRuleTests
{
    private const string WithAdmin = ConfigBuilder.Settings + "admin: {enabled: true}\nservices:\n";

    [Theory]
    [InlineData("name: ''", "Error service_name_missing services[0].name")]
    [InlineData("name: a:b", "Error service_name_delimiter services[0].name")]
    [InlineData("name: a,b", "Error service_name_delimiter services[0].name")]
    [InlineData("address: ''", "Error service_address_missing services[0].address")]
    [InlineData("address: https://a.example", "Error address_invalid services[0].address")]
    [InlineData("address: a.example:0", "Error address_invalid services[0].address")]
    [InlineData("address: a.example:70000", "Error address_invalid services[0].address")]
    [InlineData("address: a.example", null)]
    [InlineData("address: '[::1]:80'", null)]
    [InlineData("protocol: HTTPS", "Error protocol_unknown services[0].protocol")]
    [InlineData("protocol: grpc", "Error protocol_unknown services[0].protocol")]
    [InlineData("protocol: http", null)]
    [InlineData("authscheme: l402", null)]
    [InlineData("authscheme: L402", "Warn authscheme_unknown services[0].authscheme")]
    [InlineData("authscheme: mpp", "Warn authscheme_needs_mpp services[0].authscheme")]
    [InlineData("timeout: -1", "Warn timeout_ignored services[0].timeout")]
    [InlineData("price: -1", "Error price_negative services[0].price")]
    [InlineData("price: 0", "Info price_default services[0].price")]
    [InlineData("price: 10000000000000", null)]
    [InlineData("price: 10000000000001", "Error price_too_high services[0].price")]
    [InlineData("hostregexp: ''", "Warn hostregexp_missing services[0].hostregexp")]
    [InlineData("hostregexp: '^(a$'", "Error expression_invalid services[0].hostregexp")]
    [InlineData("pathregexp: '(?=a)'", "Error expression_invalid services[0].pathregexp")]
    [InlineData("authwhitelistpaths: ['^/ok$', 'a{2,1}']", "Error expression_invalid services[0].authwhitelistpaths[1]")]
    [InlineData("authskipinvoicecreationpaths: ['[']", "Error expression_invalid services[0].authskipinvoicecreationpaths[0]")]
    [InlineData("pathregexp: '^/\\p{Old_Italic}$'", "Warn script_class_refused services[0].pathregexp")]
    [InlineData("authwhitelistpaths: ['^/\\p{linear_b}$']", "Warn script_class_refused services[0].authwhitelistpaths[0]")]
    [InlineData("pathregexp: '^/\\p{Greek}$'", null)]
    [InlineData("pathregexp: '^/my%20docs/.*$'", "Warn pattern_never_meant services[0].pathregexp")]
    [InlineData("pathregexp: '^/search\\?q=.*$'", "Warn pattern_never_meant services[0].pathregexp")]
    [InlineData("pathregexp: '^/users/{id}/.*$'", "Warn pattern_never_meant services[0].pathregexp")]
    [InlineData("pathregexp: '^/x#top$'", "Warn pattern_never_meant services[0].pathregexp")]
    [InlineData("pathregexp: '^/100%(25)?$'", null)]
    [InlineData("pathregexp: '^/search(\\?q=.*)?$'", null)]
    [InlineData("pathregexp: '^/a{2}$'", null)]
    [InlineData("authwhitelistpaths: ['^/my%20free$']", "Warn pattern_never_meant services[0].authwhitelistpaths[0]")]
    [InlineData("authskipinvoicecreationpaths: ['^/a\\?b=c$']", "Warn pattern_never_meant services[0].authskipinvoicecreationpaths[0]")]
    [InlineData("ratelimits: [{requests: 1, per: 1m, pathregexp: '^/my%20docs$'}]", "Warn pattern_never_meant services[0].ratelimits[0].pathregexp")]
    [InlineData("authwhitelistpaths: ['']", "Warn expression_matches_all services[0].authwhitelistpaths[0]")]
    [InlineData("ratelimits: [{requests: 1, per: 1m}]", null)]
    [InlineData("ratelimits: [{requests: 1, per: 1m, pathregexp: '+'}]", "Error expression_invalid services[0].ratelimits[0].pathregexp")]
    [InlineData("ratelimits: [{requests: 0, per: 1m}]", "Error ratelimit_requests_not_positive services[0].ratelimits[0].requests")]
    [InlineData("ratelimits: [{per: 1m}]", "Error ratelimit_requests_not_positive services[0].ratelimits[0].requests")]
    [InlineData("ratelimits: [{requests: 1}]", "Error ratelimit_per_not_positive services[0].ratelimits[0].per")]
    [InlineData("ratelimits: [{requests: 1, per: 0s}]", "Error ratelimit_per_not_positive services[0].ratelimits[0].per")]
    [InlineData("ratelimits: [{requests: 1, per: 60}]", "Error invalid_duration services[0].ratelimits[0].per")]
    [InlineData("ratelimits: [{requests: 1, per: 1s, burst: -1}]", "Warn ratelimit_burst_negative services[0].ratelimits[0].burst")]
    [InlineData("ratelimits: [~]", "Error ratelimit_empty services[0].ratelimits[0]")]
    [InlineData("ratelimits: [x]", "Error invalid_type services[0].ratelimits[0]")]
    [InlineData("ratelimits: [{requests: 1, per: 1s}, {requests: 2, per: 1h}]", "Warn ratelimit_shared services[0].ratelimits[1].pathregexp")]
    [InlineData("ratelimits: [{requests: 1, per: 1s, pathregexp: a}, {requests: 2, per: 1h, pathregexp: (?:a)}]", null)]
    [InlineData("rewrite: {prefix: /v1/a%20b}", "Warn rewrite_prefix_escapable services[0].rewrite")]
    [InlineData("rewrite: {prefix: v1}", "Error rewrite_prefix_invalid services[0].rewrite.prefix")]
    [InlineData("rewrite: {prefix: //host/v1}", "Error rewrite_prefix_invalid services[0].rewrite.prefix")]
    [InlineData("rewrite: {prefix: 'http://host/v1'}", "Error rewrite_prefix_invalid services[0].rewrite.prefix")]
    [InlineData("rewrite: {prefix: '/v1?a=b'}", "Error rewrite_prefix_invalid services[0].rewrite.prefix")]
    [InlineData("rewrite: {prefix: '/v1#a'}", "Error rewrite_prefix_invalid services[0].rewrite.prefix")]
    [InlineData("rewrite: {prefix: '/v1%zz'}", "Error rewrite_prefix_invalid services[0].rewrite.prefix")]
    [InlineData("headers: {Authorization: 'Bearer ${UPSTREAM_KEY}'}", "Warn header_environment services[0].headers.Authorization")]
    [InlineData("headers: {Authorization: 'Bearer abcdef'}", "Warn header_secret_literal services[0].headers.Authorization")]
    [InlineData("headers: {Cookie: 'a=b'}", "Warn header_secret_literal services[0].headers.Cookie")]
    [InlineData("headers: {X-A: 'cost $5 or ${5}'}", "Warn header_reference_literal services[0].headers.X-A")]
    [InlineData("headers: {X-A: '!file+hex:/a'}", "Warn header_file services[0].headers.X-A")]
    [InlineData("headers: {X-A: '!file+base64:a/b'}", "Warn header_file services[0].headers.X-A")]
    [InlineData("headers: {X-A: '!file:/a'}", "Error header_file_invalid services[0].headers.X-A")]
    [InlineData("headers: {X-A: '!file+hex:C:\\a'}", "Error header_file_invalid services[0].headers.X-A")]
    [InlineData("headers:\n  X-A: !file+hex:/a", "Warn file_reference_not_quoted services[0].headers.X-A")]
    [InlineData("headers: {'X A': b}", "Error header_name_invalid services[0].headers.X A")]
    [InlineData("dynamicprice: {metered: true}", "Error metered_needs_enabled services[0].dynamicprice.metered")]
    [InlineData("dynamicprice: {usagetailbytes: -1}", "Error usagetailbytes_out_of_range services[0].dynamicprice.usagetailbytes")]
    [InlineData("dynamicprice: {usagetailbytes: 1048577}", "Error usagetailbytes_out_of_range services[0].dynamicprice.usagetailbytes")]
    [InlineData("price: \ndynamicprice: {enabled: true, insecure: true}", "Error grpcaddress_missing services[0].dynamicprice.grpcaddress")]
    [InlineData("price: \ndynamicprice: {enabled: true, grpcaddress: 'x:1'}", "Error tlscertpath_missing services[0].dynamicprice.tlscertpath")]
    [InlineData("price: -5\ndynamicprice: {enabled: true, grpcaddress: 'x:1', insecure: true}", "Info price_ignored services[0].price")]
    public void A_service_is_checked_as_at_start_up(string members, string? expected)
    {
        Assert.Equal(expected is null ? Array.Empty<string>() : new[] { expected }, ConfigBuilder.WithService(members));
    }

    [Fact]
    public void An_expression_says_what_Go_says_and_where()
    {
        var found = Assert.Single(ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("hostregexp: 'ab[c'")).Diagnostics, found => found.Severity == DiagnosticSeverity.Error);

        Assert.Contains("missing closing ]", found.Message, StringComparison.Ordinal);
        Assert.Contains("character 3", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_too_long_for_the_admin_API_is_worth_a_look()
    {
        Assert.Empty(ConfigBuilder.WithService("hostregexp: '" + new string('a', 1_024) + "'"));
        Assert.Equal(new[] { "Warn expression_too_long services[0].hostregexp" }, ConfigBuilder.WithService("hostregexp: '" + new string('a', 1_025) + "'"));
        Assert.Equal(new[] { "Warn expression_too_long services[0].pathregexp" }, ConfigBuilder.WithService("pathregexp: '" + new string('ä', 513) + "'"));
    }

    [Theory]
    [InlineData("services:\n  -\n", "Error service_empty services[0]")]
    [InlineData("services:\n  - x\n", "Error invalid_type services[0]")]
    [InlineData("services: x\n", "Error invalid_type services")]
    [InlineData("services: {a: 1}\n", "Error invalid_type services")]
    [InlineData("services: []\n", "Warn services_missing services")]
    [InlineData("services:\n", "Warn services_missing services")]
    [InlineData("", "Warn services_missing services")]
    [InlineData("admin: {enabled: true}\n", "Info services_missing services")]
    public void Services_are_a_list_of_mappings(string yaml, string expected)
    {
        Assert.Equal(new[] { expected }, ConfigBuilder.Check(ConfigBuilder.Settings + yaml).Where(found => !found.Contains(" admin_")));
    }

    [Fact]
    public void A_name_that_two_services_have_is_an_error()
    {
        var yaml = ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("name: x") + ConfigBuilder.ServiceWith("name: x\nhostregexp: '^b$'");

        Assert.Equal(new[] { "Error duplicate_service_name services[1].name" }, ConfigBuilder.Check(yaml));
    }

    [Theory]
    [InlineData("pathregexp: '^/x$'", "pathregexp: '^/x$'", true)]
    [InlineData("capabilities: x", "pathregexp: '^/x$'", true)]
    [InlineData("pathregexp: '^/x$'", "capabilities: x", false)]
    [InlineData("pathregexp: '^/x$'", "pathregexp: '^/y$'", false)]
    [InlineData("pathregexp: '^/x$'", "hostregexp: '^b$'\npathregexp: '^/x$'", false)]
    public void A_service_behind_one_that_takes_its_requests_is_never_reached(string first, string second, bool isLost)
    {
        var found = ConfigBuilder.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith(first) + ConfigBuilder.ServiceWith("name: b\n" + second).Replace("- capabilities: \"\"", "- timeout: 1"));

        Assert.Equal(isLost ? new[] { "Warn unreachable_service services[1]" } : Array.Empty<string>(), found.Where(item => !item.Contains("duplicate_key")));
    }

    [Theory]
    [InlineData("'^/api/.*$'", true)]
    [InlineData("'^/api/admin/'", true)]
    [InlineData("'/(api|v1)/(admin|x)/$'", true)]
    [InlineData("'next'", true)]
    [InlineData("''", true)]
    [InlineData("'^/api/weather/.*$'", false)]
    [InlineData("'^/api$'", false)]
    public void Paths_of_the_admin_API_are_reserved_where_it_runs(string pattern, bool isReserved)
    {
        var service = ConfigBuilder.ServiceWith("pathregexp: " + pattern);

        Assert.Equal(isReserved ? new[] { "Warn path_reserved services[0].pathregexp" } : Array.Empty<string>(), ConfigBuilder.Check(WithAdmin + service).Where(found => !found.Contains(" admin_")));
        Assert.Empty(ConfigBuilder.Check(ConfigBuilder.Settings + "services:\n" + service));
    }

    [Fact]
    public void Services_may_stand_before_what_they_depend_on()
    {
        var found = ConfigBuilder.Check("services:\n" + ConfigBuilder.ServiceWith("authscheme: l402+mpp") + ConfigBuilder.Settings.Replace("macdir: /lnd}", "macdir: /lnd, enablempp: true}") + "admin: {enabled: true}\n");

        Assert.Equal(new[] { "Warn path_reserved services[0].pathregexp" }, found.Where(item => !item.Contains(" admin_")));
    }
}
