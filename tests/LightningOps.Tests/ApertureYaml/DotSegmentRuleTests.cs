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

    private static ApertureConfigDiagnostic? Check(params string[] services)
    {
        var yaml = "services:\n" + string.Concat(services.Select((members, i) => "  - name: s" + i + "\n    hostregexp: '^h" + i + "$'\n    pathregexp: '^/one/'\n    address: 'x:1'\n    protocol: http\n    price: 1\n" + members));
        return ApertureConfigCheck.Check(yaml).Diagnostics.SingleOrDefault(found => found.Code.EndsWith("_escapable", StringComparison.Ordinal));
    }
}
