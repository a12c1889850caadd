using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway;

namespace LightningOps.Tests.Settlements.Transactions;

/// <summary>
/// The transactions of an Aperture, listed as its database does (aperturedb/sqlc/queries, ListL402TransactionsFiltered): those
/// settled within the span, both ends included, by creation and nothing else, the last one first.
/// </summary>
internal sealed class ApertureLedger : IGatewayTransactions
{
    private readonly List<Row> rows = [];
    private long lastId;

    /// <summary>Requests so far.</summary>
    public int Requests { get; private set; }

    /// <summary>What was asked for last.</summary>
    public List<SettledTransactionQuery> Queries { get; } = [];

    /// <summary>Done before a request is answered, given its number from 1.</summary>
    public Action<int> Before { get; set; } = _ => { };

    /// <summary>Changes an answer before it is given; for gateways that lie.</summary>
    public Func<SettledTransactionQuery, SettledTransactionPage, SettledTransactionPage> Answer { get; set; } = static (_, page) => page;

    /// <summary>Payment hashes of all that is there.</summary>
    public IEnumerable<string> Hashes => rows.Select(row => row.Hash);

    /// <summary>Adds a settled transaction.</summary>
    public string Settle(DateTimeOffset created, DateTimeOffset settled, string service = "pw_weather.route_weather", long sats = 3)
    {
        var id = ++lastId;
        var hash = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(id)));

        // Rows lie in no order.
        rows.Insert((int)(id * 7919 % (rows.Count + 1)), new Row(id, hash, service, sats, created, settled));
        return hash;
    }

    /// <summary>Revokes a credential: its transaction goes (admin/server.go, RevokeToken).</summary>
    public void Revoke(string hash) => rows.RemoveAll(row => row.Hash == hash);

    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Before(++Requests);
        Queries.Add(query);
        Xunit.Assert.InRange(query.Limit, 1, 1000);
        Xunit.Assert.True(query.To >= query.From, "end_date must be >= start_date");
        Xunit.Assert.True(query.Offset >= 0, "offset must be >= 0");
        var found = rows.Where(row => row.Settled >= query.From && row.Settled <= query.To).ToArray();
        var page = found.OrderByDescending(row => row.Created).Skip(query.Offset).Take(query.Limit).Select(row => new SettledTransaction
        {
            Id = row.Id,
            TokenId = row.Id.ToString("x64", CultureInfo.InvariantCulture),
            PaymentHash = row.Hash,
            ServiceName = row.Service,
            PriceSats = row.Sats,
            CreatedAt = ToSecond(row.Created),
            SettledAt = ToSecond(row.Settled),
        });
        return Task.FromResult(Answer(query, new SettledTransactionPage(page.ToArray(), found.Length)));
    }

    private static DateTimeOffset ToSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    private sealed record Row(long Id, string Hash, string Service, long Sats, DateTimeOffset Created, DateTimeOffset Settled);
}
