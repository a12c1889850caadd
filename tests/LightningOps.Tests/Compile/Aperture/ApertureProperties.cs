using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using CsCheck;
using LightningOps.Compile;
using LightningOps.Paywalls;
using LightningOps.Tests.Support;
using Xunit;
using YamlDotNet.RepresentationModel;
using static LightningOps.Tests.Support.SamplePaywalls;

namespace LightningOps.Tests.Compile.Aperture;

/// <summary>
/// What holds for any paywalls. Matching is judged by .NET's regular expressions and containment by trying every short
/// path: neither has a part in the analysis.
/// </summary>
public sealed class ApertureProperties
{
    private static readonly CompileOptions Options = new() { GatewayHasAdminApi = false };

    private static readonly Gen<string> Path = Pick(
        "/", "/*", "/a", "/b", "/a/b", "/a/*", "/a/b/*", "/b/*", "/*/b", "/a*", "/ab", "/[ab]", "/a?b", "/(a|b)/b", "^/a.*$",
        "^/[ab]$", "^/[ab]/.*$", "^/(a|b/a)$", "^/a+$", "^/b*$", "^/.b.*$", "^/[^a].*$", "^/a|^/b", "^/(?:a(?:/.*)?)$", "^/a$", "^/ab?$", "(.*)b", "^/.*/b$");

    private static readonly Gen<string> Host = Pick("x.com", "y.com", "x.com:80", "*.com", "*", "^x\\.com$", "^[xy]\\.com$", "^.*$");

    private static readonly Gen<IReadOnlyList<Paywall>> Snapshot =
        Gen.Select(Host, Path, Gen.Long[1, 3], Gen.Bool)
            .Array[1, 6]
            .Select(routes => (IReadOnlyList<Paywall>)routes
                .Select((route, i) => Paywall("p" + (route.Item4 ? 0 : i), Route("r" + i, route.Item1, route.Item2, route.Item3)))
                .GroupBy(paywall => paywall.PaywallId)
                .Select(group => group.First() with { Routes = group.SelectMany(paywall => paywall.Routes).ToArray() })
                .ToArray());

    private static readonly string[] Paths = AllPaths(6).ToArray();
    private static readonly string[] Hosts = ["x.com", "y.com", "z.com", "X.com", "x.com.", "x.COM.:81", "x.com:80", "y.com:80", "z.com:80", "a.x.com", "x"];

    [Fact]
    public void Order_of_paywalls_does_not_matter() =>
        Gen.Select(Snapshot, Gen.Int).Sample(
            (paywalls, seed) =>
            {
                var shuffled = paywalls.ToArray();
                new Random(seed).Shuffle(shuffled);
                foreach (var format in Enum.GetValues<ArtifactFormat>())
                {
                    var one = PaywallCompiler.Compile(paywalls, Options with { Format = format });
                    var other = PaywallCompiler.Compile(shuffled, Options with { Format = format });
                    Assert.Equal(one.Valid, other.Valid);
                    Assert.Equal(one.ApertureYaml, other.ApertureYaml);
                    Assert.Equal(one.Diagnostics.Select(diagnostic => diagnostic.ToString()), other.Diagnostics.Select(diagnostic => diagnostic.ToString()));
                }
            },
            iter: 400);

    [Fact]
    public void Random_requests_are_served_by_the_rule_that_priority_and_containment_promise() =>
        Snapshot.Sample(
            paywalls =>
            {
                var result = PaywallCompiler.Compile(paywalls, Options);
                if (!result.Valid)
                {
                    return;
                }

                var rules = result.Rules.Select(rule => new Judged(rule)).ToArray();
                foreach (var host in Hosts)
                {
                    foreach (var path in Paths)
                    {
                        var matching = rules.Where(rule => rule.Matches(host, path)).ToArray();
                        if (matching.Length > 1)
                        {
                            AssertServedRightly(matching[0], matching);
                        }
                    }
                }

                // Every rule of a valid compile has a request.
                for (var i = 0; i < rules.Length; i++)
                {
                    Assert.True(
                        rules[i].Requests.Any(request => rules.Take(i).All(earlier => !earlier.Requests.Contains(request))),
                        rules[i].Rule.Host + rules[i].Rule.Path + " is never reached");
                }
            },
            iter: 300);

    [Fact]
    public void Witness_really_is_matched_by_both_rules() =>
        Snapshot.Sample(
            paywalls =>
            {
                var result = PaywallCompiler.Compile(paywalls, Options);
                foreach (var diagnostic in result.Diagnostics.Where(diagnostic => diagnostic.RelatedRouteId is not null && diagnostic.Code != "duplicate_route"))
                {
                    var witness = (IDictionary)Assert.IsAssignableFrom<IDictionary>(diagnostic.Details)["witness"]!;
                    foreach (var id in new[] { diagnostic.RouteId!, diagnostic.RelatedRouteId! })
                    {
                        // A spelling that the rule's expression misses is matched only by the other rule.
                        var rule = new Judged(Alone(paywalls, id));
                        if (diagnostic.Code == "host_expression_misses" && id == diagnostic.RouteId)
                        {
                            Assert.False(rule.Matches((string)witness["host"]!, Uri.UnescapeDataString((string)witness["path"]!)), diagnostic.ToString());
                            continue;
                        }

                        Assert.True(rule.Matches((string)witness["host"]!, Uri.UnescapeDataString((string)witness["path"]!)), diagnostic + " is not shown by " + witness["host"] + witness["path"]);
                    }
                }
            },
            iter: 800);

    [Fact]
    public void Error_is_raised_just_when_the_rules_call_for_it() =>
        Snapshot.Sample(
            paywalls =>
            {
                var result = PaywallCompiler.Compile(paywalls, Options);
                var errors = result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToArray();
                var routes = paywalls.SelectMany(paywall => paywall.Routes.Select(route => (Paywall: paywall, Route: route, Rule: new Judged(Alone(paywalls, route.RouteId))))).ToArray();
                foreach (var one in routes)
                {
                    foreach (var other in routes.Where(other => string.CompareOrdinal(one.Route.RouteId, other.Route.RouteId) < 0))
                    {
                        var ambiguous = one.Route.Priority == other.Route.Priority
                            && one.Paywall.PaywallId != other.Paywall.PaywallId
                            && one.Rule.Requests.Overlaps(other.Rule.Requests)
                            && !one.Rule.Requests.IsSubsetOf(other.Rule.Requests)
                            && !other.Rule.Requests.IsSubsetOf(one.Rule.Requests);
                        var reported = errors.Any(error => error.Code == "ambiguous_route" && IsAbout(error, one.Route.RouteId, other.Route.RouteId));
                        Assert.True(ambiguous == reported, one.Route.HostPattern + one.Route.PathPattern + " and " + other.Route.HostPattern + other.Route.PathPattern + (reported ? " are" : " are not") + " reported");
                    }
                }
            },
            iter: 300);

    [Fact]
    public void Artifact_parses_back_to_its_rules() =>
        Gen.Select(Gen.String.Where(id => id.Length > 0), Gen.String.Where(id => id.Length > 0), Gen.String, Gen.String, Gen.Long[1, 1_000_000], Gen.Long[1, 1000].Nullable()).Sample(
            (paywall, route, host, path, msats, quota) =>
            {
                var paywalls = new[] { Priced(paywall, msats, Route(route, host, path)).WithPolicy(policy => policy with { QuotaPerMinute = quota }) };
                foreach (var format in Enum.GetValues<ArtifactFormat>())
                {
                    var result = PaywallCompiler.Compile(paywalls, Options with { Format = format });
                    if (result.Valid && format == ArtifactFormat.Aperture)
                    {
                        AssertParsesBack(result);
                    }
                }
            },
            iter: 3000);

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void AssertParsesBack(CompileResult result)
    {
        foreach (var (service, rule) in ApertureArtifact.Services(result.ApertureYaml!).Zip(result.Rules))
        {
            Assert.Equal(rule.ServiceName, service.Text("name"));
            Assert.Equal(rule.HostRegexp, service.Text("hostregexp"));
            Assert.Equal(rule.PathRegexp, service.Text("pathregexp"));
            Assert.Equal("on", service.Text("auth"));
            Assert.Equal(rule.PriceSats.ToString(CultureInfo.InvariantCulture), service.Text("price"));
            if (rule.QuotaPerMinute is { } quota)
            {
                var limit = ((YamlSequenceNode)service["ratelimits"]).Single();
                Assert.Equal(rule.PathRegexp, limit.Text("pathregexp"));
                Assert.Equal(quota.ToString(CultureInfo.InvariantCulture), limit.Text("requests"));
            }
        }
    }

    private static void AssertServedRightly(Judged served, Judged[] matching)
    {
        foreach (var other in matching)
        {
            Assert.True(served.Rule.Priority <= other.Rule.Priority);
            Assert.False(
                served.Rule.Priority == other.Rule.Priority && other.Requests.IsProperSubsetOf(served.Requests),
                other.Rule.Path + " is narrower than " + served.Rule.Path + " and stands behind it");
        }
    }

    private static bool IsAbout(Diagnostic diagnostic, string one, string other) =>
        (diagnostic.RouteId == one && diagnostic.RelatedRouteId == other) || (diagnostic.RouteId == other && diagnostic.RelatedRouteId == one);

    private static CompiledRule Alone(IReadOnlyList<Paywall> paywalls, string routeId)
    {
        var paywall = paywalls.First(candidate => candidate.Routes.Any(route => route.RouteId == routeId));
        return PaywallCompiler.Compile([paywall with { Routes = [paywall.Routes.First(route => route.RouteId == routeId)] }], Options).Rules.Single();
    }

    private static IEnumerable<string> AllPaths(int longest)
    {
        var level = new List<string> { "/" };
        for (var length = 1; length <= longest; length++)
        {
            foreach (var path in level)
            {
                yield return path;
            }

            level = level.SelectMany(path => new[] { path + "/", path + "a", path + "b" }).ToList();
        }
    }

    /// <summary>A rule as another regular-expression engine sees it.</summary>
    private sealed class Judged
    {
        private readonly Regex host;
        private readonly Regex path;

        public Judged(CompiledRule rule)
        {
            Rule = rule;
            host = Compiled(rule.HostRegexp!);
            path = Compiled(rule.PathRegexp!);
            var paths = Paths.Where(candidate => path.IsMatch(candidate)).ToArray();
            Requests = Hosts.Where(candidate => host.IsMatch(candidate)).SelectMany(candidate => paths.Select(each => (candidate, each))).ToHashSet();
        }

        public CompiledRule Rule { get; }

        public HashSet<(string Host, string Path)> Requests { get; }

        public bool Matches(string hostHeader, string urlPath) => host.IsMatch(hostHeader) && path.IsMatch(urlPath);

        private static Regex Compiled(string expression) => Cache.TryGetValue(expression, out var regex)
            ? regex
            : Cache[expression] = new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Regex> Cache = new();
    }
}
