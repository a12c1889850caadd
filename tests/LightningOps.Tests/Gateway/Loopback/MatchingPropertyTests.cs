using System;
using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.Compile;
using LightningOps.Gateway.Loopback.Configuration;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Paywalls;
using LightningOps.Tests.Re2;
using Xunit;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Gateway.Loopback;

/// <summary>The service chosen for a request is the one the compiler meant: its own languages, which have no part in the matching, say which.</summary>
public sealed class MatchingPropertyTests
{
    private static readonly string[] Hosts = ["x.com", "y.com", "x.com:80", "a.x.com", "X.com", "x", ""];
    private static readonly string[] Paths = RandomExpressions.AllTexts("ab/", 4).Select(text => "/" + text).ToArray();

    private static readonly Gen<IReadOnlyList<Paywall>> Snapshot =
        Gen.Select(
            RandomExpressions.Pick("x.com", "y.com", "*.com", "*", "^x\\.com$", "^[xy]\\.com$", "^.*$"),
            RandomExpressions.Pick("/", "/*", "/a", "/a/b", "/a/*", "/b/*", "/*/b", "/a*", "/a?b", "^/a.*$", "^/[ab]/.*$", "^/(a|b/a)$", "^/a+$", "^/.b.*$", "^/[^a].*$", "(.*)b", "^/(?:a(?:/.*)?)$"),
            Gen.Long[1, 3]).Array[1, 8].Select(routes => (IReadOnlyList<Paywall>)routes
                .Select((route, i) => Paywall("p" + i, Route("r" + i, route.Item1, route.Item2, route.Item3)))
                .ToArray());

    [Fact]
    public void The_service_is_that_of_the_first_rule_whose_languages_have_the_request() =>
        Snapshot.Sample(
            paywalls =>
            {
                var compiled = PaywallCompiler.Compile(paywalls, new CompileOptions { GatewayHasAdminApi = false });
                if (!compiled.Valid)
                {
                    return;
                }

                var matcher = new ServiceMatcher(LoopbackConfigReader.Read(compiled.ApertureYaml!, static _ => null).Services);
                var rules = compiled.Rules.Select(rule => (rule.ServiceName, Host: RandomExpressions.Language(rule.HostRegexp!), Path: RandomExpressions.Language(rule.PathRegexp!))).ToArray();
                foreach (var host in Hosts)
                {
                    foreach (var path in Paths)
                    {
                        var meant = rules.FirstOrDefault(rule => rule.Host.Matches(host) && rule.Path.Matches(path)).ServiceName;
                        Assert.Equal(meant, matcher.Find(host, path)?.Name);
                    }
                }
            },
            iter: 150);

    [Fact]
    public void Any_list_of_expressions_is_tried_in_order() =>
        Gen.Select(RandomExpressions.Pattern, RandomExpressions.Pattern).Array[1, 5].Sample(
            patterns =>
            {
                var services = patterns.Select((pattern, i) => Service("s" + i, pattern.Item1, pattern.Item2)).ToArray();
                var languages = patterns.Select(pattern => (Host: RandomExpressions.Language(pattern.Item1), Path: RandomExpressions.Language(pattern.Item2))).ToArray();
                var matcher = new ServiceMatcher(services);
                foreach (var text in RandomExpressions.ShortTexts.Where(text => text.Length < 4))
                {
                    var meant = Array.FindIndex(languages, language => language.Host.Matches(text) && language.Path.Matches(text));
                    Assert.Equal(meant < 0 ? null : "s" + meant, matcher.Find(text, text)?.Name);
                }
            },
            iter: 200);

    private static LoopbackService Service(string name, string host, string path) => new()
    {
        Name = name,
        Host = TextMatcher.Create(host)!,
        Path = TextMatcher.Create(path),
        Address = "127.0.0.1:9",
        Protocol = "http",
        Auth = new AuthLevel(AuthKind.On),
        PriceSats = 1,
        AcceptsL402 = true,
        AcceptsCharges = false,
        Caveats = [],
        TimeoutSeconds = 0,
        FreePaths = [],
        PathsWithoutInvoice = [],
        RateLimits = [],
        RewritePrefix = string.Empty,
        Headers = [],
    };
}
