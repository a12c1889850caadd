using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Gateway.Planning;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Price servers of services in the admin API's list. The API neither shows nor keeps them, and any change through it
/// ends them and every token at the next start (docs/reference/aperture.md#what-an-admin-change-loses).
/// </summary>
internal static class AdminDynamicPrices
{
    /// <summary>Services with the price servers seen in their challenges.</summary>
    /// <param name="services">The listed services.</param>
    /// <param name="asked">Prices in challenges, by service name.</param>
    public static IReadOnlyList<GatewayService> WithAsked(IReadOnlyList<GatewayService> services, IReadOnlyDictionary<string, AskedPrice> asked) => asked.Count == 0
        ? services
        : services.Select(service => service.Sells && asked.TryGetValue(service.Name, out var price) && price.IsDynamic && !DynamicPrices.IsDynamic(service) ? service with { Extras = [.. service.Extras, DynamicPrices.Enabled] } : service).ToArray();

    /// <param name="plan">The calls.</param>
    /// <param name="served">The live services.</param>
    /// <param name="asked">Prices in challenges, by service name.</param>
    /// <param name="rollout">The roll-out.</param>
    public static IEnumerable<Diagnostic> GetDiagnostics(AdminPlan plan, IReadOnlyList<GatewayService> served, IReadOnlyDictionary<string, AskedPrice> asked, GatewayRollout rollout)
    {
        var dynamic = served.Where(service => asked.TryGetValue(service.Name, out var price) && price.IsDynamic).ToArray();
        if (dynamic.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "dynamic_price",
                Severity = DiagnosticSeverity.Warn,
                Message = "A price server sets the price of these, which the admin API neither shows nor keeps: "
                    + DynamicPrices.Names(dynamic.Select(service => FormattableString.Invariant($"{service.Name} (asks {asked[service.Name].Amount.SatoshisRoundedUp} sat, listed {service.EffectivePrice})")).ToArray()),
                Details = DiagnosticDetails.Create("services", dynamic.Select(static service => service.Name).ToArray()),
            };
        }

        var touched = new HashSet<string>(plan.Steps.Where(static step => step is not UpdateStep { Desired.IsClosed: true }).Select(static step => step.Name), StringComparer.Ordinal);
        var desired = new HashSet<string>(rollout.Rules.Where(static rule => !rule.IsClosed).Select(static rule => rule.ServiceName), StringComparer.Ordinal);
        touched.IntersectWith(desired);
        if (DynamicPrices.CreateLoss(dynamic.Select(static service => service.Name).Where(touched.Contains), rollout) is { } lost)
        {
            yield return lost;
        }

        var unknown = served.Where(service => service.Sells && touched.Contains(service.Name) && !asked.ContainsKey(service.Name)).Select(static service => service.Name).ToArray();
        if (unknown.Length > 0)
        {
            yield return new Diagnostic
            {
                Code = "dynamic_price_not_known",
                Severity = DiagnosticSeverity.Info,
                Message = "Not known whether a price server sets the price (dynamicprice), which the admin API does not show and a change through it ends: " + DynamicPrices.Names(unknown) + ". -ChallengeUrl asks",
                Details = DiagnosticDetails.Create("services", unknown),
            };
        }
    }
}
