using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace LightningOps.Benchmarks;

/// <summary>A snapshot as a control plane answers it: one paywall a route.</summary>
public static class SnapshotFile
{
    private static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web);

    /// <summary>The JSON of so many routes, spread over so many hosts.</summary>
    public static byte[] Json(int routes, int hosts, RouteKind kind) => JsonSerializer.SerializeToUtf8Bytes(
        new SnapshotModel(Enumerable.Range(0, routes).Select(i => Paywall(i, hosts, kind)).ToArray()),
        Camel);

    /// <summary>The same JSON as objects, by System.Text.Json alone: what the compile is measured against.</summary>
    public static SnapshotModel Deserialize(byte[] json) => JsonSerializer.Deserialize<SnapshotModel>(json, Camel)!;

    private static PaywallModel Paywall(int i, int hosts, RouteKind kind)
    {
        var number = i.ToString(CultureInfo.InvariantCulture);
        var host = (i % hosts).ToString(CultureInfo.InvariantCulture);
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
                    kind == RouteKind.Regex ? @"^h" + host + @"\.example\.com$" : "h" + host + ".example.com",
                    kind == RouteKind.Regex ? "^/v1/item-" + number + "(?:/[a-z0-9]+)?$" : "/v1/item-" + number,
                    "https://up" + (i % 50).ToString(CultureInfo.InvariantCulture) + ".internal:8443",
                    "https",
                    6000,
                    10,
                    time,
                    time),
            ]);
    }
}
