using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.L402.Macaroons;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback;

/// <summary>A requested credential, as Aperture's admin API lists it among its transactions (docs/reference/aperture.md#admin-api).</summary>
public sealed record GatewayTransaction
{
    /// <summary>Number, from 1.</summary>
    public required int Id { get; init; }

    /// <summary>The token id: 64 hexadecimal digits.</summary>
    public required string TokenId { get; init; }

    /// <summary>Hash of the invoice: 64 hexadecimal digits.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>The requested service.</summary>
    public required string ServiceName { get; init; }

    /// <summary>Price, satoshis.</summary>
    public required long PriceSats { get; init; }

    /// <summary><c>pending</c> or <c>settled</c>.</summary>
    public string State => SettledAtMs is null ? "pending" : "settled";

    /// <summary>Time of the request, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>Time of the payment, Unix milliseconds; null while it is not paid.</summary>
    public long? SettledAtMs { get; init; }

    /// <summary>The transaction in the common form of all gateways, with times in seconds as in Aperture's admin API.</summary>
    internal SettledTransaction ToSettledTransaction() => new()
    {
        Id = Id,
        TokenId = TokenId,
        PaymentHash = PaymentHash,
        ServiceName = ServiceName,
        PriceSats = PriceSats,
        CreatedAt = Second(CreatedAtMs),
        SettledAt = SettledAtMs is { } settled ? Second(settled) : null,
    };

    private static DateTimeOffset Second(long milliseconds) => DateTimeOffset.FromUnixTimeSeconds(milliseconds / 1000);
}

/// <summary>Requested and paid credentials. The oldest unpaid ones are dropped. Thread-safe.</summary>
internal sealed class TransactionLog
{
    private const int MaxPending = 100_000;
    private readonly SortedDictionary<int, GatewayTransaction> transactions = new();
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Queue<int> pending = new();
    private int last;

    /// <summary>All transactions, oldest first.</summary>
    public IReadOnlyList<GatewayTransaction> All
    {
        get
        {
            lock (transactions)
            {
                return transactions.Values.ToArray();
            }
        }
    }

    public void Add(L402Identifier identifier, string service, long priceSats, NodeInvoice invoice)
    {
        lock (transactions)
        {
            var number = ++last;
            transactions.Add(number, new GatewayTransaction
            {
                Id = number,
                TokenId = identifier.TokenIdHex,
                PaymentHash = identifier.PaymentHash.Hex,
                ServiceName = service,
                PriceSats = priceSats,
                CreatedAtMs = invoice.CreatedAtMs,
            });
            numbers[identifier.PaymentHash.Hex] = number;
            pending.Enqueue(number);
            ForgetOldest();
        }
    }

    public void Settle(NodeInvoice invoice)
    {
        lock (transactions)
        {
            if (numbers.TryGetValue(invoice.PaymentHash, out var number))
            {
                transactions[number] = transactions[number] with { SettledAtMs = invoice.SettledAtMs };
            }
        }
    }

    private void ForgetOldest()
    {
        while (pending.Count > MaxPending)
        {
            var oldest = transactions[pending.Dequeue()];
            if (oldest.SettledAtMs is null)
            {
                transactions.Remove(oldest.Id);
                numbers.Remove(oldest.PaymentHash);
            }
        }
    }
}

/// <summary>Sales of a loopback gateway, as Aperture's admin API lists them: settled within a period, newest creation first.</summary>
internal sealed class LoopbackSales(LoopbackGateway gateway) : IGatewayTransactions
{
    public Task<SettledTransactionPage> ListSettledAsync(SettledTransactionQuery query, CancellationToken cancellationToken)
    {
        var settled = gateway.Transactions
            .Where(static transaction => transaction.SettledAtMs is not null)
            .Select(transaction => transaction.ToSettledTransaction() with { IsOwnCheck = gateway.Wallet.IsCheck(transaction.PaymentHash) })
            .Where(transaction => transaction.SettledAt >= query.From && transaction.SettledAt <= query.To)
            .Reverse()
            .ToArray();
        return Task.FromResult(new SettledTransactionPage(settled.Skip(query.Offset).Take(query.Limit).ToArray(), settled.Length));
    }
}
