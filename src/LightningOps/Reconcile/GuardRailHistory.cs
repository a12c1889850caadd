using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;
using LightningOps.Gateway.Records;

namespace LightningOps.Reconcile;

/// <summary>
/// The roll-outs to one gateway within the last day that nobody agreed to, in the record of the gateway: runs of a schedule are processes of
/// their own (docs/reference/gateway.md#guard-rails).
/// </summary>
/// <param name="records">The records.</param>
/// <param name="gateway">Name of the gateway.</param>
/// <param name="time">Clock of the steps.</param>
internal sealed class GuardRailHistory(IGatewayRecords records, string gateway, TimeProvider time)
{
    private const string Prefix = "guard-rails:";
    private static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <summary>Its steps.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The record cannot be read.</exception>
    public async Task<GuardRailSteps> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var from = time.GetUtcNow().Subtract(Window).ToUnixTimeMilliseconds();
            var record = await records.ReadAsync(Prefix + gateway, cancellationToken).ConfigureAwait(false);
            return new GuardRailSteps((record.Steps ?? []).Where(step => step.AtMs > from).ToArray());
        }
        catch (Exception unreadable) when (unreadable is LightningOpsException or System.IO.InvalidDataException)
        {
            return new GuardRailSteps([]) { Failure = unreadable.Message };
        }
    }

    /// <summary>Adds a roll-out that was carried out. One that somebody agreed to is where counting begins anew.</summary>
    /// <param name="plan">Its plan.</param>
    /// <param name="isAgreed">Whether somebody agreed to it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The record cannot be read or written.</exception>
    public async Task AddAsync(RolloutPlan plan, bool isAgreed, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var step = CreateStep(plan);
        GuardRailStep[] steps = isAgreed ? [] : step.IsEmpty ? [.. known.Steps] : [.. known.Steps, step];
        if (known.Failure is not null ? isAgreed : steps.Length != known.Steps.Count)
        {
            await records.WriteAsync(Prefix + gateway, new GatewayRecord { Steps = steps }, cancellationToken).ConfigureAwait(false);
        }
    }

    private GuardRailStep CreateStep(RolloutPlan plan)
    {
        var prices = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var move in GuardRails.FindPrices(plan))
        {
            prices[move.Name] = move.OldSats;
        }

        return new GuardRailStep
        {
            AtMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
            Removed = GuardRails.FindRemoved(plan),
            Added = (plan.Limited ?? plan.Changes).Where(static change => change.Kind == ServiceChangeKind.Added).Select(static change => change.Name).ToArray(),
            Prices = prices,
        };
    }
}

/// <summary>Steps of earlier roll-outs, which count together with the next one.</summary>
/// <param name="Steps">The steps, in order.</param>
internal sealed record GuardRailSteps(IReadOnlyList<GuardRailStep> Steps)
{
    /// <summary>Why they are not known; null if they are.</summary>
    public string? Failure { get; init; }

    /// <summary>Services that were removed and have not come back.</summary>
    public IReadOnlyList<string> Removed
    {
        get
        {
            var removed = new List<string>();
            foreach (var step in Steps)
            {
                removed.RemoveAll(step.Added.Contains);
                removed.AddRange(step.Removed.Except(removed, StringComparer.Ordinal).ToArray());
            }

            return removed;
        }
    }

    /// <summary>The price that a service had before its first change, satoshis; null where it was not changed.</summary>
    /// <param name="service">Name of the service.</param>
    public long? FindPrice(string service)
    {
        foreach (var step in Steps)
        {
            if (step.Prices.TryGetValue(service, out var sats))
            {
                return sats;
            }
        }

        return null;
    }
}
