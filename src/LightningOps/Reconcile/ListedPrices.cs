using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;

namespace LightningOps.Reconcile;

/// <summary>
/// Gets the prices of a gateway whose list does not show price servers, one challenge per service, before a plan is
/// made.
/// </summary>
internal static class ListedPrices
{
    /// <summary>The state with the prices; unchanged if the list shows them, or the gateway has no address.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <param name="state">The state read.</param>
    /// <param name="rules">The rules to be rolled out; services of others are not asked.</param>
    /// <param name="limit">Maximum number of services asked, the most expensive first, because each challenge creates an invoice.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<GatewayState> AskAsync(IGateway gateway, GatewayState state, IReadOnlyList<CompiledRule> rules, int limit, CancellationToken cancellationToken)
    {
        if (gateway is not IListedPrices { CanAskPrices: true } prices || state.Services is not { } services)
        {
            return state;
        }

        var open = new HashSet<string>(rules.Where(static rule => !rule.IsClosed).Select(static rule => rule.ServiceName), StringComparer.Ordinal);
        var asked = services.Where(service => service.Sells && open.Contains(service.Name)).OrderByDescending(static service => service.EffectivePrice).Take(limit).ToArray();
        if (asked.Length == 0)
        {
            return state;
        }

        var requests = await Stoppable.RunAsync(() => ProbeRouteFinder.FindRequests(services, asked), cancellationToken).ConfigureAwait(false);
        return await prices.AskPricesAsync(
            state,
            requests.Where(static request => request is { Host: not null, Path: not null }).Select(static request => (request.Service, request.Host!, request.Path!)).ToArray(),
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// A service whose challenge has another price than its rule, although its listed price is equal; null when there
    /// is none.
    /// </summary>
    public static string? FindOther(GatewayState state, IReadOnlyList<CompiledRule> rules) =>
        rules.Where(rule => !rule.IsClosed && state.AskedPrices.TryGetValue(rule.ServiceName, out var asked) && asked.IsDynamic)
            .Select(rule => FormattableString.Invariant($"{rule.ServiceName} asks {state.AskedPrices[rule.ServiceName].Amount.SatoshisRoundedUp} sat, set by a price server (dynamicprice), instead of {Math.Max(1, rule.PriceSats)}"))
            .FirstOrDefault();
}
