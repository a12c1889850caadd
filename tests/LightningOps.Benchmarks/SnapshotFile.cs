using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Benchmarks;

/// <summary>A snapshot as a control plane answers it: one paywall a route.</summary>
public static class SnapshotFile
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    /// <summary>The JSON of so many routes, spread over so many hosts.</summary>
    public static byte[] Json(int routes, int hosts, RouteKind kind) => Json(routes, i =>
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        var host = (i % hosts).ToString(CultureInfo.InvariantCulture);
        return kind == RouteKind.Regex
            ? (@"^h" + host + @"\.example\.com$", "^/v1/item-" + number + "(?:/[a-z0-9]+)?$")
            : ("h" + host + ".example.com", "/v1/item-" + number);
    });

    /// <summary>The JSON of so many routes with these patterns of host and path.</summary>
    public static byte[] Json(int routes, Func<int, (string Host, string Path)> patterns) => JsonSerializer.SerializeToUtf8Bytes(
        new SnapshotModel(Enumerable.Range(0, routes).Select(i => Paywall(i, patterns(i))).ToArray()),
        Camel);

    /// <summary>The same JSON as objects, by System.Text.Json alone: what the compile is measured against.</summary>
    public static SnapshotModel Deserialize(byte[] json) => JsonSerializer.Deserialize<SnapshotModel>(json, Camel)!;

    private static PaywallModel Paywall(int i, (string Host, string Path) patterns)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        var id = "pw_" + number;
        var owner = "owner_" + (i % 97).ToString(CultureInfo.InvariantCulture);
        const long time = 1_732_000_000_000;
        return new PaywallModel(
            id,
            owner,
            "Paywall " + number,
            "active",
            time,
            time,
            new PolicyModel(id, owner, "fixed", 2000, false, time, time),
            [
                new RouteModel(
                    "route_" + number,
                    id,
                    owner,
                    patterns.Host,
                    patterns.Path,
                    "https://up" + (i % 50).ToString(CultureInfo.InvariantCulture) + ".internal:8443",
                    "https",
                    6000,
                    10,
                    time,
                    time),
            ]);
    }
}
