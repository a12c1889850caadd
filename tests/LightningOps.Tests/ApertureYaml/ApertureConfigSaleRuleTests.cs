using System.Linq;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>What Aperture starts with and then sells wrong, gives away or loses (docs/reference/aperture.md#checks).</summary>
public sealed class ApertureConfigSaleRuleTests
{
    private const string Node = "lndhost: localhost:10009, tlspath: /lnd/tls.cert, macdir: /lnd";

    [Theory]
    [InlineData("price: 0\ntimeout: 60", "Warn credential_limit_lost services[0].timeout")]
    [InlineData("price: 0\nconstraints: {a: b}", "Warn credential_limit_lost services[0].constraints")]
    [InlineData("timeout: 60\ndynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "Warn credential_limit_lost services[0].timeout")]
    [InlineData("timeout: 9223372037", "Error timeout_too_long services[0].timeout")]
    [InlineData("auth: freebie 3\ndynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true, metered: true}", "Warn freebie_metered services[0].auth")]
    [InlineData("auth: freebie 3\ndynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "Warn freebie_dynamicprice services[0].auth")]
    [InlineData("price: 0\nauth: freebie 3\ndynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "Error freebie_dynamicprice services[0].auth")]
    [InlineData("auth: freebie 65536", "Error freebie_out_of_range services[0].auth")]
    [InlineData("auth: freebie -1", "Error freebie_out_of_range services[0].auth")]
    [InlineData("headers: {X-A: \"a\\nb\"}", "Error header_value_line_break services[0].headers.X-A")]
    [InlineData("constraints: {services: 'x:0'}", "Error constraint_reserved services[0].constraints.services")]
    [InlineData("headers: {Host: a.example}", "Warn header_host_ignored services[0].headers.Host")]
    [InlineData("authskipinvoicecreationpaths: ['.*']", "Error skip_invoice_matches_all services[0].authskipinvoicecreationpaths[0]")]
    [InlineData("pathregexp: \"^/one$\\n\"", "Warn pattern_ends_in_line_break services[0].pathregexp")]
    [InlineData("pathregexp: '^/one$x'", "Warn pattern_never_matches services[0].pathregexp")]
    [InlineData("pathregexp: '^one$'", "Warn pattern_never_matches services[0].pathregexp")]
    [InlineData("pathregexp: '^/my%20docs$'", "Warn pattern_never_meant services[0].pathregexp")]
    [InlineData("pathregexp: '^/one\\?x=1$'", "Warn pattern_never_meant services[0].pathregexp")]
    [InlineData("hostregexp: '^https://h\\.example$'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '^${HOST}$'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '$host'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '^{{host}}$'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '%{HOST}'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '^shop\\.example\\.com $'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '^shop.example.com/.*$'", "Warn pattern_never_matches services[0].hostregexp")]
    [InlineData("hostregexp: '^exämple\\.de$'", "Warn pattern_never_meant services[0].hostregexp")]
    [InlineData("address: '${UP}:80'", "Error address_invalid services[0].address")]
    [InlineData("address: '$UP:80'", "Error address_invalid services[0].address")]
    [InlineData("address: '%UP%:80'", "Error address_invalid services[0].address")]
    [InlineData("address: '<upstream>:80'", "Error address_invalid services[0].address")]
    [InlineData("address: '*:80'", "Error address_invalid services[0].address")]
    [InlineData("address: 'example..com:80'", "Error address_invalid services[0].address")]
    [InlineData("address: 'upstream%20x:80'", "Error address_invalid services[0].address")]
    [InlineData("authscheme: mpp+l402", "Warn authscheme_needs_mpp services[0].authscheme")]
    public void A_service_that_starts_and_costs_money_is_found(string members, string expected)
    {
        Assert.Contains(expected, ConfigBuilder.WithService(members));
        Assert.True(ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith(members)).Starts);
    }

    [Theory]
    [InlineData("hostregexp: '^(www\\.)?shop\\.example\\.com$'")]
    [InlineData("hostregexp: '(?i)^shop\\.example\\.com\\.?(:[0-9]+)?$'")]
    [InlineData("hostregexp: '.*'")]
    [InlineData("hostregexp: 'example\\.com|exämple\\.de'")]
    [InlineData("hostregexp: '^\\[::1\\](:8080)?$'")]
    [InlineData("address: 'exämple.de:80'")]
    [InlineData("address: '[fe80::1%eth0]:80'")]
    [InlineData("address: 'my_service:80'")]
    [InlineData("address: 'up.example.com.:80'")]
    public void A_host_that_requests_or_a_resolver_know_is_not_found(string members) =>
        Assert.DoesNotContain(ConfigBuilder.WithService(members), static found => found.Contains("pattern_", System.StringComparison.Ordinal) || found.Contains("address_invalid", System.StringComparison.Ordinal));

    [Theory]
    [InlineData("enablempp: true, " + Node, "authscheme: l402", "Warn authscheme_refuses_offer services[0].authscheme")]
    [InlineData("enablempp: true, " + Node, "authscheme: mpp", "Warn authscheme_refuses_offer services[0].authscheme")]
    [InlineData("enablempp: true, " + Node, "authscheme: bearer", "Error authscheme_unknown services[0].authscheme")]
    [InlineData("enablempp: true, " + Node, "authscheme: L402+mpp", "Warn authscheme_refuses_offer services[0].authscheme")]
    [InlineData(Node, "authscheme: bearer", "Warn authscheme_unknown services[0].authscheme")]
    [InlineData("disable: true", "price: 3", "Error authenticator_disabled authenticator.disable")]
    [InlineData("sessiondepositmultiplier: 3, " + Node, "price: 3", "Warn setting_without_effect authenticator.sessiondepositmultiplier")]
    public void A_scheme_or_an_authenticator_that_cannot_sell_is_found(string authenticator, string members, string expected)
    {
        var yaml = "listenaddr: localhost:8081\nauthenticator: {" + authenticator + "}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.ServiceWith(members);

        Assert.Contains(expected, ConfigBuilder.Check(yaml));
        Assert.True(ApertureConfigCheck.Check(yaml).Starts);
    }

    [Fact]
    public void A_scheme_that_holds_both_words_accepts_both() => Assert.DoesNotContain(
        ConfigBuilder.Check("listenaddr: localhost:8081\nauthenticator: {enablempp: true, " + Node + "}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.ServiceWith("authscheme: 'l402,mpp'")),
        static found => found.Contains("authscheme", System.StringComparison.Ordinal));

    [Theory]
    [InlineData("dbbackend: sqlite\nsqlite: {dbfile: /d/a.db}\n", "Error option_name_as_key sqlite.dbfile")]
    [InlineData("dbbackend: sqlite\nsqlite: {skipmigrations: true}\n", "Warn skipmigrations sqlite.skipmigrations")]
    [InlineData("admin: {enabled: true}\n", "Warn admin_rows_win admin.enabled")]
    [InlineData("admin: {enabled: true}\n", "Warn admin_needs_no_writetimeout writetimeout")]
    public void A_setting_that_starts_and_costs_money_is_found(string settings, string expected) =>
        Assert.Contains(expected, ConfigBuilder.WithSettings(settings));

    [Theory]
    [InlineData("price: 0", true)]
    [InlineData("price: 3, dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", true)]
    [InlineData("price: 3", false)]
    public void Capabilities_that_are_lost_are_found(string price, bool isLost)
    {
        var report = ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n  - {name: a, hostregexp: '^a$', address: 'a:1', protocol: http, capabilities: 'read', " + price + "}\n");

        Assert.Equal(isLost, report.Diagnostics.Any(static found => found is { Code: "credential_limit_lost", Path: "services[0].capabilities", Severity: DiagnosticSeverity.Warn }));
        Assert.True(report.Starts);
    }

    [Theory]
    [InlineData("strictverify: false\n", "auth: 'on'", "Info strictverify_off strictverify")]
    [InlineData("", "auth: 'on'", "Info strictverify_off strictverify")]
    [InlineData("strictverify: true\n", "auth: 'on'", null, "strictverify_off")]
    [InlineData("", "auth: 'off'", null, "strictverify_off")]
    [InlineData("", "protocol: https", "Info upstream_tls_unverified services[0].protocol")]
    [InlineData("", "protocol: http", null, "upstream_tls_unverified")]
    [InlineData("", "protocol: https\ntlscertpath: /c", null, "upstream_tls_unverified")]
    [InlineData("", "auth: freebie 3", "Info freebie_shared services[0].auth")]
    [InlineData("", "auth: 'on'", null, "freebie_shared")]
    [InlineData("", "auth: 'on'", "Info invoices_unlimited authenticator")]
    [InlineData("", "auth: 'off'", null, "invoices_unlimited")]
    public void What_is_true_of_nearly_every_file_is_said_where_it_is(string settings, string members, string? expected, string? absent = null)
    {
        var found = ApertureConfigCheck.Check(ConfigBuilder.Settings + settings + "services:\n" + ConfigBuilder.ServiceWith(members)).Diagnostics;

        Assert.True(expected is null || found.Any(one => one.Severity + " " + one.Code + " " + one.Path == expected), string.Join("\n", found));
        Assert.DoesNotContain(found, one => one.Code == absent);
    }

    [Theory]
    [InlineData("enablempp: true, " + Node, "Info challenge_expires_before_invoice authenticator.enablempp", "makes 2 new invoices")]
    [InlineData("enablempp: true, enablesessions: true, " + Node, "Info challenge_expires_before_invoice authenticator.enablempp", "makes 3 new invoices")]
    [InlineData("enablempp: true, enablesessions: true, passphrase: words, mailboxaddress: 'm:443'", "Warn sessions_need_lnd authenticator.enablesessions", "makes 3 new invoices")]
    [InlineData(Node, null, "makes 1 new invoice,")]
    public void What_Payment_and_sessions_need_is_said(string authenticator, string? expected, string invoices)
    {
        var found = ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {" + authenticator + "}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.Service).Diagnostics;
        var lines = found.Select(static one => one.Severity + " " + one.Code + " " + one.Path).ToArray();

        Assert.Equal(expected is not null, lines.Any(static line => line.Contains("challenge_expires_before_invoice") || line.Contains("sessions_need_lnd")));
        Assert.True(expected is null || lines.Contains(expected), string.Join("\n", found));
        Assert.Contains(found, one => one.Message.Contains(invoices, System.StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "/", true)]
    [InlineData("", "^/.*$", true)]
    [InlineData("", "^(/|/.+)$", true)]
    [InlineData("", "^/[^x]*|x", true)]
    [InlineData("", "^/poll", false)]
    [InlineData("^/a/.*$", "^/a/", true)]
    [InlineData("^/a/.*$", "a", true)]
    [InlineData("^/a/.*$", "^/a/poll$", false)]
    [InlineData("^/(a|b)$", "^/[ab]$", true)]
    [InlineData("^/(a|b)$", "^/a$", false)]
    public void Paths_without_an_invoice_are_compared_with_those_of_the_service_as_languages(string path, string skipped, bool matchesAll) =>
        Assert.Equal(
            matchesAll,
            ConfigBuilder.WithService((path.Length == 0 ? string.Empty : "pathregexp: '" + path + "'\n") + "authskipinvoicecreationpaths: ['" + skipped + "']").Contains("Error skip_invoice_matches_all services[0].authskipinvoicecreationpaths[0]"));

    [Theory]
    [InlineData("price: 0\ntimeout: 9223372037", "timeout_too_long")]
    [InlineData("timeout: 9223372037\ndynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}", "timeout_too_long")]
    [InlineData("timeout: 9223372037\nauthwhitelistpaths: ['']", "timeout_too_long")]
    [InlineData("auth: freebie 3\nauthskipinvoicecreationpaths: ['.*']", "skip_invoice_matches_all")]
    [InlineData("auth: freebie 0", "freebie_shared")]
    [InlineData("auth: freebie 65536", "freebie_shared")]
    [InlineData("auth: freebie x", "freebie_shared")]
    [InlineData("address: ' 127.0.0.1:80'", "upstream_address_mistyped")]
    public void A_fault_that_another_member_keeps_from_having_an_effect_is_not_reported(string members, string code) =>
        Assert.DoesNotContain(ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith(members)).Diagnostics, found => found.Code == code);

    [Theory]
    [InlineData("auth: freebie 3\nauthskipinvoicecreationpaths: ['^/poll']", "Warn skip_invoice_ignored services[0].authskipinvoicecreationpaths[0]")]
    [InlineData("auth: freebie 3\nauthskipinvoicecreationpaths: ['.*']", "Warn skip_invoice_ignored services[0].authskipinvoicecreationpaths[0]")]
    [InlineData("authwhitelistpaths: ['^/x$', '.*']", "Warn whitelist_matches_all services[0].authwhitelistpaths[1]")]
    [InlineData("pathregexp: '^/(a|b)$'\nauthwhitelistpaths: ['^/a$', '^/b$']", "Warn whitelist_matches_all services[0].authwhitelistpaths[0]")]
    [InlineData("pathregexp: '^/(a|b)$'\nauthwhitelistpaths: ['^/a$']", null)]
    [InlineData("auth: \"off\"\nauthwhitelistpaths: ['.*']", null)]
    public void A_list_of_paths_that_does_not_do_what_it_says_is_found(string members, string? expected)
    {
        var found = ConfigBuilder.WithService(members).Where(static line => line.Contains("skip_invoice", System.StringComparison.Ordinal) || line.Contains("whitelist_matches_all", System.StringComparison.Ordinal));

        Assert.Equal(expected is null ? [] : [expected], found);
    }

    [Theory]
    [InlineData("authwhitelistpaths: ['.*']", false)]
    [InlineData("authwhitelistpaths: ['^/.*$']", true)]
    [InlineData("pathregexp: '^/(a|b)$'\nauthwhitelistpaths: ['^/a$', '^/b$']", false)]
    [InlineData("authwhitelistpaths: ['^/a']", true)]
    [InlineData("authskipinvoicecreationpaths: ['^/']", false)]
    [InlineData("auth: freebie 3\nauthskipinvoicecreationpaths: ['^/']", true)]
    [InlineData("pathregexp: '^/a$x'", false)]
    [InlineData("hostregexp: '^a b$'", false)]
    [InlineData("address: '127.0.0.1:0'", true)]
    [InlineData("auth: \"off\"", false)]
    public void A_charge_of_a_service_opens_a_dearer_one_where_one_can_be_bought(string members, bool isBought)
    {
        var found = ApertureConfigCheck.Check(ConfigBuilder.Settings.Replace("macdir: /lnd", "macdir: /lnd, enablempp: true", System.StringComparison.Ordinal) + "services:\n"
            + ConfigBuilder.ServiceWith("name: cheap\nprice: 1\n" + members) + ConfigBuilder.Service.Replace("'^a$'", "'^b$'", System.StringComparison.Ordinal)).Diagnostics;

        Assert.Equal(isBought, found.Any(static one => one.Code == "charge_opens_dearer"));
    }

    [Fact]
    public void A_service_that_no_request_reaches_sells_no_charge()
    {
        var found = ApertureConfigCheck.Check(ConfigBuilder.Settings.Replace("macdir: /lnd", "macdir: /lnd, enablempp: true", System.StringComparison.Ordinal) + "services:\n"
            + ConfigBuilder.Service + ConfigBuilder.ServiceWith("name: cheap\nprice: 1\npathregexp: '^/x$'")).Diagnostics;

        Assert.Contains(found, static one => one.Code == "unreachable_service");
        Assert.DoesNotContain(found, static one => one.Code == "charge_opens_dearer");
    }

    [Fact]
    public void Without_a_node_no_charge_is_offered()
    {
        var found = ConfigBuilder.Check("listenaddr: localhost:8081\nauthenticator: {disable: true, enablempp: true}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.Service + ConfigBuilder.ServiceWith("name: dear\nprice: 30\nhostregexp: '^b$'\nauthscheme: l402"));

        Assert.Equal(["Error authenticator_disabled authenticator.disable"], found.Where(static line => !line.Contains("sqlite", System.StringComparison.Ordinal)));
    }

    [Fact]
    public void A_file_without_a_sold_request_has_a_node_too_many_and_no_fault() =>
        Assert.DoesNotContain(ConfigBuilder.Check("listenaddr: localhost:8081\nauthenticator: {disable: true}\ndbbackend: sqlite\nservices:\n" + ConfigBuilder.ServiceWith("authwhitelistpaths: ['.*']")), static line => line.Contains("authenticator_disabled", System.StringComparison.Ordinal));

    [Theory]
    [InlineData("\n", "begin the block with \"|-\"")]
    [InlineData("\r\n", "save the file with line feeds (LF)")]
    public void The_remedy_for_a_block_text_fits_its_line_breaks(string lineBreak, string remedy)
    {
        var yaml = (ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("pathregexp: " + (lineBreak == "\n" ? "|" : "|-") + "\n  ^/one$")).Replace("\n", lineBreak, System.StringComparison.Ordinal).Replace("      ^/one$", "        ^/one$", System.StringComparison.Ordinal);

        Assert.EndsWith(remedy + (lineBreak == "\n" ? string.Empty : ": a block text keeps its carriage returns"), Assert.Single(ApertureConfigCheck.Check(yaml).Diagnostics, static found => found.Code == "pattern_ends_in_line_break").Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Writetimeout_beside_the_admin_API_concerns_the_main_branch_only()
    {
        const string Yaml = ConfigBuilder.Settings + "admin: {enabled: true}\nservices:\n" + ConfigBuilder.Service;

        Assert.DoesNotContain(ApertureConfigCheck.Check(Yaml, ApertureVersions.V050).Diagnostics, found => found.Code == "admin_needs_no_writetimeout");
        Assert.DoesNotContain("Warn admin_needs_no_writetimeout writetimeout", ConfigBuilder.WithSettings("admin: {enabled: true}\nwritetimeout: 0s\n"));
    }

    [Fact]
    public void Without_dbbackend_each_paid_request_hangs()
    {
        var report = ApertureConfigCheck.Check("listenaddr: localhost:8081\nauthenticator: {" + Node + "}\nservices:\n" + ConfigBuilder.Service);

        Assert.Contains(report.Diagnostics, found => found.Code == "dbbackend_missing");
        Assert.Equal((true, false), (report.Starts, report.Valid));
    }

    [Fact]
    public void Postgres_without_its_section_does_not_start() =>
        Assert.False(ApertureConfigCheck.Check("listenaddr: localhost:8081\ndbbackend: postgres\nauthenticator: {" + Node + "}\nservices:\n" + ConfigBuilder.Service).Starts);

    [Fact]
    public void Unequal_prices_beside_mpp_are_found_with_the_cheapest_and_the_dearest()
    {
        var report = ApertureConfigCheck.Check(
            "listenaddr: localhost:8081\nauthenticator: {enablempp: true, " + Node + "}\ndbbackend: sqlite\nservices:\n"
            + "  - {name: low, hostregexp: '^a$', pathregexp: '^/l$', address: 'a:1', protocol: http, price: 1}\n"
            + "  - {name: high, hostregexp: '^a$', pathregexp: '^/h$', address: 'a:1', protocol: http, price: 100}\n");

        var found = Assert.Single(report.Diagnostics, diagnostic => diagnostic.Code == "charge_opens_dearer");
        Assert.Contains("\"low\" for 1 sat opens \"high\" for 100 sat", found.Message);
    }

    [Theory]
    [InlineData("pathregexp: '^/'", "price: 5", "^/p$", "\"a/p\" costs 5 sat instead of 50")]
    [InlineData("pathregexp: '^/.*$'", "auth: 'off'", "^/p$", "\"a/p\" is free instead of 50 sat")]
    [InlineData("pathregexp: '^/(one|two)$'", "price: 1", "^/two$", "\"a/two\" costs 1 sat instead of 50")]
    public void A_wider_service_before_a_dearer_one_is_found_with_a_request(string wide, string price, string narrow, string expected)
    {
        var report = ApertureConfigCheck.Check(
            ConfigBuilder.Settings + "services:\n  - {name: w, hostregexp: '^a$', " + wide + ", address: 'a:1', protocol: http, " + price + "}\n"
            + "  - {name: n, hostregexp: '^a$', pathregexp: '" + narrow + "', address: 'a:1', protocol: http, price: 50}\n");

        var found = Assert.Single(report.Diagnostics, diagnostic => diagnostic.Code == "unreachable_service");
        Assert.Contains(expected, found.Message);
        Assert.Equal(6, found.Line);
    }

    [Fact]
    public void A_narrower_service_before_a_wider_one_is_fine() =>
        Assert.Empty(ConfigBuilder.Check(
            ConfigBuilder.Settings + "services:\n  - {name: n, hostregexp: '^a$', pathregexp: '^/p$', address: 'a:1', protocol: http, auth: 'off'}\n"
            + "  - {name: w, hostregexp: '^a$', pathregexp: '^/', address: 'a:1', protocol: http, price: 50}\n"));

    [Theory]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    [InlineData('\u0085')]
    public void A_character_that_only_looks_like_a_line_break_is_told_with_its_place(char separator)
    {
        var report = ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.ServiceWith("price: 3 # agreed" + separator + "    timeout: 5"));

        var found = Assert.Single(report.Diagnostics, diagnostic => diagnostic.Code == "unusual_line_separator");
        Assert.Equal((11, 22), (found.Line, found.Column));
        Assert.True(report.Valid);
    }

    [Fact]
    public void Two_services_of_one_name_start_and_are_not_valid()
    {
        var report = ApertureConfigCheck.Check(ConfigBuilder.Settings + "services:\n" + ConfigBuilder.Service + ConfigBuilder.ServiceWith("pathregexp: ^/b$"));

        Assert.Contains(report.Diagnostics, found => found.Code == "duplicate_service_name");
        Assert.Equal((true, false), (report.Starts, report.Valid));
    }

    [Theory]
    [InlineData("010", "0x8", null)]
    [InlineData("010", "10", "price: 8 -> 10")]
    [InlineData("1_000", "1e3", null)]
    public void Prices_are_compared_as_Aperture_reads_them(string live, string desired, string? expected)
    {
        var changes = MemberChanges.Between(Read(live), Read(desired)).Select(change => change.Member + ": " + change.OldValue + " -> " + change.NewValue);

        Assert.Equal(expected is null ? [] : [expected], changes);

        static GatewayService Read(string price) =>
            LiveFile.FromBytes(System.Text.Encoding.UTF8.GetBytes("services:\n" + ConfigBuilder.ServiceWith("price: " + price))).Services[0];
    }

    [Fact]
    public void A_comment_another_spelling_and_an_ignored_key_are_no_change()
    {
        var live = Read("price: 250 # was 300\nratelimits: [{requests: 0x5, per: 60s}]\nnote: ours");
        var desired = Read("price: 250\nratelimits:\n      - requests: 5\n        per: 1m");

        Assert.Empty(MemberChanges.Between(live, desired));

        static GatewayService Read(string members) =>
            LiveFile.FromBytes(System.Text.Encoding.UTF8.GetBytes("services:\n  - name: a\n    hostregexp: a\n" + string.Concat(members.Split('\n').Select(line => (line.StartsWith(' ') ? line : "    " + line) + "\n")))).Services[0];
    }
}
