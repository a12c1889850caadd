using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.Planning;

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

    /// <summary>What exceeds the limits, one sentence each; empty for none.</summary>
    /// <param name="plan">The plan.</param>
    public IReadOnlyList<string> FindExceeded(RolloutPlan plan) => FindExceeded(plan.Limited ?? plan.Changes, plan.ServicesBefore);

    /// <summary>The plan with the state that the limits refer to: the live one, or the last written one if live is unknown.</summary>
    internal static RolloutPlan Prepare(RolloutPlan plan, GatewayState before, IReadOnlyList<CompiledRule> rules)
    {
        if (before.Services is { } services)
        {
            return plan with { ServicesBefore = services.Select(static service => service.Name).Distinct(StringComparer.Ordinal).Count() };
        }

        var written = before.Origins.RolledOut.ToArray();
        return written.Length == 0 ? plan : plan with
        {
            ServicesBefore = written.Length,
            Limited = RolloutPlanner.Compare(DesiredServices.From(written, withExtras: true), DesiredServices.From(rules, withExtras: true)),
        };
    }

    private List<string> FindExceeded(IReadOnlyList<ServiceChange> changes, int? servicesBefore)
    {
        var exceeded = new List<string>();
        var removed = changes.Where(static change => change.Kind == ServiceChangeKind.Removed).Select(static change => change.Name).Distinct(StringComparer.Ordinal).ToArray();
        var all = Math.Max(servicesBefore ?? 0, removed.Length);
        if (removed.Length > 1 && removed.Length * 100L > (long)all * MaxRemovePercent)
        {
            exceeded.Add(FormattableString.Invariant($"{removed.Length} of {all} services would be removed ({removed.Length * 100L / all} %, the limit is {MaxRemovePercent} %): {DenyEnforcement.FormatNames(removed)}"));
        }

        var kept = changes.Where(static change => change.Kind is ServiceChangeKind.Changed or ServiceChangeKind.Opened).ToArray();
        foreach (var change in kept.Where(static change => change.Kind == ServiceChangeKind.Changed))
        {
            if (change.Members.FirstOrDefault(static member => member.Member == "price") is { } price
                && long.TryParse(price.OldValue, NumberStyles.None, CultureInfo.InvariantCulture, out var old)
                && long.TryParse(price.NewValue, NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
                && (decimal)Math.Abs(asked - old) * 100 > (decimal)Math.Max(1, Math.Min(old, asked)) * MaxPriceChangePercent)
            {
                exceeded.Add(FormattableString.Invariant($"the price of {change.Name} would change from {old} sat to {asked} sat (the limit is {MaxPriceChangePercent} % of the lower price)"));
            }
        }

        if (changes.Where(static change => change.Kind is ServiceChangeKind.Changed && BecomesFree(change)).Select(static change => change.Name).Distinct(StringComparer.Ordinal).ToArray() is { Length: > 0 } free)
        {
            exceeded.Add("requests would become free of charge: " + DenyEnforcement.FormatNames(free));
        }

        return exceeded;
    }

    /// <summary>Whether requests that required payment become free: no authentication, free requests, or free paths.</summary>
    private static bool BecomesFree(ServiceChange change) => change.Members.Any(static member =>
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
