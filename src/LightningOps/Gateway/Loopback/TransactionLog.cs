using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.L402;
using LightningOps.L402.Simulation;

namespace LightningOps.Gateway.Loopback;

/// <summary>What was asked for and what was paid. Of what was never paid, the oldest are let go. Safe from several threads.</summary>
internal sealed class TransactionLog
{
    private const int MostPending = 100_000;
    private readonly SortedDictionary<int, GatewayTransaction> transactions = new();
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Queue<int> pending = new();
    private int last;

    /// <summary>All of them, the oldest first.</summary>
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
            if (numbers.TryGetValue(invoice.PaymentHash.Hex, out var number))
            {
                transactions[number] = transactions[number] with { SettledAtMs = invoice.SettledAtMs };
            }
        }
    }

    private void ForgetOldest()
    {
        while (pending.Count > MostPending)
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
