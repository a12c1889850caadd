using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// Walks through the settled transactions of a gateway in the order of their settlement, though it lists them by creation:
/// one span of settlement time after the other, each small enough to be paged through soon. While it pages, the list
/// moves: what is settled meanwhile comes in anywhere, what is revoked goes. So every page begins with the last
/// transaction of the one before; where it does not, the span is read again (aperture, aperturedb/sqlc/queries:
/// ListL402TransactionsFiltered orders by created_at alone).
/// </summary>
internal sealed class TransactionWalk
{
    private const int MaxInSpan = 10_000;
    private const int MaxRestarts = 20;
    private const int MaxRounds = 3;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly IGatewayTransactions gateway;
    private readonly string gatewayName;
    private readonly DateTimeOffset now;
    private DateTimeOffset from;
    private TimeSpan width;
    private int offset;
    private long lastId;
    private int restarts;
    private int rounds;
    private bool hasMoved;

    /// <param name="gateway">The gateway.</param>
    /// <param name="gatewayName">Its name, for failures.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="now">The time; what a gateway whose clock is ahead has settled is found, too.</param>
    public TransactionWalk(IGatewayTransactions gateway, string gatewayName, DateTimeOffset from, DateTimeOffset now)
    {
        this.gateway = gateway;
        this.gatewayName = gatewayName;
        this.now = WholeSecond(now);
        this.from = WholeSecond(from < now ? from : now);
        width = this.now - this.from;
    }

    // A span that reaches the present has no end: a clock may be wrong, and what is settled while it is read is wanted.
    private bool IsLastSpan => from + width >= now;

    /// <summary>Finds more.</summary>
    /// <param name="limit">At most so many, 2 to 1000.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The gateway was not reached, or its list moves faster than it can be read.</exception>
    public async Task<TransactionPart> NextAsync(int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var to = IsLastSpan ? now.AddDays(1) : from + width;
            var query = new SettledTransactionQuery(from, to, limit, Math.Max(0, offset - 1));
            var page = await gateway.ListSettledAsync(query, cancellationToken).ConfigureAwait(false);
            if (offset == 0 && page.TotalCount > MaxInSpan && Narrow())
            {
                continue;
            }

            if (TryContinue(page, limit) is { } part)
            {
                return part;
            }
        }
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private bool Narrow()
    {
        if (width <= Second)
        {
            return false;
        }

        width = TimeSpan.FromSeconds(Math.Max(1, Math.Floor(width.TotalSeconds / 2)));
        return true;
    }

    private TransactionPart? TryContinue(SettledTransactionPage page, int limit)
    {
        var known = offset == 0 ? -1 : FindLastIndex(page);
        if (offset > 0 && known < 0)
        {
            Restart();
            return null;
        }

        // What came in before the page is not on it; this span is read once more in the end.
        hasMoved |= known > 0;
        var found = page.Transactions.Skip(known + 1).ToArray();
        offset += Math.Max(0, known) + found.Length;
        lastId = page.Transactions.Count == 0 ? 0 : page.Transactions[page.Transactions.Count - 1].Id;
        return page.Transactions.Count < limit ? FinishSpan(found) : new TransactionPart(found, EndsSpan: false, IsLast: false);
    }

    private TransactionPart FinishSpan(SettledTransaction[] found)
    {
        offset = 0;
        if (hasMoved && ++rounds < MaxRounds)
        {
            hasMoved = false;
            return new TransactionPart(found, EndsSpan: false, IsLast: false);
        }

        var isLast = IsLastSpan;
        hasMoved = false;
        rounds = 0;
        from += width;
        width = TimeSpan.FromSeconds(Math.Max(1, width.TotalSeconds * 2));
        return new TransactionPart(found, EndsSpan: true, isLast);
    }

    private int FindLastIndex(SettledTransactionPage page)
    {
        for (var i = 0; i < page.Transactions.Count; i++)
        {
            if (page.Transactions[i].Id == lastId)
            {
                return i;
            }
        }

        return -1;
    }

    private void Restart()
    {
        offset = 0;
        if (++restarts > MaxRestarts)
        {
            throw new GatewayException(
                gatewayName,
                "GET /api/admin/transactions",
                "transactions_keep_moving",
                "Run the command again when fewer transactions are revoked. It continues where it stopped; recorded settlements are kept.");
        }
    }
}
