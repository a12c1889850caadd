using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Payments.Simulation;

/// <summary>
/// A simulated Lightning node. It creates BOLT 11 invoices with their preimages, and settles one when its <see
/// cref="SimulatedWallet" /> pays. Its state ends with the process. Thread-safe.
/// </summary>
public sealed class SimulatedLightningNode
{
    private readonly SimulatedNodeOptions options;
    private readonly Func<int, byte[]> random;
    private readonly ConcurrentDictionary<string, NodeInvoice> invoices = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> order = new();
    private readonly SimulatedNodeKey key;
    private long settled;

    /// <summary>A node without invoices.</summary>
    public SimulatedLightningNode(SimulatedNodeOptions? options = null)
    {
        this.options = options ?? new SimulatedNodeOptions();
        random = this.options.RandomBytes ?? RandomBytes.Generate;
        key = new SimulatedNodeKey(random(SimulatedNodeKey.Size));
    }

    /// <summary>Its id, the payee of all its invoices: 33 bytes in hexadecimal digits.</summary>
    public string PublicKeyHex => key.PublicKeyHex;

    /// <summary>Network of its invoices.</summary>
    public Bolt11Network Network => options.Network;

    /// <summary>Number of paid invoices.</summary>
    public long SettledCount => System.Threading.Interlocked.Read(ref settled);

    /// <summary>Its invoices, newest last.</summary>
    public IReadOnlyList<NodeInvoice> Invoices => invoices.Values.OrderBy(static invoice => invoice.CreatedAtMs).ThenBy(static invoice => invoice.PaymentHash, StringComparer.Ordinal).ToArray();

    internal TimeProvider Time => options.Time;

    /// <summary>Kind, network and id.</summary>
    public override string ToString() => "simulated node " + PublicKeyHex + " (" + Network + ")";

    /// <summary>Raised when an invoice is paid.</summary>
    internal event Action<NodeInvoice>? Settled;

    /// <summary>Creates an invoice.</summary>
    /// <param name="amount">Its amount; positive.</param>
    /// <param name="memo">Its description.</param>
    public NodeInvoice AddInvoice(Msats amount, string memo) => AddInvoice(amount, memo, null);

    /// <summary>Creates an invoice for a network.</summary>
    /// <param name="amount">Its amount; positive.</param>
    /// <param name="memo">Its description.</param>
    /// <param name="network">The network; null for the node's own.</param>
    internal NodeInvoice AddInvoice(Msats amount, string memo, Bolt11Network? network)
    {
        if (amount.Value <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(amount));
        }

        var preimage = Preimage.FromBytes(random(Preimage.Size));
        var now = options.Time.GetUtcNow();
        var request = new SimulatedInvoice
        {
            Network = network ?? options.Network,
            Amount = amount,
            Timestamp = now.ToUnixTimeSeconds(),
            ExpirySeconds = (long)options.InvoiceExpiry.TotalSeconds,
            PaymentHash = preimage.ComputePaymentHash(),
            PaymentSecret = random(Preimage.Size),
            Description = memo,
            Key = key,
        };
        var invoice = new NodeInvoice(preimage)
        {
            PaymentRequest = request.Encode(),
            PaymentHash = request.PaymentHash.Hex,
            Amount = amount,
            CreatedAtMs = now.ToUnixTimeMilliseconds(),
            ExpiresAtMs = (request.Timestamp + request.ExpirySeconds) * 1000,
        };
        invoices[invoice.PaymentHash] = invoice;
        order.Enqueue(invoice.PaymentHash);
        ForgetOldest();
        return invoice;
    }

    /// <summary>State of an invoice; null if the node does not know it.</summary>
    public SimulatedInvoiceState? GetState(PaymentHash hash) => Find(hash) is not { } invoice ? null
        : invoice.SettledAtMs is not null ? SimulatedInvoiceState.Settled
        : IsExpired(invoice) ? SimulatedInvoiceState.Expired
        : SimulatedInvoiceState.Open;

    /// <summary>Whether an invoice is paid.</summary>
    public bool IsSettled(PaymentHash hash) => GetState(hash) == SimulatedInvoiceState.Settled;

    internal NodeInvoice? Find(PaymentHash hash) => invoices.TryGetValue(hash.Hex, out var invoice) ? invoice : null;

    /// <summary>Settles an invoice; repeated calls have no further effect.</summary>
    /// <returns>The settled invoice; null when it is unknown or expired.</returns>
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
        while (order.Count > options.MaxOpenInvoices && order.TryDequeue(out var oldest))
        {
            if (invoices.TryGetValue(oldest, out var invoice) && invoice.SettledAtMs is null)
            {
                invoices.TryRemove(oldest, out _);
            }
        }
    }
}

/// <summary>Options of a <see cref="SimulatedLightningNode"/>.</summary>
public sealed record SimulatedNodeOptions
{
    /// <summary>Network of its invoices.</summary>
    public Bolt11Network Network { get; init; } = Bolt11Network.Regtest;

    /// <summary>Validity of an invoice (lnd: one hour).</summary>
    public TimeSpan InvoiceExpiry { get; init; } = TimeSpan.FromSeconds(Bolt11Invoice.DefaultExpirySeconds);

    /// <summary>Maximum number of unpaid invoices kept; the oldest are dropped first.</summary>
    public int MaxOpenInvoices { get; init; } = 100_000;

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Returns the requested number of random bytes; null for the system's random source.</summary>
    public Func<int, byte[]>? RandomBytes { get; init; }
}

/// <summary>An invoice of a simulated node. The preimage stays with the node until it is paid.</summary>
public sealed record NodeInvoice
{
    internal NodeInvoice(Preimage preimage) => Preimage = preimage;

    /// <summary>The invoice as BOLT 11.</summary>
    public required string PaymentRequest { get; init; }

    /// <summary>SHA-256 of its preimage, 64 hex digits.</summary>
    public required string PaymentHash { get; init; }

    /// <summary>Its amount, millisatoshis.</summary>
    public required long Amount { get; init; }

    /// <summary>Time of creation, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>Expiry, Unix milliseconds.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>Time of payment, Unix milliseconds; null if it is not paid.</summary>
    public long? SettledAtMs { get; init; }

    internal Preimage Preimage { get; }

    internal PaymentHash Hash => LightningOps.L402.PaymentHash.Parse(PaymentHash);

    /// <summary>Amount and hash; neither the invoice nor its preimage.</summary>
    public override string ToString() => "invoice of " + Amount + " msat for " + PaymentHash;
}

/// <summary>State of an invoice of a simulated node.</summary>
public enum SimulatedInvoiceState
{
    /// <summary>Payable.</summary>
    Open,

    /// <summary>Paid.</summary>
    Settled,

    /// <summary>Expired.</summary>
    Expired,
}

/// <summary>The system's random source.</summary>
internal static class RandomBytes
{
    /// <summary>A number of random bytes.</summary>
    public static byte[] Generate(int count)
    {
        var bytes = new byte[count];
        using var generator = RandomNumberGenerator.Create();
        generator.GetBytes(bytes);
        return bytes;
    }
}
