using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.ControlPlane.Rules;
using LightningOps.Gateway.ApertureAdmin;
using LightningOps.Settlements.Books;

namespace LightningOps.Settlements;

/// <summary>
/// Compares the sales that an Aperture counts and lists with the books, both ways. A revoked token disappears from its
/// list and its statistic, and stays in the books (docs/reference/aperture.md#admin-api).
/// </summary>
public sealed record ApertureComparison
{
    private const int MaxKept = 100;
    private const int ConversionDigits = 4;

    /// <summary>The Aperture.</summary>
    public required string Gateway { get; init; }

    /// <summary>Settled transactions in its statistic.</summary>
    public required long CountedTransactions { get; init; }

    /// <summary>Revenue in its statistic, millisatoshis.</summary>
    public required decimal CountedMsats { get; init; }

    /// <summary>Settled transactions in its list.</summary>
    public required long ListedTransactions { get; init; }

    /// <summary>Their price, millisatoshis.</summary>
    public required decimal ListedMsats { get; init; }

    /// <summary>Listed transactions that are in the books, by payment hash.</summary>
    public required long BookedTransactions { get; init; }

    /// <summary>Their amount in the books, millisatoshis.</summary>
    public required decimal BookedMsats { get; init; }

    /// <summary>Listed transactions that are not in the books, without those of excluded services.</summary>
    public required long UnbookedTransactions { get; init; }

    /// <summary>Their price, millisatoshis.</summary>
    public required decimal UnbookedMsats { get; init; }

    /// <summary>Payment hashes of the first of them.</summary>
    public required IReadOnlyList<string> Unbooked { get; init; }

    /// <summary>
    /// Settlements that came from this gateway and are no longer listed: their tokens were revoked, or their transactions
    /// deleted. Null if it is not known, because the gateway counts more transactions than it lists.
    /// </summary>
    public required long? UnlistedSettlements { get; init; }

    /// <summary>Their amount, millisatoshis; null if it is not known.</summary>
    public required decimal? UnlistedMsats { get; init; }

    /// <summary>Challenges that were not paid: its pending transactions.</summary>
    public required long Pending { get; init; }

    /// <summary>Their price, millisatoshis.</summary>
    public required decimal PendingMsats { get; init; }

    /// <summary>Share of the listed challenges that were paid, 0 to 1; null if it lists none.</summary>
    public double? Conversion => ListedTransactions + Pending == 0 ? null : Math.Round((double)ListedTransactions / (ListedTransactions + Pending), ConversionDigits);

    /// <summary>Whether its statistic is its list, and all of the list is in the books.</summary>
    public bool IsReconciled => IsCountListed && UnbookedTransactions == 0;

    private bool IsCountListed => CountedTransactions == ListedTransactions && CountedMsats == ListedMsats;

    /// <summary>Compares an Aperture with the books, one transaction after the other.</summary>
    /// <param name="aperture">The Aperture's operations.</param>
    /// <param name="gateway">Its name in the books.</param>
    /// <param name="books">The books.</param>
    /// <param name="since">Start; null for all.</param>
    /// <param name="isExcluded">Whether a service is not of this control plane.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="Gateway.GatewayException">The Aperture was not reached, or it refused.</exception>
    public static async Task<ApertureComparison> MakeAsync(
        ApertureOperations aperture, string gateway, ISettlementHistory books, DateTimeOffset? since, Func<string, bool> isExcluded, CancellationToken cancellationToken)
    {
        var statistic = await aperture.ReadStatisticAsync(since, null, cancellationToken).ConfigureAwait(false);
        var all = await aperture.ListTransactionsAsync(new ApertureTransactionQuery(), cancellationToken).ConfigureAwait(false);
        var span = new ApertureTransactionQuery { Since = since };
        var transactions = all.Where(span.Matches).ToArray();
        var recorded = await books.ListSettlementsAsync(new SettlementQuery { First = int.MaxValue }, cancellationToken).ConfigureAwait(false);
        var settled = transactions.Where(static transaction => transaction.State == ApertureTransactionState.Settled).ToArray();
        var pending = transactions.Where(static transaction => transaction.State == ApertureTransactionState.Pending).ToArray();
        var booked = recorded
            .Select(static settlement => (Hash: PaymentHashText.Normalize(settlement.PaymentHash), settlement.Settlement))
            .Where(static one => one.Hash is not null)
            .GroupBy(static one => one.Hash!, StringComparer.Ordinal)
            .ToDictionary(static payment => payment.Key, static payment => payment.First().Settlement, StringComparer.Ordinal);
        var found = settled.Select(transaction => booked.TryGetValue(GetHash(transaction), out var settlement) ? settlement : null).OfType<Settlement>().ToArray();
        var missing = settled.Where(transaction => !booked.ContainsKey(GetHash(transaction)) && !IsExcluded(transaction.ServiceName, isExcluded)).ToArray();

        // The books may have another time of a sale than the gateway, so its whole list counts, pending transactions too.
        var listed = new HashSet<string>(all.Select(GetHash), StringComparer.Ordinal);
        var isListComplete = all.Missing == 0 && statistic.TransactionCount <= settled.Length;
        var unlisted = isListComplete ? recorded.Where(settlement => IsUnlisted(settlement, gateway, listed, since)).ToArray() : null;
        return new ApertureComparison
        {
            Gateway = gateway,
            CountedTransactions = statistic.TransactionCount,
            CountedMsats = (decimal)statistic.RevenueSats * Msats.PerSatoshi,
            ListedTransactions = settled.Length,
            ListedMsats = Sum(settled),
            BookedTransactions = found.Length,
            BookedMsats = found.Sum(static settlement => (decimal)settlement.AmountMsats),
            UnbookedTransactions = missing.Length,
            UnbookedMsats = Sum(missing),
            Unbooked = missing.Take(MaxKept).Select(GetHash).ToArray(),
            UnlistedSettlements = unlisted?.Length,
            UnlistedMsats = unlisted?.Sum(static settlement => (decimal)settlement.Settlement.AmountMsats),
            Pending = pending.Length,
            PendingMsats = Sum(pending),
        };
    }

    /// <summary>An import's result with these figures.</summary>
    internal SettlementImportResult AddTo(SettlementImportResult result) => result with
    {
        Aperture = this,
        IsComplete = result.IsComplete && UnbookedTransactions == 0,
        Warnings =
        [
            .. result.Warnings,
            .. UnbookedTransactions == 0 ? Array.Empty<ImportWarning>() : [new ImportWarning(ImportWarnings.NotBooked, this + ".")],
            .. IsCountListed ? Array.Empty<ImportWarning>() : [new ImportWarning(
                ImportWarnings.StatisticDiffers,
                FormattableString.Invariant($"{Gateway} counts {CountedTransactions} settled transactions of {CountedMsats / 1000:0.###} sat and lists {ListedTransactions} of {ListedMsats / 1000:0.###} sat. Import again if sales were made meanwhile."))],
        ],
    };

    /// <summary>The figures in a few words.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Gateway} lists {ListedMsats / 1000:0.###} sat with {ListedTransactions} settled transactions; {BookedTransactions} of them are booked, {UnbookedMsats / 1000:0.###} sat with {UnbookedTransactions} are not; ")
        + (UnlistedSettlements is { } unlisted
            ? FormattableString.Invariant($"{UnlistedMsats / 1000:0.###} sat with {unlisted} booked sales are no longer listed")
            : "whether it no longer lists booked sales is not known, because it counts more transactions than it lists");

    private static bool IsUnlisted(StoredSettlement settlement, string gateway, HashSet<string> listed, DateTimeOffset? since) =>
        SaleMetadata.Read(settlement.Settlement.Metadata).Gateway == gateway
        && !(settlement.Settlement.CreatedAtMs < since?.ToUnixTimeMilliseconds())
        && PaymentHashText.Normalize(settlement.PaymentHash) is { } hash
        && !listed.Contains(hash);

    private static string GetHash(ApertureTransaction transaction) => PaymentHashText.Normalize(transaction.PaymentHash) ?? transaction.PaymentHash;

    // A metered service is followed by the path that was bought.
    private static bool IsExcluded(string service, Func<string, bool> isExcluded) =>
        isExcluded(service) || (service.IndexOf('/') is > 0 and var end && isExcluded(service.Substring(0, end)));

    private static decimal Sum(IEnumerable<ApertureTransaction> transactions) => transactions.Sum(static transaction => (decimal)transaction.PriceSats * Msats.PerSatoshi);
}
