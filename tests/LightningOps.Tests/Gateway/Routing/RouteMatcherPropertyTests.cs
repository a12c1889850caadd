using System.Collections.Generic;
using System.Linq;
using CsCheck;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Loopback.Matching;
using LightningOps.Gateway.Routing;
using Xunit;

namespace LightningOps.Tests.Gateway.Routing;

/// <summary>The index finds the service that trying one after the other finds.</summary>
public sealed class RouteMatcherPropertyTests
{
    private static readonly Gen<string> HostExpressions = Gen.OneOf(
        @"(?i)^a\.com\.?(:[0-9]+)?$", @"^a\.com$", "^.*$", string.Empty, @"(?i)^([a-z0-9-]+\.)+com\.?(:[0-9]+)?$", @"^b\.com(:[0-9]+)?$", "com", @"(?i)^b\.com:8443$");

    private static readonly Gen<string> PathExpressions = Gen.OneOf(
        "^/x$", "^/x/(?s:.*)$", "^/x/.*$", string.Empty, "^/[xy]+$", "^/x/[^/]*/z$", "/y", "x$", @"^/x\b", "(?i)^/X", "^/.$", "^/y(/[0-9]+)*$", "^/x/.*/(a|bb)+$", "^/caf\u00e9$", @"^/\x{1F600}$", "^/x?$");

    private static readonly Gen<string> Hosts = Gen.OneOf("a.com", "A.com", "a.com.", "a.com:80", "b.com", "b.com:8443", "www.a.com", "other", "a.org");

    private static readonly Gen<string> Paths = Gen.OneOf(
        "/x", "/", "/x/", "/x/a/z", "/x/\n", "/y", "/y/12/3", "/xy", "/X", "/x/q/abb", "/caf\u00e9", "/\U0001f600", "/x\u0000", "/x-", "*", "//x", "/x/../y", "/\ufffd");

    [Fact]
    public void The_index_finds_what_trying_in_order_finds() =>
        Gen.Select(Gen.Select(HostExpressions, PathExpressions).List[1, 12], Gen.Select(Hosts, Paths).List[1, 12]).Sample((services, requests) =>
        {
            var list = services.Select((one, i) => new GatewayService { Name = "s" + i, HostRegexp = one.Item1, PathRegexp = one.Item2 }).ToArray();
            var matcher = new RouteMatcher(list);
            foreach (var (host, path) in requests)
            {
                Assert.Equal(FindInOrder(list, host, path), matcher.Find(host, path));
            }
        });

    private static int FindInOrder(IReadOnlyList<GatewayService> services, string host, string path)
    {
        for (var i = 0; i < services.Count; i++)
        {
            if (TextMatcher.Create(services[i].HostRegexp)!.IsMatch(host) && (services[i].PathRegexp.Length == 0 || TextMatcher.Create(services[i].PathRegexp)!.IsMatch(path)))
            {
                return i;
            }
        }

        return -1;
    }
}
