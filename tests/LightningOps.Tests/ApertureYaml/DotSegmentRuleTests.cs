using System;
using System.Linq;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>Requests with dot segments that leave a free path or a rewrite prefix.</summary>
public sealed class DotSegmentRuleTests
{
    [Fact]
    public void A_free_path_that_dot_segments_leave_is_one_warning_with_a_witness()
    {
        var found = Check("    authwhitelistpaths: ['^/one/free.*$']\n", "    authwhitelistpaths: ['^/one/open/']\n");

        Assert.Equal(("whitelist_escapable", DiagnosticSeverity.Warn, "services[0].authwhitelistpaths"), (found!.Code, found.Severity, found.Path));
        Assert.Contains("/one/free/../paid is free", found.Message, StringComparison.Ordinal);
        Assert.Contains("serves /one/paid", found.Message, StringComparison.Ordinal);
        Assert.Contains("(2 services)", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("    authwhitelistpaths: ['^/one/free$']\n")]
    [InlineData("    authwhitelistpaths: ['^/one/free/[a-z]+$']\n")]
    [InlineData("    auth: \"off\"\n    authwhitelistpaths: ['^/one/free.*$']\n")]
    public void A_free_path_without_room_for_dot_segments_has_no_finding(string members) => Assert.Null(Check(members));

    [Fact]
    public void A_rewrite_prefix_that_dot_segments_leave_is_one_warning_with_a_witness()
    {
        var found = Check("    rewrite: {prefix: /api/v1}\n");

        Assert.Equal(("rewrite_prefix_escapable", "services[0].rewrite"), (found!.Code, found.Path));
        Assert.Contains("/one/../../../etc", found.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^/(a|b)/.*$", "/v1", "/a/../../etc")]
    [InlineData("^/.*\\.json$", "/v1", "/../a.json")]
    [InlineData("^/[a-z]+/.*/end$", "/v1/v2", "/a/../../end")]
    [InlineData("^/a$|^/b", "/v1", "/b/../../etc")]
    [InlineData("/b", "/v1", "/b/../../etc")]
    [InlineData("^/(\\.|b|/)+$", "/v1", "/..")]
    [InlineData("^/[.-9]+/x$", "/v1", "/../x")]
    [InlineData("^/[0-9]+/x$", "/v1", null)]
    [InlineData("^/[^.]*$", "/v1", null)]
    [InlineData("^/x/[^/]*\\.json$", "/v1", null)]
    public void A_prefix_is_left_through_any_part_of_an_expression(string path, string prefix, string? witness)
    {
        var found = CheckYaml("services:\n  - {name: s, hostregexp: '^h$', pathregexp: '" + path + "', address: 'x:1', protocol: http, price: 1, rewrite: {prefix: " + prefix + "}}\n");

        Assert.Equal(witness is null, found is null);
        Assert.Contains(witness is null ? string.Empty : "for example " + witness + ";", found?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^/(one|two)/free/.*$", "/one/free/../paid is free")]
    [InlineData("^/one/[^/]*/free$", "/one/../free is free")]
    [InlineData("\\.css$", null)]
    public void A_free_path_is_left_through_any_part_of_an_expression(string whitelist, string? witness)
    {
        var found = CheckYaml("services:\n  - {name: s, hostregexp: '^h$', pathregexp: '^/', address: 'x:1', protocol: http, price: 1, authwhitelistpaths: ['" + whitelist + "']}\n");

        Assert.Equal(witness is null, found is null);
        Assert.Contains(witness ?? string.Empty, found?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    private static ApertureConfigDiagnostic? Check(params string[] services)
    {
        var yaml = "services:\n" + string.Concat(services.Select((members, i) => "  - name: s" + i + "\n    hostregexp: '^h" + i + "$'\n    pathregexp: '^/one/'\n    address: 'x:1'\n    protocol: http\n    price: 1\n" + members));
        return CheckYaml(yaml);
    }

    private static ApertureConfigDiagnostic? CheckYaml(string yaml) =>
        ApertureConfigCheck.Check(yaml).Diagnostics.SingleOrDefault(found => found.Code.EndsWith("_escapable", StringComparison.Ordinal));
}
