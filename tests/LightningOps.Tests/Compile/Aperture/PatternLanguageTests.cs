using System.Collections;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Paywalls;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>What a pattern can mean, what it cannot, and what is reported of it (docs/patterns.md).</summary>
public sealed class PatternLanguageTests
{
    [Theory]
    [InlineData("/users/{id}/report", "/users/*/report")]
    [InlineData("/users/{id:int}", "/users/*")]
    [InlineData("/users/:id/report", "/users/*/report")]
    [InlineData("/search?q=*", "/search")]
    [InlineData("/my docs", "/my%20docs")]
    [InlineData("/^x", "^/x")]
    [InlineData("/users/[0-9]+/*", "^/users/[0-9]+/(?s:.*)$")]
    [InlineData("/(a|b)/*", "^(?:/(a|b)/(?s:.*))$")]
    [InlineData("/a(/b)?/*", "^/a(/b)?/(?s:.*)$")]
    [InlineData("/v[12]/*/x", "^/v[12]/[^/]*/x$ or /v%5B12%5D/*/x")]
    [InlineData("/(en|de)/**", "^(?:/(en|de)/(?s:.*))$")]
    [InlineData("/[0-9]+/**/x", "^/[0-9]+(?:/(?s:.*))?/x$")]
    [InlineData("/(a|b)/*$", "^(?:/(a|b)/(?s:.*))$")]
    [InlineData("/c++/*", "/c%2B%2B/*")]
    [InlineData("/v+/*", "^/v+/(?s:.*)$ or /v%2B/*")]
    [InlineData("/v1/.*", "/v1/* or ^/v1/.*$")]
    [InlineData("https://h.example/x", "/x")]
    [InlineData("/x#top", "/x")]
    [InlineData("/100%", "/100%25")]
    [InlineData("/a%zz", "/a%25zz")]
    [InlineData("/<id>", "/*")]
    [InlineData("/user/<int:id>/x", "/user/*/x")]
    [InlineData("/${X}", null)]
    [InlineData("= /exact", "/exact")]
    [InlineData("=/exact", "/exact")]
    [InlineData("^~ /img/", "/img/*")]
    [InlineData("^~ /img", "^/img(?s:.*)$")]
    [InlineData(@"~* \.(gif|jpg)$", @"re2:(?i)\.(gif|jpg)$")]
    [InlineData("~ ^/(?=a)", null)]
    [InlineData("/caf%E9", null)]
    [InlineData("/a%0Ab", null)]
    [InlineData("/files**", null)]
    [InlineData("/a**/b", null)]
    [InlineData("/my%20(docs|files)", "the decoded text in an expression ^…$")]
    [InlineData("/users/[id]/report", "/users/*/report")]
    [InlineData("/blog/[...slug]", "/blog/*")]
    [InlineData("/blog/[[...slug]]", "/blog/*")]
    [InlineData("/blog/[...slug]/edit", "/blog/**/edit")]
    [InlineData("/img/{jpg,png}", "^/img/(jpg|png)$")]
    [InlineData("/img/*.{jpg,png}", @"^/img/[^/]*\.(jpg|png)$")]
    [InlineData("/{a,b}/*", "^/(a|b)/(?s:.*)$")]
    [InlineData("/{a,b}/c+", null)]
    [InlineData(".*", "/* or ^/.*$")]
    [InlineData("v1/.*", "/v1/* or ^/v1/.*$")]
    [InlineData("GET /x", "/x")]
    [InlineData("GET|POST /x", "/x")]
    [InlineData("GET,POST /x", "/x")]
    [InlineData("POST:/x", "/x")]
    [InlineData("/v{1,2}/x", "^/v(1|2)/x$ or ^/v{1,2}/x$")]
    [InlineData("/a{2,}", "^/a{2,}$")]
    [InlineData("/a/[!0-9]", "/a/[^/0-9]")]
    [InlineData("!/x", null)]
    [InlineData("\"/x\"", "/x")]
    [InlineData("/x, /y", null)]
    [InlineData("/x;/y", null)]
    [InlineData("/a/../b", "/b")]
    [InlineData("/a/%2E./b/*", "/b/*")]
    [InlineData("./x", "/x")]
    [InlineData("/a/..", "^/$")]
    [InlineData("location /x", "/x or ^/x(?s:.*)$")]
    [InlineData("location /x {", "/x or ^/x(?s:.*)$")]
    [InlineData("location /x { proxy_pass http://127.0.0.1:8080; }", "/x or ^/x(?s:.*)$")]
    [InlineData("location /x/ {", "/x/*")]
    [InlineData("location = /x", "/x")]
    [InlineData("location = / {", "^/$")]
    [InlineData("location ^~ /img", "^/img(?s:.*)$")]
    [InlineData(@"location ~* \.gif$ {", @"re2:(?i)\.gif$")]
    [InlineData("location @shop", null)]
    [InlineData("location /a+b", null)]
    [InlineData("~ ^/x", "re2:^/x")]
    [InlineData("~ ^/x {", "re2:^/x")]
    [InlineData("^~ /img/ {", "/img/*")]
    [InlineData("= /", "^/$")]
    [InlineData("/x;", "/x")]
    [InlineData("/x {", "/x")]
    [InlineData("/users/:id;", "/users/*")]
    [InlineData("\"/x\",", "/x")]
    [InlineData("'/x','/y'", null)]
    [InlineData("Path(`/x`)", "/x")]
    [InlineData("Path(`/`)", "^/$")]
    [InlineData("Path(\"/x/{id}\")", "/x/*")]
    [InlineData("PathPrefix(`/x`)", "/x or ^/x(?s:.*)$")]
    [InlineData("PathRegexp(`^/v[0-9]+/`)", "re2:^/v[0-9]+/")]
    [InlineData("Host(`h.example`) && Path(`/x`)", "/x")]
    [InlineData("Path(`/x`) || Path(`/y`)", null)]
    [InlineData("Path(`/x`, `/y`)", null)]
    [InlineData("!Path(`/x`)", null)]
    [InlineData("Host(`h.example`)", null)]
    [InlineData("<Location /x>", "/x or ^/x(/(?s:.*))?$")]
    [InlineData("<Location \"/x/\">", "/x/*")]
    [InlineData("<LocationMatch \"^/x\">", "re2:^/x")]
    [InlineData("handle /x/* {", "/x/*")]
    [InlineData("handle /x*", null)]
    [InlineData("path /x /y", null)]
    [InlineData("path_beg /x", "/x or ^/x(?s:.*)$")]
    [InlineData("path: /x", "/x")]
    [InlineData("- path: \"/x\"", "/x")]
    [InlineData("get /x", "/x")]
    [InlineData("GET /x HTTP/1.1", "/x")]
    [InlineData("GET /users/{id}", "/users/*")]
    [InlineData("GET /", "^/$ or /")]
    [InlineData("GET h.example/x", null)]
    [InlineData("/x HTTP/1.1", null)]
    [InlineData("rewrite /x", null)]
    [InlineData("/old /new", null)]
    [InlineData("/a/https://h.example/x", null)]
    [InlineData("^https?://[^/]+/x", null)]
    [InlineData("https://h.example/users/{id}", "/users/*")]
    [InlineData("/api/^x", null)]
    [InlineData(@"/^\/x/i", "re2:(?i)^/x")]
    public void Path_that_matches_nothing_its_author_can_have_meant_is_refused_with_the_likely_intent(string path, string? intent)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics, IsError);

        Assert.Equal(("unlikely_pattern", "r", "pathPattern"), (error.Code, error.RouteId, (string)error.Details!["member"]!));
        Assert.Equal(intent, (string?)error.Details["intent"]);
        Assert.NotEmpty((string)error.Details["reason"]!);
        Assert.All(
            intent?.StartsWith("the ", System.StringComparison.Ordinal) == true ? [] : intent?.Split(" or ") ?? [],
            static suggestion => Assert.DoesNotContain(Compile(Paywall("p", Route("r", "h.example", suggestion))).Diagnostics, IsError));
    }

    [Theory]
    [InlineData("app.get('/x')")]
    [InlineData("Route(/x)")]
    public void Path_in_a_call_is_refused_without_a_path_that_nobody_meant(string path)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics, IsError);

        Assert.Equal("unreachable_pattern", error.Code);
        Assert.DoesNotContain("write", error.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h.example/x", "h.example")]
    [InlineData(@".*\.example\.com", @"*.example.com or ^(?i).*\.example\.com\.?(:[0-9]+)?$")]
    [InlineData(@"shop\.example\.com", @"shop.example.com or ^(?i)shop\.example\.com\.?(:[0-9]+)?$")]
    [InlineData("(a|b).example", @"^(?i)(a|b)\.example\.?(:[0-9]+)?$")]
    [InlineData("a.example|b.example", @"^(?i)(a\.example|b\.example)\.?(:[0-9]+)?$")]
    [InlineData("(www.)?example.com", @"^(?i)(www\.)?example\.com\.?(:[0-9]+)?$")]
    [InlineData("[a-z]{2,3}.example.com", @"^(?i)[a-z]{2,3}\.example\.com\.?(:[0-9]+)?$")]
    [InlineData("~", null)]
    [InlineData("$host", null)]
    [InlineData("${HOST}", null)]
    [InlineData("$", null)]
    [InlineData("{tenant}.example.com", "*.example.com")]
    [InlineData(@"~^(www\.)?example\.com$", @"^(?i)(www\.)?example\.com\.?(:[0-9]+)?$")]
    [InlineData("~^(?=a)$", null)]
    [InlineData("shop.example.com,api.example.com", null)]
    [InlineData("shop.example.com, api.example.com", null)]
    [InlineData("shop.example.com api.example.com", null)]
    [InlineData(".example.com", @"*.example.com or ^(?i)(.+\.)?example\.com\.?(:[0-9]+)?$")]
    [InlineData("shop..com", "shop.com")]
    [InlineData("shop.com..", "shop.com")]
    [InlineData("..shop.com:8080", "shop.com:8080")]
    [InlineData("<host>", null)]
    [InlineData("https://$host/x", null)]
    [InlineData("https://h.example", "h.example")]
    [InlineData("https://h.example/x", "h.example")]
    [InlineData("h .example", null)]
    [InlineData("me@h.example", "h.example")]
    [InlineData("h.example:*", "h.example")]
    [InlineData("*ü.example", null)]
    [InlineData("a\u200Db.example", null)]
    [InlineData(".", null)]
    [InlineData("h.example:99999", "h.example")]
    [InlineData("h.example:0", "h.example")]
    [InlineData("h.example:08443", "h.example:8443")]
    [InlineData("[ab].example.com", @"^(?i)[ab]\.example\.com\.?(:[0-9]+)?$")]
    [InlineData(@"(?i)shop\.example\.com", @"^(?i)shop\.example\.com\.?(:[0-9]+)?$")]
    [InlineData("?.example.com", null)]
    [InlineData("_", "*")]
    [InlineData("_:8443", "*:8443")]
    public void Host_that_matches_nothing_its_author_can_have_meant_is_refused_with_the_likely_intent(string host, string? intent)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", host, "/x"))).Diagnostics, IsError);

        Assert.Equal(("unlikely_pattern", "r", "hostPattern"), (error.Code, error.RouteId, (string)error.Details!["member"]!));
        Assert.Equal(intent, (string?)error.Details["intent"]);
        Assert.All(intent?.Split(" or ") ?? [], static suggestion => Assert.DoesNotContain(Compile(Paywall("p", Route("r", suggestion, "/x"))).Diagnostics, IsError));
    }

    [Fact]
    public void Host_that_no_client_resolves_because_of_its_length_is_refused()
    {
        var longest = new string('a', 63);
        var name = string.Join(".", longest, longest, longest, new string('a', 61));
        Assert.Equal(253, name.Length);
        Assert.All(
            new[] { name, name + ".", name + ":8443", longest + ".*", "*" + longest, new string('a', 40) + "*" + new string('a', 40), "ü" + new string('a', 50) + ".example" },
            static host => Assert.DoesNotContain(Compile(Paywall("p", Route("r", host, "/x"))).Diagnostics, IsError));
        Assert.All(
            new[] { longest + "a.example", name + "a", name[1..] + ".*", longest + "a*", "ü" + new string('a', 57) + ".example" },
            static host =>
            {
                var error = Assert.Single(Compile(Paywall("p", Route("r", host, "/x"))).Diagnostics, IsError);
                Assert.Equal("unlikely_pattern", error.Code);
                Assert.StartsWith("no client resolves a host name of more than 253 characters, or with a label of more than 63", (string)error.Details!["reason"]!, System.StringComparison.Ordinal);
            });
    }

    [Theory]
    [InlineData("^/a$|^b$", "b")]
    [InlineData("^(/a|b)$", "b")]
    [InlineData("^(?:/a|(b|c)+|d)$", null)]
    [InlineData("/a|b/c", "b/c")]
    [InlineData("^/a|b$", "b")]
    [InlineData("re2:^/a|^b", "b")]
    [InlineData("^/a$|^[b-d]x$", null)]
    public void Alternative_that_matches_no_request_is_a_warning(string path, string? text)
    {
        var warning = Assert.Single(Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics, static found => found.Code == "alternative_unreachable");

        Assert.Equal(DiagnosticSeverity.Warn, warning.Severity);
        Assert.Equal((path, text), ((string)warning.Details!["pattern"]!, (string?)warning.Details["text"]));
    }

    [Theory]
    [InlineData("re2:^/a|b$")]
    [InlineData("re2:^/a|b")]
    [InlineData("^/(a|b)$")]
    [InlineData("^(/a|.*b)$")]
    [InlineData("^(/a|x?/b)$")]
    [InlineData("^/a$|^/b$")]
    [InlineData("^(/a|[^x]b)$")]
    [InlineData("^(/a|)$")]
    [InlineData("re2:^/a|(^|/)b$")]
    public void Alternative_that_may_match_a_request_is_no_warning(string path) =>
        Assert.DoesNotContain(Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics, static found => found.Code is "alternative_unreachable" || IsError(found));

    [Theory]
    [InlineData("(www.)?example.com", "EXAMPLE.com:8443", "wwwXexample.com")]
    [InlineData(".example.com", "a.example.com", "xexample.com")]
    public void A_suggested_host_expression_matches_hosts_as_clients_send_them(string given, string sent, string other)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", given, "/x"))).Diagnostics, IsError);
        var suggestion = ((string)error.Details!["intent"]!).Split(" or ").Last();
        var table = LightningOps.Gateway.Routing.RouteTable.FromCompile(Compile(Paywall("p", Route("r", suggestion, "/x"))));

        Assert.Equal("p.r", table.Resolve("https://" + sent + "/x", "GET").Service);
        Assert.Null(table.Resolve("https://" + other + "/x", "GET").Service);
    }

    [Theory]
    [InlineData("^.*$", "^/users/{id}/report$")]
    [InlineData("^.*$", @"^/search\?q=.*$")]
    [InlineData("^.*$", "^/my docs$")]
    [InlineData("^.*$", "^/v1/.*$")]
    [InlineData("^.*$", "^/my%20docs$")]
    [InlineData("^.*$", "^/x#top$")]
    [InlineData("^.*$", "^/a:b/:id$")]
    [InlineData(@"^.*\.example\.com$", "/x")]
    [InlineData("*.example.com", "/a/*.*")]
    [InlineData("h_1.example", "/index.*")]
    [InlineData("h.example.", "/(?P<id>a|b)")]
    [InlineData("[::1]:8080", "^/<id>$")]
    [InlineData("h.example:65535", "/.well-known/l402-services")]
    [InlineData("h.example", "/grade/[ab]/..x")]
    [InlineData("h.example", "^/a/../b$")]
    [InlineData("h.example", "^/item-[0-9]{2,8}/x")]
    public void Explicit_expression_and_plausible_text_pass(string host, string path) =>
        Assert.True(Compile(Paywall("p", Route("r", host, path))).Valid);

    [Theory]
    [InlineData("h.example", "^foo$", "pathPattern")]
    [InlineData("h.example", "^$", "pathPattern")]
    [InlineData("h.example", "^api/.*$", "pathPattern")]
    [InlineData("h.example", "^/one$x", "pathPattern")]
    [InlineData("h.example", "^/one$x$", "pathPattern")]
    [InlineData("h.example", "^/(a|b)x^/c$", "pathPattern")]
    [InlineData(@"^h\.example/x$", "/x", "hostPattern")]
    [InlineData(@"^https://h\.example$", "/x", "hostPattern")]
    [InlineData(@"^h\.example$:80$", "/x", "hostPattern")]
    [InlineData("^h example$", "/x", "hostPattern")]
    public void What_no_request_can_match_is_an_error_in_any_form(string host, string path, string member)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", host, path))).Diagnostics, IsError);

        Assert.Equal(("unreachable_pattern", member), (error.Code, (string)error.Details!["member"]!));
    }

    [Fact]
    public void Expression_of_control_characters_is_sent_encoded_and_not_called_unreachable()
    {
        var result = Compile(Paywall("p", Route("r", "h.example", @"^/a\x0a$")));

        Assert.True(result.Valid);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Code == "unanalyzable_pattern");
    }

    [Theory]
    [InlineData(@"^h\b.*$", "/x", "every host")]
    [InlineData("h.example", @"^/a\b.*$", "every path")]
    public void A_pattern_that_cannot_be_analysed_says_what_it_counts_as(string host, string path, string counts) =>
        Assert.Contains(counts, Assert.Single(Compile(Paywall("p", Route("r", host, path))).Diagnostics, static found => found.Code == "unanalyzable_pattern").Message, System.StringComparison.Ordinal);

    [Fact]
    public void What_a_dot_leaves_is_not_said_to_be_matched()
    {
        var result = Compile(Paywall("p", Route("r0", "h.example", "^/a/.*$", 1)), Paywall("q", Route("r1", "h.example", "/a/*", 2)));

        // Only the second rule matches /a/%0A.
        var error = Assert.Single(result.Diagnostics, IsError);
        Assert.Contains("(ignoring control characters in the path, such as /a/%0A)", error.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("^/a/(?s:.*)$", "/a/*", "")]
    [InlineData("^/(one|two)$", "^/(two|one)$", "")]
    [InlineData("^/a/.*$", "/a/*", " (ignoring control characters in the path, such as /a/%0A)")]
    [InlineData("/a/*", "^/a/.*$", " (ignoring control characters in the path, such as /a/%0A)")]
    [InlineData(@"^/a/[^\x00-\x1f]*$", @"^/a/[^\x00-\x1f\x7f]*$", " (ignoring control characters in the path, such as /a/%7F)")]
    [InlineData(@"^/a(b|\x00)$", "^/ab$", " (ignoring control characters in the path, such as /a%00)")]
    public void A_duplicate_says_which_control_characters_set_it_apart(string first, string second, string aside)
    {
        var result = Compile(Paywall("p", Route("r0", "h.example", first, 1)), Paywall("q", Route("r1", "h.example", second, 2)));

        var error = Assert.Single(result.Diagnostics, IsError);
        Assert.True(error.Code is "duplicate_route" or "first_match_shadowed", error.ToString());
        Assert.EndsWith("route r0 of paywall p" + aside, error.Message, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_shadow_together_name_the_request_with_a_control_character_that_they_leave()
    {
        var result = Compile(Paywall("p", Route("r0", "h.example", "^/a/[a-m].*$", 1), Route("r1", "h.example", "^/a/[^a-m].*$", 2)), Paywall("q", Route("r2", "h.example", "^/a/.+$", 3)));

        var error = Assert.Single(result.Diagnostics, IsError);
        Assert.Equal("first_match_shadowed", error.Code);

        // None of the three matches a line feed, except where [^a-m] does, so r2 has no request of its own.
        Assert.Equal("Is never reached: every request matches earlier route r0 of paywall p, route r1 of paywall p", error.Message);
    }

    [Theory]
    [InlineData(@"^/a\x00$")]
    [InlineData(@"^/a[\x00-\x1f]b$")]
    [InlineData(@"^/a[^ -\x{10FFFF}]$")]
    [InlineData(@"(?ms)^/x$.y$")]
    [InlineData(@"^/[[:cntrl:]]+$")]
    public void What_only_a_control_character_reaches_is_not_called_unreachable(string path) =>
        Assert.DoesNotContain(Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics, static diagnostic => diagnostic.Code == "unreachable_pattern");

    [Theory]
    [InlineData(@"^/search\?q=.*$", "/search%3Fq=")]
    [InlineData("^/my docs$", "/my%20docs")]
    [InlineData("/100%25", "/100%25")]
    [InlineData("/caf%C3%A9", "/caf%C3%A9")]
    public void Witness_is_a_request_as_it_is_sent(string path, string sent)
    {
        var result = Compile(Paywall("p", Route("r0", "h.example", path, 1)), Paywall("q", Route("r1", "h.example", "/*", 2)));

        var warning = Assert.Single(result.Diagnostics, diagnostic => diagnostic.Code == "partly_shadowed");
        Assert.Equal(("h.example", sent), GetWitness(warning));
    }

    [Theory]
    [InlineData(@"^shop\.example\.com$", "SHOP.EXAMPLE.COM")]
    [InlineData("^shop.example.com$", "SHOP.EXAMPLE.COM")]
    [InlineData(@"re2:^shop\.example\.com$", "SHOP.EXAMPLE.COM")]
    [InlineData(@"re2:shop\.example", "SHOP.EXAMPLE")]
    [InlineData(@"re2:(?i)shop\.example", null)]
    [InlineData("re2:", null)]
    [InlineData(@"^.*\.example\.com$", "A.EXAMPLE.COM")]
    [InlineData(@"(?i)^shop\.example\.com$", null)]
    [InlineData(@"^(?i)shop\.example\.com$", "shop.example.com.")]
    [InlineData(@"^(?i)shop\.example\.com\.?$", "shop.example.com:8443")]
    [InlineData(@"^(?i)shop\.example\.com\.?(:[0-9]+)?$", null)]
    [InlineData("shop.example.com", null)]
    [InlineData("*.example.com", null)]
    public void Spelling_of_a_host_that_an_expression_misses_and_another_rule_matches_is_a_warning(string host, string? witness)
    {
        if (host.StartsWith("(?i)^", System.StringComparison.Ordinal))
        {
            // An expression begins with ^; this pattern is read as text.
            Assert.Equal("unlikely_pattern", Assert.Single(Compile(Paywall("dear", Route("d", host, "/x"))).Diagnostics, IsError).Code);
            return;
        }

        var result = Compile(Priced("dear", 100_000, Route("d", host, "/dear", 1)), Priced("cheap", 1_000, Route("c", "*", "/*", 2)));

        Assert.True(result.Valid);
        var warnings = result.Diagnostics.Where(diagnostic => diagnostic.Code == "host_expression_misses").ToArray();
        if (witness is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            Assert.Equal((witness, "/dear"), GetWitness(Assert.Single(warnings)));
            Assert.Equal("c", warnings[0].RelatedRouteId);
            Assert.Equal(DiagnosticSeverity.Warn, warnings[0].Severity);
        }
    }

    [Theory]
    [InlineData("/a+b", "/a%2Bb")]
    [InlineData("/google+", "/google%2B")]
    [InlineData("/a(b)c.txt", "/a%28b%29c.txt")]
    [InlineData("/what?", "/what%3F")]
    [InlineData("/list[0]", "/list%5B0%5D")]
    [InlineData("/files/[0-9]+", null)]
    [InlineData("/v2/(foo|bar)", null)]
    [InlineData("/x$", null)]
    [InlineData("/a.*b", null)]
    [InlineData(@"/a\+b", null)]
    [InlineData("^/a+b$", null)]
    [InlineData("re2:/a+b", null)]
    [InlineData("/a%2Bb", null)]
    public void Path_whose_signs_make_it_an_expression_that_misses_its_own_text_is_a_warning(string path, string? text)
    {
        var warnings = Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics.Where(static found => found.Code == "expression_misses_text").ToArray();

        if (text is null)
        {
            Assert.Empty(warnings);
            return;
        }

        var warning = Assert.Single(warnings);
        Assert.Equal((DiagnosticSeverity.Warn, text), (warning.Severity, (string)warning.Details!["text"]!));

        // The suggestion sells the path as it was written.
        var table = LightningOps.Gateway.Routing.RouteTable.FromCompile(Compile(Paywall("p", Route("r", "h.example", text))));
        Assert.Equal("p.r", table.Resolve("https://h.example" + text.Replace("*", "x"), "GET").Service);
    }

    [Theory]
    [InlineData("/c++", "unsupported_regex", "/c%2B%2B")]
    [InlineData("/a(b", "unsupported_regex", "/a%28b")]
    [InlineData("/us$/x", "unreachable_pattern", "/us%24/x")]
    public void Refused_expression_that_reads_like_text_is_answered_with_the_text(string path, string code, string text)
    {
        var error = Assert.Single(Compile(Paywall("p", Route("r", "h.example", path))).Diagnostics, IsError);

        Assert.Equal(code, error.Code);
        Assert.EndsWith("; write " + text + " for the path", error.Message, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("h.example:80", "host_port_left_out")]
    [InlineData("h.example:443", "host_port_left_out")]
    [InlineData("*.example:443", "host_port_left_out")]
    [InlineData("[::1]:80", "host_port_left_out")]
    [InlineData(@"^h\.example:(80|443)$", "host_port_left_out")]
    [InlineData(@"^h\.example:(80|8443)$", null)]
    [InlineData("h.example:8443", null)]
    [InlineData(@"^(?i)h\.example\.?(:[0-9]+)?$", null)]
    [InlineData(@"^h\.example:0443$", "pattern_never_meant")]
    [InlineData(@"^h\.example:65536$", "pattern_never_meant")]
    [InlineData(@"^münchen\.example$", "pattern_never_meant")]
    [InlineData(@"^\p{Greek}+$", "pattern_never_meant")]
    [InlineData(@"^\x{212a}$", "pattern_never_meant")]
    [InlineData(@"^\[::1\](:8080)?$", null)]
    [InlineData("^.*$", null)]
    public void Host_that_clients_do_not_send_is_a_warning(string host, string? code)
    {
        var result = Compile(Paywall("p", Route("r", host, "/x")));

        Assert.True(result.Valid);
        var found = result.Diagnostics.Where(static one => one.Code is "host_port_left_out" or "pattern_never_meant").ToArray();
        Assert.Equal(code is null ? [] : new[] { (code, DiagnosticSeverity.Warn) }, found.Select(static one => (one.Code, one.Severity)));
    }

    [Fact]
    public void Missed_spelling_that_no_rule_matches_is_no_warning() =>
        Assert.DoesNotContain(
            Compile(Paywall("p", Route("r0", @"^shop\.example\.com$", "/a"), Route("r1", @"^shop\.example\.com$", "/b"))).Diagnostics,
            diagnostic => diagnostic.Code == "host_expression_misses");

    [Theory]
    [InlineData(@"^/\p{Old_Italic}$", true)]
    [InlineData(@"^/\p{linear_b}$", true)]
    [InlineData(@"^/\p{SignWriting}$", true)]
    [InlineData(@"^/[\P{Tai_Le}a]$", true)]
    [InlineData(@"^/\p{Greek}$", false)]
    [InlineData(@"^/\p{Decimal_Number}$", false)]
    public void Script_class_of_several_words_is_a_warning(string path, bool warns)
    {
        var result = Compile(Paywall("p", Route("r", "h.example", path)));

        Assert.True(result.Valid);
        Assert.Equal(warns, result.Diagnostics.Any(diagnostic => diagnostic.Code == "script_class_refused" && diagnostic.Severity == DiagnosticSeverity.Warn));
    }

    [Theory]
    [InlineData("/*", "http://127.0.0.1:9000/v1", "/../etc")]
    [InlineData("/*", "http://127.0.0.1:9000/v1/premium", "/../../etc")]
    [InlineData("/docs/**", "http://127.0.0.1:9000/v1", "/docs/../../etc")]
    [InlineData("^/staging(?:/.*)?$", "http://127.0.0.1:9000/v1", "/staging/../../etc")]
    [InlineData("/one", "http://127.0.0.1:9000/v1", null)]
    [InlineData("^/(a|b)/.*$", "http://127.0.0.1:9000/v1", "/a/../../etc")]
    [InlineData("/a/*/b/*", "http://127.0.0.1:9000/v1", "/a/a/b/../../../../etc")]
    [InlineData("/**/x.png", "http://127.0.0.1:9000/v1", "/../x.png")]
    [InlineData("/one/*.json", "http://127.0.0.1:9000/v1", null)]
    [InlineData("/one/*/two", "http://127.0.0.1:9000/v1", null)]
    [InlineData("/*", "http://127.0.0.1:9000", null)]
    public void Upstream_path_that_dot_segments_leave_is_one_warning_with_a_witness(string path, string upstream, string? witness)
    {
        var result = Compile(
            Paywall("p", Route("r0", "h.example", path, 1, upstream, RouteProtocol.Http)), Paywall("q", Route("r1", "g.example", path, 1, upstream, RouteProtocol.Http)));

        Assert.True(result.Valid);
        var warnings = result.Diagnostics.Where(diagnostic => diagnostic.Code == "rewrite_prefix_escapable").ToArray();
        if (witness is null)
        {
            Assert.Empty(warnings);
        }
        else
        {
            var details = Assert.Single(warnings).Details!;
            Assert.Equal((2L, witness), ((long)details["routes"]!, (string)((IDictionary)details["witness"]!)["path"]!));
        }
    }

    [Fact]
    public void A_search_for_dot_segments_that_is_cut_short_says_at_least()
    {
        var routes = Enumerable.Range(0, 1_500).Select(static i => Route("r" + i, "h.example", "^/x" + i + "/[a-z]+/.*/end$", 1, "http://127.0.0.1:9000/v1", RouteProtocol.Http)).ToArray();

        var warning = Assert.Single(Compile(Paywall("p", routes)).Diagnostics, static found => found.Code == "rewrite_prefix_escapable");
        Assert.Contains("Requests of at least ", warning.Message, System.StringComparison.Ordinal);
        Assert.InRange((long)warning.Details!["routes"]!, 1, 1_499);
    }

    [Fact]
    public void Route_document_keeps_patterns_as_given()
    {
        var options = new CompileOptions { Format = ArtifactFormat.RouteDocument };
        var result = PaywallCompiler.Compile([Paywall("p", Route("r", "HTTPS://h.example/x", "/users/{id}/report"))], options);

        Assert.True(result.Valid);
        Assert.Equal(("https://h.example/x", "/users/{id}/report"), (result.Rules[0].Host, result.Rules[0].Path));
    }

    private static (string Host, string Path) GetWitness(Diagnostic diagnostic)
    {
        var witness = (IDictionary)diagnostic.Details!["witness"]!;
        return ((string)witness["host"]!, (string)witness["path"]!);
    }

    private static CompileResult Compile(params IReadOnlyList<Paywall> paywalls) =>
        PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });

    private static bool IsError(Diagnostic diagnostic) => diagnostic.Severity == DiagnosticSeverity.Error;
}
