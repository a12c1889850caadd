using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Settlements;

/// <summary>
/// Counts new settlements that are booked and may be mistakes: of an unknown paywall, of another owner than the
/// paywall's, without an amount, or paid in the future.
/// </summary>
internal sealed class DoubtfulSettlements
{
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(1);
    private readonly IPaywallStore? store;
    private readonly TimeProvider time;
    private readonly Count unknown = new();
    private readonly Count foreign = new();
    private readonly Count empty = new();
    private readonly Count future = new();
    private Dictionary<string, string>? owners;

    /// <param name="store">The paywalls; null if the control plane does not list all of them.</param>
    /// <param name="time">Clock.</param>
    public DoubtfulSettlements(IPaywallStore? store, TimeProvider time)
    {
        this.store = store;
        this.time = time;
    }

    /// <summary>Counts the new settlements of a part of a source.</summary>
    public async Task AddAsync(IReadOnlyList<WrittenInput> written, CancellationToken cancellationToken)
    {
        var latestMs = (time.GetUtcNow() + ClockMargin).ToUnixTimeMilliseconds();
        foreach (var input in written)
        {
            if (input.Outcome is { Existed: false, Settlement: { } settlement })
            {
                owners ??= await ReadOwnersAsync(cancellationToken).ConfigureAwait(false);
                Add(settlement, latestMs);
            }
        }
    }

    /// <summary>A warning for each kind that was found.</summary>
    public IEnumerable<ImportWarning> GetWarnings()
    {
        if (unknown.First is not null)
        {
            yield return new ImportWarning(ImportWarnings.UnknownPaywall, unknown.Describe("a paywall that the control plane does not hold") + ". Correct the paywall's id, or import the paywall.");
        }

        if (foreign.First is not null)
        {
            yield return new ImportWarning(ImportWarnings.AnotherOwner, foreign.Describe("another owner than the paywall has") + ". Find out who is paid.");
        }

        if (empty.First is not null)
        {
            yield return new ImportWarning(ImportWarnings.NoAmount, empty.Describe("an amount of 0") + ". It counts as a sale.");
        }

        if (future.First is not null)
        {
            yield return new ImportWarning(ImportWarnings.FutureTime, future.Describe("a time in the future by this machine's clock") + ". Revenue by day counts it on that day.");
        }
    }

    private void Add(Settlement settlement, long latestMs)
    {
        if (owners!.TryGetValue(settlement.PaywallId, out var owner))
        {
            foreign.Add(owner != settlement.OwnerId, settlement);
        }
        else
        {
            // Without any paywall the store keeps the books only.
            unknown.Add(owners.Count > 0, settlement);
        }

        empty.Add(settlement.AmountMsats == 0, settlement);
        future.Add(settlement.CreatedAtMs > latestMs, settlement);
    }

    private async Task<Dictionary<string, string>> ReadOwnersAsync(CancellationToken cancellationToken)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        if (store is not null)
        {
            foreach (var paywall in await store.ListAllPaywallsAsync(cancellationToken).ConfigureAwait(false))
            {
                read[paywall.PaywallId] = paywall.OwnerId;
            }
        }

        return read;
    }

    private sealed class Count
    {
        private long count;

        public string? First { get; private set; }

        public void Add(bool isOne, Settlement settlement)
        {
            if (isOne)
            {
                count++;
                First ??= settlement.SettlementId;
            }
        }

        public string Describe(string what) => count == 1
            ? "A settlement has " + what + ": " + First
            : FormattableString.Invariant($"{count} settlements have {what}, the first is {First}");
    }
}
