using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using LightningOps.L402.Bolt11;
using LightningOps.Paywalls;

namespace LightningOps.L402.Simulation;

/// <summary>
/// A Lightning node that is not there: it makes BOLT 11 invoices with preimages of their own, and settles one when its
/// <see cref="SimulatedWallet"/> pays. Nothing is kept beyond the process. Safe from several threads.
/// </summary>
public sealed class SimulatedLightningNode
{
    private readonly SimulatedNodeOptions options;
    private readonly Func<int, byte[]> random;
    private readonly ConcurrentDictionary<string, NodeInvoice> invoices = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> order = new();
    private long settled;

    /// <summary>A node without invoices.</summary>
    public SimulatedLightningNode(SimulatedNodeOptions? options = null)
    {
        this.options = options ?? new SimulatedNodeOptions();
        random = this.options.RandomBytes ?? RandomBytes.OfSystem;
    }

    /// <summary>Network of its invoices.</summary>
    public Bolt11Network Network => options.Network;

    /// <summary>How many invoices were paid.</summary>
    public long SettledCount => System.Threading.Interlocked.Read(ref settled);

    /// <summary>The invoices it knows, the newest last.</summary>
    public IReadOnlyList<NodeInvoice> Invoices => invoices.Values.OrderBy(static invoice => invoice.CreatedAtMs).ThenBy(static invoice => invoice.PaymentHash.Hex, StringComparer.Ordinal).ToArray();

    internal TimeProvider Time => options.Time;

    /// <summary>Told of an invoice when it is paid.</summary>
    internal event Action<NodeInvoice>? Settled;

    /// <summary>Makes an invoice.</summary>
    /// <param name="amount">What it asks; positive.</param>
    /// <param name="memo">What it is for.</param>
    public NodeInvoice AddInvoice(Msats amount, string memo)
    {
        if (amount.Value <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(amount));
        }

        var preimage = Preimage.FromBytes(random(Preimage.Size));
        var now = options.Time.GetUtcNow();
        var request = new SimulatedInvoice
        {
            Network = options.Network,
            Amount = amount,
            Timestamp = now.ToUnixTimeSeconds(),
            ExpirySeconds = (long)options.InvoiceExpiry.TotalSeconds,
            PaymentHash = preimage.ComputePaymentHash(),
            PaymentSecret = random(Preimage.Size),
            Description = memo,
        };
        var invoice = new NodeInvoice(preimage)
        {
            PaymentRequest = request.Encode(),
            PaymentHash = request.PaymentHash,
            Amount = amount,
            CreatedAtMs = now.ToUnixTimeMilliseconds(),
            ExpiresAtMs = (request.Timestamp + request.ExpirySeconds) * 1000,
        };
        invoices[invoice.PaymentHash.Hex] = invoice;
        order.Enqueue(invoice.PaymentHash.Hex);
        ForgetOldest();
        return invoice;
    }

    /// <summary>How an invoice stands; null when the node does not know it.</summary>
    public SimulatedInvoiceState? StateOf(PaymentHash hash) => Find(hash) is not { } invoice ? null
        : invoice.SettledAtMs is not null ? SimulatedInvoiceState.Settled
        : IsExpired(invoice) ? SimulatedInvoiceState.Expired
        : SimulatedInvoiceState.Open;

    /// <summary>Whether an invoice is paid.</summary>
    public bool IsSettled(PaymentHash hash) => StateOf(hash) == SimulatedInvoiceState.Settled;

    internal NodeInvoice? Find(PaymentHash hash) => invoices.TryGetValue(hash.Hex, out var invoice) ? invoice : null;

    /// <summary>Settles an invoice: once, however often it is asked.</summary>
    /// <returns>The settled invoice; null when it is not known or its time is over.</returns>
    internal NodeInvoice? Settle(PaymentHash hash)
    {
        while (Find(hash) is { } invoice)
        {
            if (invoice.SettledAtMs is not null)
            {
                return invoice;
            }

            if (IsExpired(invoice))
            {
                return null;
            }

            var paid = invoice with { SettledAtMs = options.Time.GetUtcNow().ToUnixTimeMilliseconds() };
            if (invoices.TryUpdate(hash.Hex, paid, invoice))
            {
                System.Threading.Interlocked.Increment(ref settled);
                Settled?.Invoke(paid);
                return paid;
            }
        }

        return null;
    }

    private bool IsExpired(NodeInvoice invoice) => options.Time.GetUtcNow().ToUnixTimeMilliseconds() >= invoice.ExpiresAtMs;

    private void ForgetOldest()
    {
        while (order.Count > options.MostOpenInvoices && order.TryDequeue(out var oldest))
        {
            if (invoices.TryGetValue(oldest, out var invoice) && invoice.SettledAtMs is null)
            {
                invoices.TryRemove(oldest, out _);
            }
        }
    }
}
