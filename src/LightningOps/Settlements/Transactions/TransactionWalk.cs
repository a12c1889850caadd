using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;

namespace LightningOps.Settlements.Transactions;

/// <summary>
/// Reads the settled transactions of a gateway in the order of their settlement, although it lists them by creation:
/// one span of settlement time after the other, each small enough to be paged quickly. The list changes meanwhile:
/// new settlements appear anywhere, revoked ones disappear. So every page begins with the last transaction of the
/// previous one, and if it does not, the span is read again (aperture, aperturedb/sqlc/queries:
/// ListL402TransactionsFiltered orders by created_at alone).
/// </summary>
internal sealed class TransactionWalk
{
    private const int MaxInSpan = 10_000;
    private const int MaxRestarts = 20;
    private const int MaxRounds = 3;

    // An end is needed, but a clock may be wrong by any amount, and settlements made during the read must be found.
    private const int YearsAhead = 100;

    // Limit for a gateway that invents rows; larger totals are not believed.
    private const long MaxBelievedTotal = 10_000_000;
    private const long MaxRowsBeyondTotal = 1_000_000;

    // A page that is shorter than asked for counts as so many rows, so that a gateway cannot give them one by one for ever.
    private const int MinPageWeight = 300;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly IGatewayTransactions gateway;
    private readonly string gatewayName;
    private readonly DateTimeOffset now;
    private DateTimeOffset from;
    private TimeSpan width;
    private int offset;
    private long lastId;
    private long spanTotal;
    private int restarts;
    private int rounds;
    private bool hasMoved;
    private long read;

    /// <param name="gateway">The gateway.</param>
    /// <param name="gatewayName">Its name, for failures.</param>
    /// <param name="from">Start.</param>
    /// <param name="now">The time. Settlements of a gateway whose clock is ahead are found, too.</param>
    public TransactionWalk(IGatewayTransactions gateway, string gatewayName, DateTimeOffset from, DateTimeOffset now)
    {
        this.gateway = gateway;
        this.gatewayName = gatewayName;
        this.now = WholeSecond(now);
        this.from = WholeSecond(from < now ? from : now);
        width = this.now - this.from;
    }

    /// <summary>Number in the gateway's first answer; null before it, and if the gateway did not count.</summary>
    public long? Total { get; private set; }

    // A span that reaches the present has no end.
    private bool IsLastSpan => from + width >= now;

    /// <summary>Finds the next part.</summary>
    /// <param name="limit">Maximum number, 2 to 1000.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="GatewayException">The gateway was not reached, its list changes faster than it can be read, or its answers are not a valid list.</exception>
    public async Task<TransactionPart> NextAsync(int limit, CancellationToken cancellationToken)
    {
        while (true)
        {
            var to = IsLastSpan ? now.AddYears(YearsAhead) : from + width;
            var query = new SettledTransactionQuery(from, to, limit, Math.Max(0, offset - 1));
            var page = await gateway.ListSettledAsync(query, cancellationToken).ConfigureAwait(false);
            RequireCount(page);
            Total ??= page.TotalCount > 0 ? page.TotalCount : (long?)null;
            spanTotal = offset == 0 ? page.TotalCount : spanTotal;
            var isFull = page.Transactions.Count >= limit;
            RequireSettledWithin(page, isFull, to);
            if (offset == 0 && page.TotalCount > MaxInSpan && isFull && Narrow())
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

        // New transactions before the page are not on it, so this span is read once more at the end.
        hasMoved |= known > 0;
        var found = page.Transactions.Skip(known + 1).ToArray();
        var isFull = page.Transactions.Count >= limit;
        if (isFull && found.Length == 0)
        {
            Restart();
            return null;
        }

        offset += Math.Max(0, known) + found.Length;
        lastId = page.Transactions.Count == 0 ? 0 : page.Transactions[page.Transactions.Count - 1].Id;
        RequireEnd(isFull ? found.Length : Math.Max(found.Length, MinPageWeight));

        // A short page is the last one, unless the gateway counted more: it may give fewer rows than asked for. A count that
        // grows while it is read is not followed: what is settled meanwhile comes before the page, or with the next import.
        return isFull || (found.Length > 0 && offset < spanTotal)
            ? new TransactionPart(found, EndsSpan: false, IsLast: false)
            : FinishSpan(found, page.TotalCount);
    }

    // Rows of another time on a full page: the gateway ignores the dates, and no span would be small enough.
    private void RequireSettledWithin(SettledTransactionPage page, bool isFull, DateTimeOffset to)
    {
        if (isFull && page.Transactions.All(row => row.SettledAt is { } settled && (settled < from || settled > to)))
        {
            throw Failure("transactions_not_filtered", "Check which server answers at the address of the gateway: it lists transactions outside the requested time span.");
        }
    }

    private void RequireCount(SettledTransactionPage page)
    {
        if (page.TotalCount < 0)
        {
            throw Failure("transactions_count_negative", "Check which server answers at the address of the gateway: it counts less than no transactions.");
        }
    }

    private void RequireEnd(int found)
    {
        read += found;
        if (read > (4 * Math.Min(Total ?? 0, MaxBelievedTotal)) + MaxRowsBeyondTotal)
        {
            throw Failure("transactions_never_end", "Check which server answers at the address of the gateway: it lists far more transactions than it counts.");
        }
    }

    private TransactionPart FinishSpan(SettledTransaction[] found, long total)
    {
        var missing = hasMoved ? 0 : Math.Max(0, total - offset);
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
        return new TransactionPart(found, EndsSpan: true, isLast) { Missing = missing };
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
            throw Failure("transactions_keep_moving", "Run the command again while fewer tokens are revoked. The transactions found so far are recorded, and the import continues after them.");
        }
    }

    private GatewayException Failure(string reason, string remedy) => new(gatewayName, "GET /api/admin/transactions", reason, remedy);
}
