using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using LightningOps.ApertureYaml;
using Xunit;

namespace LightningOps.Tests.Gateway;

/// <summary>What requests get from a list of services: the first that matches, as Aperture has it.</summary>
internal static class ServedOrder
{
    private static readonly ConcurrentDictionary<(string Expression, string Text), bool> Answers = new();

    /// <summary>Requests that tell the test patterns apart.</summary>
    public static IReadOnlyList<(string Host, string Path)> Requests { get; } = (
        from host in new[] { "shop.example.com", "shop.example.com:8080", "other.example.com", "elsewhere.org" }
        from path in new[] { "/", "/a", "/a/", "/a/b", "/a/b/c", "/a/c", "/b", "/b/c", "/b/c/d", "/c", "/x", "/s/", "/s/a", "/s/a/b", "/s/a/c", "/s/b", "/keep", "/price", "/gone", "/close", "/open", "/added" }
        select (host, path)).ToArray();

    /// <summary>The service a request gets, or null.</summary>
    public static GatewayService? FirstMatch(IReadOnlyList<GatewayService> services, (string Host, string Path) request) =>
        services.FirstOrDefault(service => Matches(service.HostRegexp, request.Host) && Matches(service.PathRegexp, request.Path));

    /// <summary>Both lists have the same services, and every request gets the same one of them.</summary>
    public static void AssertMeans(IReadOnlyList<GatewayService> wanted, IReadOnlyList<GatewayService> served)
    {
        Assert.Equal(wanted.Select(service => service.Name).Order(StringComparer.Ordinal), served.Select(service => service.Name).Order(StringComparer.Ordinal));
        foreach (var request in Requests)
        {
            Assert.True(IsSame(FirstMatch(wanted, request), FirstMatch(served, request)), "another service answers " + request);
        }
    }

    /// <summary>Whether two answers are of one service with the same members.</summary>
    public static bool IsSame(GatewayService? one, GatewayService? other) =>
        one is null || other is null ? one == other : one.Name == other.Name && MemberChanges.Between(one with { Extras = [] }, other with { Extras = [] }).Count == 0;

    private static bool Matches(string expression, string text) =>
        Answers.GetOrAdd((expression, text), static asked => Regex.IsMatch(asked.Text, asked.Expression, RegexOptions.CultureInvariant));
}
