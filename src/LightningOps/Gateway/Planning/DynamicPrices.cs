using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.Planning;

/// <summary>A gateway whose list of services does not show price servers. Only a challenge of each service does.</summary>
internal interface IListedPrices
{
    /// <summary>Whether there is an address for requests.</summary>
    bool CanAskPrices { get; }

    /// <summary>The state with the prices of services; a service without a challenge is left out.</summary>
    /// <param name="state">The state read.</param>
    /// <param name="requests">A request for each of the services.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<GatewayState> AskPricesAsync(GatewayState state, IReadOnlyList<(GatewayService Service, string Host, string Path)> requests, CancellationToken cancellationToken);
}

/// <summary>The price of a service in a challenge.</summary>
/// <param name="Amount">The amount of its invoice.</param>
/// <param name="IsDynamic">Whether a price server sets it. The token then names the path after the service.</param>
internal sealed record AskedPrice(Msats Amount, bool IsDynamic);

/// <summary>Prices set by a price server. A roll-out never removes them without an option.</summary>
internal static class DynamicPrices
{
    /// <summary>The member of a service that has a price server.</summary>
    public const string Enabled = "dynamicprice.enabled=true";

    private const int MaxNames = 20;

    /// <summary>Whether a service has a price server.</summary>
    public static bool IsDynamic(GatewayService service) => service.Extras.Contains(Enabled, StringComparer.Ordinal);

    /// <summary>The refusal of a roll-out that removes the price server of services, or null; closed and removed services are checked elsewhere.</summary>
    /// <param name="served">The live services with their members.</param>
    /// <param name="desired">The desired services.</param>
    /// <param name="rollout">The roll-out.</param>
    public static Diagnostic? FindLoss(IReadOnlyList<GatewayService> served, IReadOnlyList<GatewayService> desired, GatewayRollout rollout)
    {
        var dynamic = new HashSet<string>(served.Where(IsDynamic).Select(static service => service.Name), StringComparer.Ordinal);
        return CreateLoss(desired.Where(service => !service.IsClosed && !IsDynamic(service) && dynamic.Contains(service.Name)).Select(static service => service.Name), rollout);
    }

    /// <summary>The refusal for some services, or null for none.</summary>
    public static Diagnostic? CreateLoss(IEnumerable<string> names, GatewayRollout rollout)
    {
        var lost = names.ToArray();
        return lost.Length == 0 ? null : new Diagnostic
        {
            Code = "dynamic_price_lost",
            Severity = rollout.AllowDynamicPriceLoss ? DiagnosticSeverity.Warn : DiagnosticSeverity.Error,
            Message = "A price server sets the price of " + Names(lost) + " (dynamicprice). The roll-out ends that, and the metering with it, and every credential sold is refused: declare dynamicPrice in the paywall and roll out to the file, or use -AllowDynamicPriceLoss",
            Details = DiagnosticDetails.Create("services", lost),
        };
    }

    /// <summary>The first names of many.</summary>
    public static string Names(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(MaxNames)) + (names.Count > MaxNames ? ", \u2026" : string.Empty);
}
