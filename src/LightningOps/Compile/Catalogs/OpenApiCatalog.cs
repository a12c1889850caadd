using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;

namespace LightningOps.Compile.Catalogs;

/// <summary>OpenAPI 3.1 with x-payment-info as the Payment scheme's discovery draft has it (draft-payment-discovery-01).</summary>
internal static class OpenApiCatalog
{
    private static readonly Regex Name = new("[{][^}]*[}]", RegexOptions.CultureInvariant);

    public static Dictionary<string, object> Create(IReadOnlyList<CatalogRoute> routes, string host, L402CatalogOptions options)
    {
        var info = new Dictionary<string, object> { ["title"] = options.Title ?? host, ["version"] = options.Version };
        if (options.Description is not null)
        {
            info["description"] = options.Description;
        }

        var paths = GetPaths(routes, options);
        var document = new Dictionary<string, object>
        {
            ["openapi"] = "3.1.0",
            ["info"] = info,
            ["servers"] = new[] { new Dictionary<string, object> { ["url"] = "https://" + host } },
            ["paths"] = paths,
        };
        var expressions = routes.Where(route => route.IsExpression || !paths.ContainsKey(route.Template)).Select(route => new Dictionary<string, object>
        {
            ["pattern"] = route.Rule.PathRegexp!,
            ["x-payment-info"] = GetPaymentInfo(route, options),
        }).ToArray();
        if (expressions.Length > 0)
        {
            // Routes that a path of OpenAPI cannot express: an expression, or a template that differs from another in names only.
            document["x-l402-patterns"] = expressions;
        }

        return document;
    }

    // The first rule of a template sells its requests. OpenAPI takes templates that differ in names only for one.
    private static SortedDictionary<string, object> GetPaths(IReadOnlyList<CatalogRoute> routes, L402CatalogOptions options)
    {
        var paths = new SortedDictionary<string, object>(StringComparer.Ordinal);
        var shapes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in routes)
        {
            if (!route.IsExpression && !paths.ContainsKey(route.Template) && shapes.Add(Name.Replace(route.Template, "{}")))
            {
                paths.Add(route.Template, GetItem(route, options));
            }
        }

        return paths;
    }

    private static Dictionary<string, object> GetItem(CatalogRoute route, L402CatalogOptions options)
    {
        var item = new Dictionary<string, object>();
        if (route.Parameters.Count > 0)
        {
            item["parameters"] = route.Parameters.Select(static parameter => new Dictionary<string, object>
            {
                ["name"] = parameter.Name,
                ["in"] = "path",
                ["required"] = true,
                ["description"] = parameter.Description,
                ["schema"] = new Dictionary<string, object> { ["type"] = "string" },
            }).ToArray();
        }

        foreach (var method in options.Methods)
        {
            item[method.ToLowerInvariant()] = new Dictionary<string, object>
            {
                ["operationId"] = method.ToLowerInvariant() + "_" + route.Rule.ServiceName,
                ["x-payment-info"] = GetPaymentInfo(route, options),
                ["responses"] = new Dictionary<string, object>
                {
                    ["200"] = new Dictionary<string, object> { ["description"] = "Successful response" },
                    ["402"] = new Dictionary<string, object> { ["description"] = "Payment Required" },
                },
            };
        }

        return item;
    }

    private static Dictionary<string, object> GetPaymentInfo(CatalogRoute route, L402CatalogOptions options) => new()
    {
        ["offers"] = new[]
        {
            new Dictionary<string, object?>
            {
                ["intent"] = "charge",
                ["method"] = "lightning",

                // Null for a price that is set for each request.
                ["amount"] = route.PriceSats?.ToString(CultureInfo.InvariantCulture),
                ["currency"] = "sat",
                ["description"] = string.Join(" ", GetNotes(route, options.OffersPayment)),
            },
        },
    };

    private static IEnumerable<string> GetNotes(CatalogRoute route, bool offersPayment)
    {
        if (route.PriceSats is null)
        {
            yield return "A price server sets the price of each request.";
        }

        if (route.AcceptsL402(offersPayment))
        {
            yield return "L402 scheme: the credential opens this service" + GetLimit(route) + ".";
        }

        if (route.AcceptsPayment(offersPayment))
        {
            yield return (route.AcceptsL402(offersPayment) ? "Or the " : "The ") + "Payment scheme.";
        }

        if (route.Rule.Terms?.Freebie is { } count)
        {
            yield return string.Format(CultureInfo.InvariantCulture, "The first requests of a client's network are free ({0}).", count);
        }

        if (route.Rule.Terms?.WhitelistRegexps is { Count: > 0 } free)
        {
            yield return "Paths that match " + string.Join(" or ", free) + " are free.";
        }

        if (route.Rule.Terms is { Freebie: null, SkipInvoiceRegexps: { Count: > 0 } unsold })
        {
            yield return "Paths that match " + string.Join(" or ", unsold) + " are not sold (401).";
        }
    }

    private static string GetLimit(CatalogRoute route) =>
        route.LifetimeSeconds is { } seconds ? string.Format(CultureInfo.InvariantCulture, seconds == 1 ? " for {0} second" : " for {0} seconds", seconds)
        : route.Rule.Terms?.DynamicPrice?.Metered == true ? " and is charged by use"
        : " and does not expire";
}
