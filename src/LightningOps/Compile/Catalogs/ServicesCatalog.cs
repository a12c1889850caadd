using System.Collections.Generic;
using System.Linq;

namespace LightningOps.Compile.Catalogs;

/// <summary>The capability manifest of ngx_l402 (the manifest it documents), version 1.</summary>
internal static class ServicesCatalog
{
    public static Dictionary<string, object> Create(IReadOnlyList<CatalogRoute> routes, string host, L402CatalogOptions options)
    {
        var service = new Dictionary<string, object> { ["name"] = options.Title ?? host };
        if (options.Description is not null)
        {
            service["description"] = options.Description;
        }

        return new Dictionary<string, object>
        {
            ["version"] = "1",
            ["service"] = service,
            ["payment_methods"] = new[] { new Dictionary<string, object> { ["type"] = "lightning", ["backend"] = "LND" } },
            ["routes"] = routes.Where(route => route.AcceptsL402(options.OffersPayment)).Select(GetRoute).ToArray(),
        };
    }

    private static Dictionary<string, object> GetRoute(CatalogRoute route)
    {
        var listed = new Dictionary<string, object>
        {
            ["path"] = route.Path,
            ["price"] = route.PriceSats is { } price
                ? new Dictionary<string, object> { ["type"] = "static", ["amount_msat"] = checked(price * 1000) }
                : new Dictionary<string, object> { ["type"] = "dynamic" },
            ["caveats_required"] = route.GetCaveats(),
        };
        if (route.LifetimeSeconds is { } seconds)
        {
            listed["macaroon_timeout_secs"] = seconds;
        }

        return listed;
    }
}
