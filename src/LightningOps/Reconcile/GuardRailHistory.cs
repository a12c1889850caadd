using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>
/// What the roll-outs of a watch to one gateway removed and which prices they changed within the last hour: many small steps count as the
/// one they make up (docs/reference/gateway.md#guard-rails).
/// </summary>
internal sealed class GuardRailHistory(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly List<Step> steps = new();

    /// <summary>Services that went and have not come back.</summary>
    public IReadOnlyList<string> Removed
    {
        get
        {
            var removed = new List<string>();
            foreach (var step in Recent())
            {
                removed.RemoveAll(step.Added.Contains);
                removed.AddRange(step.Removed.Except(removed, StringComparer.Ordinal).ToArray());
            }

            return removed;
        }
    }

    /// <summary>The price that a service had before its first change; null where it was not changed.</summary>
    /// <param name="service">Name of the service.</param>
    public long? FindPrice(string service)
    {
        foreach (var step in Recent())
        {
            if (step.Prices.TryGetValue(service, out var sats))
            {
                return sats;
            }
        }

        return null;
    }

    /// <summary>Remembers a roll-out that was carried out.</summary>
    /// <param name="plan">Its plan.</param>
    public void Add(RolloutPlan plan)
    {
        var prices = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var move in GuardRails.FindPrices(plan))
        {
            prices[move.Name] = move.OldSats;
        }

        var added = new HashSet<string>((plan.Limited ?? plan.Changes).Where(static change => change.Kind == ServiceChangeKind.Added).Select(static change => change.Name), StringComparer.Ordinal);
        steps.RemoveAll(step => !IsRecent(step));
        steps.Add(new Step(time.GetTimestamp(), GuardRails.FindRemoved(plan), added, prices));
    }

    private IEnumerable<Step> Recent() => steps.Where(IsRecent);

    private bool IsRecent(Step step) => time.GetElapsedTime(step.At) < Window;

    private sealed record Step(long At, IReadOnlyList<string> Removed, HashSet<string> Added, IReadOnlyDictionary<string, long> Prices);
}
