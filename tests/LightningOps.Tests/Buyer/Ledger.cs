using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Security.Cryptography;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Tests.Buyer;

/// <summary>A simulated Lightning network: sellers create invoices on it, buyers pay them, and it counts.</summary>
internal sealed class Ledger(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Entry> invoices = new();
    private int payments;

    /// <summary>Network of the invoices.</summary>
    public Bolt11Network Network { get; set; } = Bolt11Network.Regtest;

    /// <summary>How long they are valid.</summary>
    public TimeSpan Expiry { get; set; } = TimeSpan.FromHours(1);

    /// <summary>What time it is.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Times money moved.</summary>
    public int Payments => payments;

    /// <summary>All that was paid, millisatoshis.</summary>
    public long TotalPaid => invoices.Values.Where(entry => entry.IsPaid).Sum(entry => entry.Amount);

    public int Invoices => invoices.Count;

    /// <summary>All invoices, paid or not.</summary>
    public System.Collections.Generic.IEnumerable<string> AllInvoices => invoices.Keys;

    /// <summary>Of all invoices, paid or not.</summary>
    public System.Collections.Generic.IEnumerable<Preimage> Preimages => invoices.Values.Select(entry => entry.Preimage);

    public string Mint(long? msats)
    {
        var preimage = Preimage.FromBytes(RandomNumberGenerator.GetBytes(Preimage.Size));
        var invoice = new SimulatedInvoice
        {
            Network = Network,
            Amount = msats is { } amount ? new Msats(amount) : null,
            Timestamp = time.GetUtcNow().ToUnixTimeSeconds(),
            ExpirySeconds = (long)Expiry.TotalSeconds,
            PaymentHash = preimage.ComputePaymentHash(),
            PaymentSecret = new byte[32],
        }.Encode();
        invoices[invoice] = new Entry(preimage, msats ?? 0);
        return invoice;
    }

    /// <summary>The preimage of an invoice, whether or not it is paid.</summary>
    public Preimage GetPreimage(string invoice) => invoices[invoice].Preimage;

    public bool IsPaid(string invoice) => invoices[invoice].IsPaid;

    /// <summary>Moves the money, once an invoice.</summary>
    public Preimage Pay(string invoice, long maxMsats)
    {
        var entry = invoices[invoice];
        lock (entry)
        {
            if (!entry.IsPaid)
            {
                if (entry.Amount > maxMsats)
                {
                    throw new InvalidOperationException("more than the most is asked");
                }

                entry.IsPaid = true;
                System.Threading.Interlocked.Increment(ref payments);
            }
        }

        return entry.Preimage;
    }

    private sealed class Entry(Preimage preimage, long amount)
    {
        public Preimage Preimage { get; } = preimage;

        public long Amount { get; } = amount;

        public bool IsPaid { get; set; }
    }
}
