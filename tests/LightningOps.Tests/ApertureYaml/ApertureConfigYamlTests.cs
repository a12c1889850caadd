using System;
using System.Linq;
using System.Text;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>Files that are no YAML, hostile YAML, and YAML that Aperture's reader takes another way.</summary>
public sealed class ApertureConfigYamlTests
{
    private const string Rest = "services:\n" + ConfigBuilder.Service;

    [Theory]
    [InlineData("listenaddr: [a\n", 1, 13)]
    [InlineData("a: 'never ends\nb: 1\n", 1, 4)]
    [InlineData("a: 1\n\tb: 2\n", 2, 1)]
    [InlineData("tor:\n  v3: true\n  \tcontrol: x\n", 3, 3)]
    [InlineData("services:\n  - name: a\n    hostre", 3, 5)]
    [InlineData("a: *nowhere\n", 1, 4)]
    [InlineData("a: 1\nb: \0\n", 2, 4)]
    [InlineData("a: b: c\n", 1, 4)]
    public void Text_that_is_not_YAML_is_an_error_with_its_place(string yaml, int line, int column)
    {
        var found = Assert.Single(ApertureConfigCheck.Check(yaml).Diagnostics, found => found.Code == "yaml_invalid");

        Assert.Equal((line, column), (found.Line, found.Column));
    }

    // goccy/go-yaml v1.15.23 reads n for the address: it decodes the name first, and keeps the first value of an anchor.
    [Theory]
    [InlineData("services:\n- name: &a n\n  price: &a 5\n  address: *a\n", true)]
    [InlineData("services:\n- name: &a n\n  price: &b 5\n  address: *a\n", false)]
    [InlineData("services:\n- name: &a n\n  price: &a 5\n", false)]
    public void An_alias_of_a_name_that_two_values_have_is_a_warning(string yaml, bool isFound)
    {
        var found = ApertureConfigCheck.Check(yaml).Diagnostics.Where(found => found.Code == "anchor_redefined").ToArray();

        Assert.Equal(isFound ? new[] { (4, 12) } : [], found.Select(static one => (one.Line, one.Column)));
    }

    [Theory]
    [InlineData("- a\n")]
    [InlineData("text\n")]
    [InlineData("42\n")]
    public void A_file_that_is_not_a_mapping_is_an_error(string yaml)
    {
        Assert.Equal(new[] { "Error not_a_mapping" }, ConfigBuilder.Check(yaml));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n...\n")]
    [InlineData("~\n")]
    public void An_empty_file_leaves_Aperture_without_an_address(string yaml)
    {
        Assert.Contains("Warn file_empty", ConfigBuilder.Check(yaml));
        Assert.Contains("Error listenaddr_missing listenaddr", ConfigBuilder.Check(yaml));
    }

    [Fact]
    public void The_first_document_that_is_not_null_counts_and_a_further_one_is_ignored()
    {
        Assert.Equal(new[] { "Warn several_documents" }, ConfigBuilder.Check("---\n~\n---\n" + ConfigBuilder.Settings + Rest + "---\nlistenaddr: 1\n"));
        Assert.Contains("Error yaml_invalid", ConfigBuilder.Check(ConfigBuilder.Settings + Rest + "---\na: [\n"));
    }

    [Theory]
    [InlineData("---\n---\n")]
    [InlineData("---\n# a comment\n---\n")]
    public void Of_two_headers_in_a_row_Aperture_reads_nothing(string headers)
    {
        var found = ConfigBuilder.Check(headers + ConfigBuilder.Settings + Rest);

        Assert.Contains("Warn several_documents", found);
        Assert.Contains("Error listenaddr_missing listenaddr", found);
    }

    [Fact]
    public void Services_are_not_put_where_Aperture_reads_nothing()
    {
        Assert.Throws<ApertureConfigFormatException>(() => ServicesSplice.Replace("---\n---\n" + ConfigBuilder.Settings + Rest, "# artifact\nservices:\n" + ConfigBuilder.Service));
    }

    [Theory]
    [InlineData("profile: 0\nprofile: 0\n", "Error duplicate_key")]
    [InlineData("unknown: {a: 1, b: 2, a: 3}\n", "Error duplicate_key")]
    [InlineData("profile: 0\n'profile': 0\n", "Error duplicate_key")]
    public void A_key_that_is_there_twice_stops_Aperture_at_any_level(string yaml, string expected)
    {
        Assert.Contains(expected, ConfigBuilder.WithSettings(yaml));
    }

    [Fact]
    public void A_duplicate_key_is_found_among_many()
    {
        var found = ApertureConfigCheck.Check(string.Concat(Enumerable.Range(0, 50).Select(i => $"k{i}: 1\n")) + "k7: 2\n").Diagnostics.Single(found => found.Code == "duplicate_key");

        Assert.Equal((51, 1), (found.Line, found.Column));
        Assert.Contains("line 8", found.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_merge_may_add_but_not_override()
    {
        const string Base = "x-base: &base\n  protocol: https\n  address: a.example:443\n";
        var added = ConfigBuilder.Check(Base + ConfigBuilder.Settings + "services:\n  - <<: *base\n    name: a\n    hostregexp: '^a$'\n");
        var overridden = ConfigBuilder.Check(Base + ConfigBuilder.Settings + "services:\n  - <<: *base\n    name: a\n    hostregexp: '^a$'\n    protocol: http\n");

        Assert.Equal(new[] { "Warn unknown_key x-base" }, added);
        Assert.Equal(new[] { "Warn unknown_key x-base", "Error duplicate_key services[0]" }, overridden);
    }

    [Fact]
    public void Headers_may_override_what_they_merge()
    {
        var found = ConfigBuilder.Check("h: &h {A: '1', B: '2'}\n" + ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("headers: {<<: *h, A: '${X}'}"));

        Assert.Equal(new[] { "Warn unknown_key h", "Warn header_environment services[0].headers.A" }, found);
    }

    [Fact]
    public void A_list_of_merges_stops_Aperture()
    {
        var found = ConfigBuilder.Check("a: &a {protocol: https}\n" + ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("protocol: https\n<<: [*a]"));

        Assert.Contains("Error merge_not_mapping services[0]", found);
    }

    [Fact]
    public void A_service_may_be_an_alias()
    {
        var found = ConfigBuilder.Check("one: &one\n  name: a\n  hostregexp: '^a$'\n  address: a\n  protocol: ftp\n" + ConfigBuilder.Settings + "services: [*one]\n");

        Assert.Equal(new[] { "Warn unknown_key one", "Error protocol_unknown services[0].protocol" }, found);
    }

    [Fact]
    public void Anchored_services_are_checked_as_others_are()
    {
        Assert.Equal(
            new[] { "Error price_negative services[0].price" },
            ConfigBuilder.Check(ConfigBuilder.Settings + "services: &all\n" + ConfigBuilder.ServiceWith("price: -1")));
    }

    [Fact]
    public void A_key_that_is_not_text_makes_Aperture_ignore_the_mapping_around_it()
    {
        var found = ConfigBuilder.Check("1: x\n" + ConfigBuilder.Settings + Rest);

        Assert.Contains("Warn key_not_text", found);
        Assert.Contains("Error listenaddr_missing listenaddr", found);
    }

    [Fact]
    public void A_byte_order_mark_is_visible_in_the_message_of_the_key_that_it_spoils() =>
        Assert.Contains("\"\\ufefflistenaddr\"", Assert.Single(ApertureConfigCheck.Check("\ufeff" + ConfigBuilder.Settings).Diagnostics, static found => found.Code == "unknown_key").Message, System.StringComparison.Ordinal);

    [Fact]
    public void A_byte_order_mark_is_an_error_and_part_of_the_first_key()
    {
        Assert.Equal(
            new[] { "Error byte_order_mark", "Error listenaddr_missing listenaddr", "Warn unknown_key \ufefflistenaddr", "Error price_negative services[0].price" },
            ConfigBuilder.Check("\ufeff" + ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("price: -1")));
    }

    [Fact]
    public void CR_LF_changes_nothing()
    {
        Assert.Equal(
            new[] { "Error price_negative services[0].price" },
            ConfigBuilder.Check((ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("price: -1")).Replace("\n", "\r\n")));
    }

    [Fact]
    public void A_last_line_without_an_end_is_mentioned()
    {
        var found = Assert.Single(ApertureConfigCheck.Check((ConfigBuilder.Settings + Rest).TrimEnd('\n')).Diagnostics, static found => found.Code is not ("strictverify_off" or "needed_at_start" or "invoices_unlimited" or "upstream_tls_unverified"));

        Assert.Equal(("final_newline_missing", 10, 13), (found.Code, found.Line, found.Column));
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_named()
    {
        var bytes = Encoding.UTF8.GetBytes(ConfigBuilder.Settings + "# \n" + Rest).ToList();
        bytes.Insert(ConfigBuilder.Settings.Length + 2, 0xe4);

        var found = Assert.Single(ApertureConfigCheck.Check(bytes.ToArray()).Diagnostics, static found => found.Code is not ("strictverify_off" or "needed_at_start" or "invoices_unlimited" or "upstream_tls_unverified"));

        Assert.Equal(("not_utf8", 4, 3), (found.Code, found.Line, found.Column));
        Assert.DoesNotContain(ApertureConfigCheck.Check(Encoding.UTF8.GetBytes(ConfigBuilder.Settings + "# \ufffd\n" + Rest)).Diagnostics, static found => found.Code == "not_utf8");
    }

    [Fact]
    public void UTF_16_is_an_error()
    {
        var report = ApertureConfigCheck.Check(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a: 1\n")).ToArray());

        Assert.Equal("not_utf8", Assert.Single(report.Diagnostics).Code);
        Assert.False(report.Valid);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Deep_nesting_ends_in_an_error(string opening)
    {
        Assert.Contains("Error yaml_invalid", ConfigBuilder.Check("x: " + string.Concat(Enumerable.Repeat(opening, 100_000)) + "\n"));
    }

    [Fact]
    public void Aliases_of_aliases_cost_no_more_than_they_are_long()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat("*a" + (i - 1), 9))}]\n"));

        Assert.Contains("Error invalid_type blocklist[0]", ConfigBuilder.Check(bomb + "blocklist: *a60\nservices: *a60\n"));
    }

    [Fact]
    public void Aliases_that_multiply_are_refused()
    {
        var limits = string.Join(", ", Enumerable.Repeat("{requests: 1, per: 1s}", 3_000));
        var services = string.Concat(Enumerable.Repeat("- *s\n", 3_000));

        Assert.Contains("Error yaml_invalid", ConfigBuilder.Check("x: &s {ratelimits: [" + limits + "]}\nservices:\n" + services));
    }

    [Theory]
    [InlineData("x: &x\n  <<: *x\nservices: [*x]\n")]
    [InlineData("services: &x\n  - <<: &y {<<: *y}\n    headers: *x\n")]
    public void Anchors_that_contain_themselves_are_refused(string yaml)
    {
        Assert.Contains("Error yaml_invalid", ConfigBuilder.Check(yaml));
    }

    [Fact]
    public void Random_bytes_are_reported_and_never_break()
    {
        Gen.Byte.Array[0, 200].Sample(bytes => Assert.NotEmpty(ApertureConfigCheck.Check(bytes).Diagnostics), iter: 5_000);
    }

    [Fact]
    public void Random_YAML_is_reported_and_never_breaks()
    {
        var parts = new[] { "services", "ratelimits", "headers", "name", "auth", ":", ": ", "\n", "\n  ", "\n- ", "- ", "[", "]", "{", "}", "&a ", "*a", "<<: *a", "'", "\"", "#", "|", "? ", "---\n", "...\n", "!!str ", "!x ", "\t", "1", "-0x1F", "true", "~", "1m", "\u2028", "\0", "," };
        Gen.Int[0, parts.Length - 1].Array[0, 40].Select(indices => string.Concat(indices.Select(i => parts[i]))).Sample(
            yaml => Assert.NotEmpty(ApertureConfigCheck.Check(yaml).Diagnostics),
            iter: 20_000);
    }
}
