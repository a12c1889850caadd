using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.ControlPlane.Mock;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Tests.Gateway.ApertureFile;
using LightningOps.Tests.Support;
using Xunit;
using static LightningOps.Tests.Gateway.Rollouts;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.ApertureYaml;

/// <summary>
/// What Aperture does that costs money (docs/reference/aperture.md#checks): each is found in a file with its remedy, said in the plan and in
/// drift of a gateway that serves the file, and in a compile that would render it.
/// </summary>
public sealed class MoneyTableTests
{
    private const string Dynamic = "dynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true}";
    private const string Mpp = "authenticator: {network: regtest, lndhost: 'l:1', tlspath: /t, macdir: /m, enablempp: true}";
    private const string Sessions = "authenticator: {network: regtest, passphrase: words, mailboxaddress: 'm:443', enablempp: true, enablesessions: true}";

    /// <summary>Row; settings that replace others; members of a service of others; code; severity; what the message says.</summary>
    public static TheoryData<string, string, string, string, DiagnosticSeverity, string> Files => new()
    {
        { "authscheme l402 beside enablempp", Mpp, "authscheme: l402", "authscheme_refuses_offer", DiagnosticSeverity.Warn, "refuses Payment after it was paid: write l402+mpp" },
        { "authscheme mpp beside enablempp", Mpp, "authscheme: mpp", "authscheme_refuses_offer", DiagnosticSeverity.Warn, "refuses L402 after it was paid: write l402+mpp" },
        { "unknown authscheme", Mpp, "authscheme: bearer", "authscheme_unknown", DiagnosticSeverity.Error, "write l402, mpp or l402+mpp" },
        { "unequal prices beside enablempp", Mpp, "price: 100", "charge_opens_dearer", DiagnosticSeverity.Warn, "one of \"cheap\" for 1 sat opens \"other\" for 100 sat" },
        { "timeout with price 0", "", "price: 0\ntimeout: 60", "credential_limit_lost", DiagnosticSeverity.Warn, "write price: 1" },
        { "timeout without price", "", "price:\ntimeout: 60", "credential_limit_lost", DiagnosticSeverity.Warn, "write price: 1" },
        { "capabilities with price 0", "", "price: 0\ncapabilities: read", "credential_limit_lost", DiagnosticSeverity.Warn, "capabilities has no effect" },
        { "constraints with price 0", "", "price: 0\nconstraints: {a: b}", "credential_limit_lost", DiagnosticSeverity.Warn, "constraints has no effect" },
        { "timeout with dynamicprice", "", "timeout: 60\n" + Dynamic, "credential_limit_lost", DiagnosticSeverity.Warn, "use a fixed price" },
        { "timeout too long", "", "timeout: 9223372037", "timeout_too_long", DiagnosticSeverity.Error, "paid and refused at once; write fewer seconds" },
        { "negative timeout", "", "timeout: -1", "timeout_ignored", DiagnosticSeverity.Warn, "credentials never expire" },
        { "freebie with metered", "", "auth: freebie 3\ndynamicprice: {enabled: true, grpcaddress: 'p:1', insecure: true, metered: true}", "freebie_metered", DiagnosticSeverity.Warn, "write auth \"on\"" },
        { "freebie with dynamicprice", "", "auth: freebie 3\n" + Dynamic, "freebie_dynamicprice", DiagnosticSeverity.Warn, "write auth \"on\"" },
        { "freebie with dynamicprice and no price", "", "price: 0\nauth: freebie 3\n" + Dynamic, "freebie_dynamicprice", DiagnosticSeverity.Error, "1 satoshi opens the service" },
        { "negative freebie", "", "auth: freebie -1", "freebie_out_of_range", DiagnosticSeverity.Error, "gives 65535 free requests" },
        { "freebie above 65535", "", "auth: freebie 70000", "freebie_out_of_range", DiagnosticSeverity.Error, "gives 4464 free requests" },
        { "freebie counts networks", "", "auth: freebie 3", "freebie_shared", DiagnosticSeverity.Info, "behind a proxy all clients share one count" },
        { "pattern that ends in a line feed", "", "pathregexp: \"^/one$\\n\"", "pattern_ends_in_line_break", DiagnosticSeverity.Warn, "begin the block with \"|-\"" },
        { "pattern that ends in a line feed, with a request", "", "pathregexp: \"^/one$\\n\"", "pattern_ends_in_line_break", DiagnosticSeverity.Warn, "for example not by /one:" },
        { "pattern that ends in a carriage return", "", "pathregexp: \"^/one$\\r\"", "pattern_ends_in_line_break", DiagnosticSeverity.Warn, "write it in single quotes on one line, or save the file with line feeds" },
        { "pattern with text after its end", "", "pathregexp: '^/one$x'", "pattern_never_matches", DiagnosticSeverity.Warn, "correct it" },
        { "pattern with a query", "", "pathregexp: '^/one\\?x=1$'", "pattern_never_meant", DiagnosticSeverity.Warn, "a request for /one?x=1 does not match" },
        { "pattern of control characters", "", "pathregexp: '^/one\\x00$'", "pattern_never_meant", DiagnosticSeverity.Warn, "for example /one%00" },
        { "name with a comma", "", "name: 'a,b'", "service_name_delimiter", DiagnosticSeverity.Error, "use letters, digits" },
        { "name with a colon", "", "name: 'a:b'", "service_name_delimiter", DiagnosticSeverity.Error, "use letters, digits" },
        { "the same name twice", "", "name: cheap", "duplicate_service_name", DiagnosticSeverity.Error, "use a unique name for each" },
        { "a cheaper service before a dearer one", "", "hostregexp: '^cheap\\.example$'\npathregexp: '^/x$'\nprice: 100", "unreachable_service", DiagnosticSeverity.Warn, "\"cheap.example/x\" costs 1 sat instead of 100: move this one before it" },
        { "a cheaper service of the same host before a dearer one of the same expressions", "", "hostregexp: '^cheap\\.example$'\npathregexp: '^/.*$'\nprice: 100", "unreachable_service", DiagnosticSeverity.Warn, "\"cheap.example/\" costs 1 sat instead of 100: move this one before it" },
        { "a cheaper service that takes a part of a dearer one", "", "hostregexp: '^.*\\.example$'\npathregexp: '^/x.*$'\nprice: 100", "cheaper_service_first", DiagnosticSeverity.Warn, "\"cheap.example/x\" costs 1 sat instead of 100: move this one before it, or narrow that one" },
        { "a script of several words", "", "pathregexp: '^/\\p{Old_Italic}$'", "script_class_refused", DiagnosticSeverity.Warn, "and does not start: name the characters" },
        { "authenticator.disable", "authenticator: {disable: true}", "price: 3", "authenticator_disabled", DiagnosticSeverity.Error, "turn auth off" },
        { "strictverify off", "strictverify: false", "price: 3", "strictverify_off", DiagnosticSeverity.Info, "set strictverify to true" },
        { "sqlite.dbfile", "sqlite: {dbfile: /d/a.db}", "price: 3", "option_name_as_key", DiagnosticSeverity.Error, "rename it to \"databasefilename\"" },
        { "another spelling of price", "", "-price\nPrice: 100", "unknown_key", DiagnosticSeverity.Error, "did you mean \"price\"?" },
        { "another spelling of hostregexp", "", "-hostregexp\nhost_regexp: '^other\\.example$'", "unknown_key", DiagnosticSeverity.Error, "did you mean \"hostregexp\"?" },
        { "another spelling of enablempp", "authenticator: {network: regtest, lndhost: 'l:1', tlspath: /t, macdir: /m, enableMPP: true}", "price: 3", "unknown_key", DiagnosticSeverity.Error, "did you mean \"enablempp\"?" },
        { "the flag service", "service: []", "price: 3", "option_name_as_key", DiagnosticSeverity.Warn, "reads \"services\"" },
        { "sessiondepositmultiplier", "authenticator: {network: regtest, lndhost: 'l:1', tlspath: /t, macdir: /m, sessiondepositmultiplier: 3}", "price: 3", "setting_without_effect", DiagnosticSeverity.Warn, "uses 20 regardless of the file" },
        { "sessionidletimeout", "authenticator: {network: regtest, lndhost: 'l:1', tlspath: /t, macdir: /m, sessionidletimeout: 3}", "price: 3", "setting_without_effect", DiagnosticSeverity.Warn, "uses 300 regardless of the file" },
        { "dbbackend absent", "-dbbackend", "price: 3", "dbbackend_missing", DiagnosticSeverity.Error, "set dbbackend" },
        { "dbbackend null", "dbbackend:", "price: 3", "dbbackend_missing", DiagnosticSeverity.Error, "set dbbackend" },
        { "Payment challenge and invoice", Mpp, "price: 3", "challenge_expires_before_invoice", DiagnosticSeverity.Info, "after 15 minutes and its invoice after 24 hours" },
        { "sessions without lndhost", Sessions, "price: 3", "sessions_need_lnd", DiagnosticSeverity.Warn, "set lndhost" },
        { "upstream TLS", "", "protocol: https", "upstream_tls_unverified", DiagnosticSeverity.Info, "keep the connection on a network you trust" },
        { "invoices of each 402", "", "price: 3", "invoices_unlimited", DiagnosticSeverity.Info, "makes 1 new invoice" },
        { "skipmigrations", "sqlite: {skipmigrations: true}", "price: 3", "skipmigrations", DiagnosticSeverity.Warn, "answered 500: remove it" },
        { "header value with a line break", "", "headers: {X-A: \"a\\nb\"}", "header_value_line_break", DiagnosticSeverity.Error, "write it on one line" },
        { "header Host", "", "headers: {Host: a.example}", "header_host_ignored", DiagnosticSeverity.Warn, "remove it" },
        { "paths without invoice that match all", "", "authskipinvoicecreationpaths: ['.*']", "skip_invoice_matches_all", DiagnosticSeverity.Error, "answered 401: name the paths" },
        { "paths without invoice beside freebie", "", "auth: freebie 3\nauthskipinvoicecreationpaths: ['.*']", "skip_invoice_ignored", DiagnosticSeverity.Warn, "this list has no effect" },
        { "whitelist of every path", "", "authwhitelistpaths: ['.*']", "whitelist_matches_all", DiagnosticSeverity.Warn, "nothing is sold" },
        { "certificate file", "", "tlscertpath: /etc/upstream.pem", "certificate_file", DiagnosticSeverity.Warn, "must exist where Aperture runs" },
        { "whitelist that dot segments pass", "", "pathregexp: '^/'\nauthwhitelistpaths: ['^/free/.*$']", "whitelist_escapable", DiagnosticSeverity.Warn, "/free/../paid is free" },
        { "rewrite that dot segments leave", "", "pathregexp: '^/'\nrewrite: {prefix: /v1}", "rewrite_prefix_escapable", DiagnosticSeverity.Warn, "/../etc" },
        { "whitelist of an empty entry", "", "authwhitelistpaths: ['']", "expression_matches_all", DiagnosticSeverity.Warn, "write the intended paths" },
        { "burst of -1", "", "ratelimits: [{requests: 1, per: 1s, burst: -1}]", "ratelimit_burst_negative", DiagnosticSeverity.Warn, "write a positive number" },
        { "an unknown word of auth", "", "auth: sometimes", "auth_unknown", DiagnosticSeverity.Error, "serves everything for free" },
        { "upstream at a loopback address", "", "address: '[::ffff:127.0.0.1]:80'", "upstream_private", DiagnosticSeverity.Info, "1 service has its upstream" },
        { "upstream at a private address", "", "address: '0x0a000001:80'", "upstream_private", DiagnosticSeverity.Info, "1 service has its upstream" },
        { "upstream at a link-local address", "", "address: '169.254.169.254:80'", "upstream_link_local", DiagnosticSeverity.Error, "write the address of the service" },
        { "mistyped upstream", "", "address: '256.256.256.256:80'", "upstream_address_mistyped", DiagnosticSeverity.Error, "correct the address" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_row_is_found_in_the_file_and_said_in_plan_and_drift(string row, string settings, string members, string code, DiagnosticSeverity severity, string says)
    {
        var yaml = Write(settings, members);
        var found = ApertureConfigCheck.Check(yaml).Diagnostics.Where(one => one.Code == code).ToArray();
        Assert.True(found.Any(one => one.Severity == severity && one.Message.Contains(says, StringComparison.Ordinal)), row + ": " + string.Join("\n", ApertureConfigCheck.Check(yaml).Diagnostics));

        using var file = new GatewayFile();
        File.WriteAllText(file.Path, yaml);
        using var gateway = file.Open();
        var plan = gateway.Plan(await gateway.ReadStateAsync(CancellationToken.None), OfPaths("dep_1", "/a"));
        Assert.True(plan.Diagnostics.Any(one => one.Code == code && one.Message.Contains(says, StringComparison.Ordinal)), row + ": " + string.Join("\n", plan.Diagnostics));

        var drift = await new DriftCheck(new MockControlPlane(TimeProvider.System, [Selling("/a")]), gateway).RunAsync(new ReconcileOptions { RequestId = "r" }, CancellationToken.None);
        Assert.True(drift.Plan!.Diagnostics.Any(one => one.Code == code && one.Message.Contains(says, StringComparison.Ordinal)), row);
    }

    /// <summary>Without the cause nothing of it is said.</summary>
    [Fact]
    public void A_file_without_these_has_none_of_them()
    {
        var found = ApertureConfigCheck.Check(Write("strictverify: true", "price: 1")).Diagnostics.Select(static one => one.Code).ToArray();

        Assert.Equal(["invoices_unlimited", "needed_at_start"], found);
    }

    [Theory]
    [InlineData("admin: {enabled: true}", "headers: {X-A: b}", "admin_rows_win", "of \"other\" loses headers at the next start; roll out over the admin API, or turn it off")]
    [InlineData("admin: {enabled: true}\nwritetimeout: 30s", "price: 3", "admin_needs_no_writetimeout", "set writetimeout to 0s")]
    public async Task The_admin_API_of_a_file_that_is_rolled_out_is_told(string settings, string members, string code, string says)
    {
        var yaml = Write(settings, members);
        Assert.Contains(ApertureConfigCheck.Check(yaml).Diagnostics, one => one.Code == code && one.Severity == DiagnosticSeverity.Warn && one.Message.Contains(says, StringComparison.Ordinal));

        using var file = new GatewayFile();
        File.WriteAllText(file.Path, yaml);
        using var gateway = file.Open();
        var plan = gateway.Plan(await gateway.ReadStateAsync(CancellationToken.None), OfPaths("dep_1", "/a"));
        Assert.Contains(plan.Diagnostics, one => one.Code == code && one.Message.Contains(says, StringComparison.Ordinal));
    }

    /// <summary>Rows that a compile renders: the members of the paywall; code; severity; what the message says.</summary>
    public static TheoryData<string, Func<PaywallPolicy, PaywallPolicy>, string, DiagnosticSeverity, string> Compiles => new()
    {
        { "authscheme l402", static policy => policy with { AuthScheme = "l402" }, "authscheme_refuses_offer", DiagnosticSeverity.Warn, "write l402+mpp" },
        { "authscheme mpp", static policy => policy with { AuthScheme = "mpp" }, "authscheme_refuses_offer", DiagnosticSeverity.Warn, "write l402+mpp" },
        { "unknown authscheme", static policy => policy with { AuthScheme = "bearer" }, "authscheme_unknown", DiagnosticSeverity.Error, "write l402, mpp or l402+mpp" },
        { "lifetime with dynamicPrice", static policy => policy with { CredentialLifetimeSeconds = 60, DynamicPrice = new DynamicPrice { GrpcAddress = "p:1", Insecure = true } }, "credential_limit_lost", DiagnosticSeverity.Warn, "use a fixed price" },
        { "lifetime too long", static policy => policy with { CredentialLifetimeSeconds = 9_223_372_037 }, "timeout_too_long", DiagnosticSeverity.Error, "paid and refused at once" },
        { "lifetime of 0", static policy => policy with { CredentialLifetimeSeconds = 0 }, "timeout_ignored", DiagnosticSeverity.Error, "must be 1 or more" },
        { "freebie with metered", static policy => policy with { Freebie = 3, DynamicPrice = new DynamicPrice { GrpcAddress = "p:1", Insecure = true, Metered = true } }, "freebie_metered", DiagnosticSeverity.Warn, "remove freebie" },
        { "freebie with dynamicPrice", static policy => policy with { Freebie = 3, DynamicPrice = new DynamicPrice { GrpcAddress = "p:1", Insecure = true } }, "freebie_dynamicprice", DiagnosticSeverity.Warn, "remove freebie" },
        { "negative freebie", static policy => policy with { Freebie = -1 }, "freebie_out_of_range", DiagnosticSeverity.Error, "from 1 to 65535" },
        { "freebie above 65535", static policy => policy with { Freebie = 65_536 }, "freebie_out_of_range", DiagnosticSeverity.Error, "from 1 to 65535" },
        { "freebie counts networks", static policy => policy with { Freebie = 3 }, "freebie_shared", DiagnosticSeverity.Info, "behind a proxy" },
        { "header value with a line break", static policy => policy with { Headers = new Dictionary<string, string> { ["X-A"] = "a\nb" } }, "header_value_line_break", DiagnosticSeverity.Error, "write it on one line" },
        { "header Host", static policy => policy with { Headers = new Dictionary<string, string> { ["Host"] = "a" } }, "header_host_ignored", DiagnosticSeverity.Warn, "remove it" },
        { "paths without invoice that match all", static policy => policy with { SkipInvoicePaths = ["/*"] }, "skip_invoice_matches_all", DiagnosticSeverity.Error, "every buyer is answered 401" },
        { "paths without invoice beside freebie", static policy => policy with { Freebie = 3, SkipInvoicePaths = ["/*"] }, "skip_invoice_ignored", DiagnosticSeverity.Warn, "has no effect with freebie" },
        { "whitelist that dot segments pass", static policy => policy with { WhitelistPaths = ["/free/*"] }, "whitelist_escapable", DiagnosticSeverity.Warn, "/free/../paid" },
        { "certificate file", static policy => policy with { TlsCertificatePath = "/etc/upstream.pem" }, "certificate_file", DiagnosticSeverity.Info, "must exist where Aperture runs" },
        { "upstream TLS", static policy => policy, "upstream_tls_unverified", DiagnosticSeverity.Info, "for example of route r of paywall p at upstream.example.com:443: keep the connection on a network you trust" },
    };

    [Theory]
    [MemberData(nameof(Compiles))]
    public void A_row_that_a_compile_renders_is_said_by_it(string row, Func<PaywallPolicy, PaywallPolicy> change, string code, DiagnosticSeverity severity, string says)
    {
        var found = PaywallCompiler.Compile([Priced("p", 2_000, Route("r", Host, code == "whitelist_escapable" ? "/**" : "/a")).WithPolicy(change)], new CompileOptions { GatewayHasAdminApi = false }).Diagnostics;

        Assert.True(found.Any(one => one.Code == code && one.Severity == severity && one.Message.Contains(says, StringComparison.Ordinal)), row + ": " + string.Join("\n", found));
    }

    [Theory]
    [InlineData("http", null, false)]
    [InlineData("https", "/etc/upstream.pem", false)]
    [InlineData("https", null, true)]
    public void Upstream_TLS_is_told_once_and_only_of_open_routes_without_a_certificate(string scheme, string? certificate, bool isKilled)
    {
        var paywalls = new[] { "a", "b" }.Select(id => Priced(id, 2_000, Route("r", Host, "/" + id, upstream: scheme + "://u.example.com", protocol: scheme == "https" ? RouteProtocol.Https : RouteProtocol.Http))
            .WithPolicy(policy => policy with { TlsCertificatePath = certificate, KillSwitch = isKilled })).ToArray();

        Assert.DoesNotContain(PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false }).Diagnostics, static one => one.Code == "upstream_tls_unverified");
        var told = PaywallCompiler.Compile([.. paywalls, Priced("c", 2_000, Route("r", Host, "/c")), Priced("d", 2_000, Route("r", Host, "/d"))], new CompileOptions { GatewayHasAdminApi = false }).Diagnostics;
        Assert.Equal(2L, Assert.Single(told, static one => one.Code == "upstream_tls_unverified").Details!["routes"]);
    }

    /// <summary>A file whose services are a cheap one and one of others with these members.</summary>
    private static string Write(string settings, string members)
    {
        var top = Replace(["listenaddr: '127.0.0.1:8081'", "insecure: true", "dbbackend: sqlite", "strictverify: true", "authenticator: {network: regtest, lndhost: 'l:1', tlspath: /t, macdir: /m}"], settings);
        var service = Replace(["name: other", "hostregexp: '^other\\.example$'", "pathregexp: '^/one$'", "address: a.example:80", "protocol: http", "auth: \"on\"", "price: 1"], members);
        return string.Concat(top.Select(static line => line + "\n")) + "services:\n"
            + "  - {name: cheap, hostregexp: '^cheap\\.example$', pathregexp: '^/.*$', address: 'a.example:80', protocol: http, price: 1}\n"
            + "  - " + string.Join("\n    ", service) + "\n";
    }

    private static IEnumerable<string> Replace(IEnumerable<string> lines, string replacing)
    {
        var others = replacing.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Where(line => others.All(other => other.TrimStart('-').Split(':')[0] != line.Split(':')[0])).Concat(others.Where(static other => other[0] != '-'));
    }
}
