using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Routing;

namespace LightningOps.Reconcile;

/// <summary>
/// Limits of a roll-out whose plan nobody approved (docs/reference/gateway.md#guard-rails). Closings by a pause or
/// kill switch never count.
/// </summary>
public sealed record GuardRails
{
    /// <summary>Maximum share of services that may be removed, in percent. One service may always be removed.</summary>
    public int MaxRemovePercent { get; init; } = 20;

    /// <summary>Maximum change of a price, in percent of the lower of the two prices: 100 lets a price double or halve.</summary>
    public int MaxPriceChangePercent { get; init; } = 100;

    /// <summary>Roll-outs of the last day that nobody agreed to, which count too; null for none.</summary>
    internal GuardRailSteps? Earlier { get; init; }

    /// <summary>The limits with the roll-outs of the last day that nobody agreed to.</summary>
    /// <param name="stores">Stores of the gateway.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<GuardRails> WithEarlierAsync(ReconcileStores stores, CancellationToken cancellationToken) =>
        stores.History is { } history ? this with { Earlier = await history.ReadAsync(cancellationToken).ConfigureAwait(false) } : this;

    /// <summary>What exceeds the limits, one sentence each; empty for none.</summary>
    /// <param name="plan">The plan.</param>
    public IReadOnlyList<string> FindExceeded(RolloutPlan plan)
    {
        var changes = plan.Limited ?? plan.Changes;
        var exceeded = new List<string>();
        if (Earlier?.Failure is { } unknown)
        {
            exceeded.Add("it is not known what roll-outs of the last day changed: " + unknown.TrimEnd('.'));
        }

        AddRemoved(exceeded, plan, changes);
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var move in FindPrices(plan, changes))
        {
            // The first price of the day counts in smaller steps; the live one was perhaps set by another hand since.
            var first = Earlier?.FindPrice(move.Name) is { } begin && IsExceeded(begin, move.NewSats) ? begin : (long?)null;
            if ((first is not null || IsExceeded(move.OldSats, move.NewSats)) && named.Add(move.Name))
            {
                exceeded.Add(FormattableString.Invariant($"the price of {move.Name} would change from {first ?? move.OldSats} sat to {move.NewSats} sat{(first is null ? string.Empty : " within a day")} (the limit is {MaxPriceChangePercent} % of the lower price)"));
            }
        }

        var kept = FindKept(plan, changes).ToArray();
        if (kept.Where(static one => one.Members.Any(static member => member is { Member: "dynamicprice.enabled" or "dynamicprice.grpcaddress", NewValue.Length: > 0 })).Select(static one => one.Name).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } served)
        {
            exceeded.Add("a price server would set the price of " + DenyEnforcement.FormatNames(served) + ", which is not known");
        }

        var free = kept.Where(static one => BecomesFree(one.Members)).Select(static one => one.Name).Distinct(StringComparer.Ordinal).ToArray();
        if (free.Length > 0)
        {
            exceeded.Add("requests would become free of charge: " + DenyEnforcement.FormatNames(free));
        }

        // A service that only gets another name was compared above.
        named.UnionWith(free);
        named.UnionWith(changes.Select(static change => change.RenamedFrom).OfType<string>());
        AddRequests(exceeded, plan, named);
        return exceeded;
    }

    /// <summary>The plan with the state that the limits refer to: the live one, or the last written one if live is unknown.</summary>
    internal static RolloutPlan Prepare(RolloutPlan plan, GatewayState before, IReadOnlyList<CompiledRule> rules)
    {
        if (before.Services is { } services)
        {
            return plan with
            {
                NamesBefore = services.Select(static service => service.Name).Distinct(StringComparer.Ordinal).ToArray(),
                PricesBefore = GetPrices(plan.Changes.Where(static change => change.Kind == ServiceChangeKind.Opened).Select(change => before.Origins.FindRolledOut(change.Name)).OfType<CompiledRule>()),
            };
        }

        var written = before.Origins.RolledOut.ToArray();
        return written.Length == 0 ? plan : plan with
        {
            NamesBefore = Array.ConvertAll(written, static rule => rule.ServiceName),
            Limited = RolloutPlanner.Compare(DesiredServices.From(written, withExtras: true), DesiredServices.From(rules, withExtras: true)),
            PricesBefore = GetPrices(written),
        };
    }

    /// <summary>Services that go: removed, or changed so that they answer no request that they answered before.</summary>
    internal static string[] FindRemoved(RolloutPlan plan)
    {
        var changes = plan.Limited ?? plan.Changes;
        return changes
            .Where(change => change.Kind == ServiceChangeKind.Removed || (change.Kind == ServiceChangeKind.Changed && IsReplaced(plan, change)))
            .Select(static change => change.Name).Distinct(StringComparer.Ordinal).ToArray();
    }

    /// <summary>The prices that change, of services that stay: of one that is opened, the price it had when it was closed.</summary>
    internal static IEnumerable<PriceMove> FindPrices(RolloutPlan plan) => FindPrices(plan, plan.Limited ?? plan.Changes);

    private static IEnumerable<PriceMove> FindPrices(RolloutPlan plan, IReadOnlyList<ServiceChange> changes)
    {
        foreach (var (name, members) in FindKept(plan, changes))
        {
            if (members.FirstOrDefault(static member => member.Member == "price") is { } price && Read(price.OldValue) is { } old && Read(price.NewValue) is { } asked)
            {
                yield return new PriceMove(name, old, asked);
            }
        }

        foreach (var change in changes.Where(static change => change.Kind == ServiceChangeKind.Opened))
        {
            if (plan.PricesBefore is { } before && before.TryGetValue(change.Name, out var sold)
                && (plan.Examples?.FindAfter(change.Name)?.EffectivePrice ?? Read(change.Members.FirstOrDefault(static member => member.Member == "price")?.NewValue)) is { } asked)
            {
                yield return new PriceMove(change.Name, Math.Max(1, sold), asked);
            }
        }
    }

    /// <summary>Services that are changed, and those that get a new name: what differs from what they replace.</summary>
    private static IEnumerable<(string Name, IReadOnlyList<MemberChange> Members)> FindKept(RolloutPlan plan, IReadOnlyList<ServiceChange> changes)
    {
        foreach (var change in changes)
        {
            if (change.Kind == ServiceChangeKind.Changed)
            {
                yield return (change.Name, change.Members);
            }
            else if (change is { Kind: ServiceChangeKind.Added, RenamedFrom: { } former } && plan.Examples is { } examples
                && examples.FindBefore(former) is { Sells: true } before && examples.FindAfter(change.Name) is { IsClosed: false } after)
            {
                yield return (change.Name, MemberChanges.Between(before, after));
            }
        }
    }

    private static Dictionary<string, long> GetPrices(IEnumerable<CompiledRule> rules)
    {
        var prices = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            prices[rule.ServiceName] = rule.PriceSats;
        }

        return prices;
    }

    private static long? Read(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sats) ? sats : null;

    private static bool IsReplaced(RolloutPlan plan, ServiceChange change) =>
        change.Members.Any(static member => member.Member is MemberChanges.HostRegexp or MemberChanges.PathRegexp) && plan.Examples?.AreDisjoint(change.Name) == true;

    private bool IsExceeded(long old, long asked) => (decimal)Math.Abs(asked - old) * 100 > (decimal)Math.Max(1, Math.Min(old, asked)) * MaxPriceChangePercent;

    private void AddRemoved(List<string> exceeded, RolloutPlan plan, IReadOnlyList<ServiceChange> changes)
    {
        var removed = FindRemoved(plan);
        var added = new HashSet<string>(changes.Where(static change => change.Kind == ServiceChangeKind.Added).Select(static change => change.Name), StringComparer.Ordinal);
        var earlier = removed.Length == 0 ? [] : Earlier?.Removed.Where(name => !added.Contains(name) && plan.NamesBefore?.Contains(name) != true).ToArray() ?? [];
        var count = removed.Length + earlier.Length;
        var all = Math.Max((plan.NamesBefore?.Count ?? 0) + earlier.Length, count);
        if (count > 1 && count * 100L > (long)all * MaxRemovePercent)
        {
            exceeded.Add(FormattableString.Invariant($"{count} of {all} services would be removed{(earlier.Length == 0 ? string.Empty : " within a day")} ({count * 100L / all} %, the limit is {MaxRemovePercent} %): {DenyEnforcement.FormatNames(earlier.Concat(removed).ToArray())}"));
        }
    }

    /// <summary>
    /// Requests of services that were there, which another service would answer: a service under a new name, and one that takes the place of a
    /// removed one, count as what they replace.
    /// </summary>
    private void AddRequests(List<string> exceeded, RolloutPlan plan, HashSet<string> named)
    {
        if (plan.Limited is not null || !plan.Changes.Any(static change => change.Kind is ServiceChangeKind.Removed or ServiceChangeKind.Moved or ServiceChangeKind.Changed))
        {
            return;
        }

        foreach (var request in plan.Requests)
        {
            if (request is not { Before: { Outcome: RouteOutcome.Sold, Service: { } service, PriceSats: { } old }, After: var after } || service == after.Service || service != request.Service || named.Contains(service))
            {
                continue;
            }

            if (after.Outcome == RouteOutcome.Free)
            {
                named.Add(service);
                exceeded.Add("requests of " + service + " would become free of charge, from " + after.Service + ": " + request.Uri);
            }
            else if (after is { Outcome: RouteOutcome.Sold, PriceSats: { } asked } && IsExceeded(old, asked))
            {
                named.Add(service);
                exceeded.Add(FormattableString.Invariant($"the price of a request of {service} would change from {old} sat to {asked} sat, at {after.Service} (the limit is {MaxPriceChangePercent} % of the lower price): {request.Uri}"));
            }
        }
    }

    /// <summary>
    /// Whether requests that had to be paid are free afterwards: no authentication, free requests, or paths that are let
    /// through. None had to be paid where there was no authentication.
    /// </summary>
    private static bool BecomesFree(IReadOnlyList<MemberChange> members) => !members.Any(static member => member.Member == "auth" && CountFree(member.OldValue) == long.MaxValue) && members.Any(static member =>
        member.Member == "auth" ? CountFree(member.NewValue) > CountFree(member.OldValue)
        : member.Member.StartsWith("authwhitelistpaths", StringComparison.Ordinal) && member.NewValue.Length > 0);

    private static long CountFree(string auth)
    {
        var level = GatewayService.NormalizeAuth(auth);
        return level == GatewayService.AuthOn ? 0
            : level == GatewayService.AuthOff ? long.MaxValue
            : long.TryParse(level.Substring("freebie".Length).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : long.MaxValue - 1;
    }
}

/// <summary>A price that changes.</summary>
internal readonly record struct PriceMove(string Name, long OldSats, long NewSats);
