using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using LightningOps.L402;
using LightningOps.L402.Bolt11;
using LightningOps.Payments;

namespace LightningOps.Tests.Payments;

/// <summary>
/// The Lightning network behind a wallet of tests: it makes invoices and pays each once. What is asked of it again while
/// or after it pays is refused, as a node does.
/// </summary>
internal sealed class SimulatedNode
{
    private readonly Dictionary<string, Preimage> preimages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaymentState> payments = new(StringComparer.Ordinal);

    /// <summary>How a payment that begins stands then.</summary>
    public PaymentState Next { get; set; } = PaymentState.Paid;

    /// <summary>Payments begun.</summary>
    public int Begun { get; private set; }

    /// <summary>The most the last payment was to cost, or the amount chosen for it.</summary>
    public long LastAmount { get; private set; }

    public Preimage GetPreimage(string invoice) => preimages[invoice];

    public PaymentState? GetState(string invoice) => payments.TryGetValue(invoice, out var state) ? state : null;

    public InvoicePayment Sell(long? msats = 70_000, long cap = 100_000, Bolt11Network network = Bolt11Network.Regtest)
    {
        var preimage = Preimage.FromBytes(RandomNumberGenerator.GetBytes(Preimage.Size));
        var invoice = new SimulatedInvoice
        {
            Network = network,
            Amount = msats is { } value ? new Msats(value) : null,
            Timestamp = 1_700_000_000,
            PaymentHash = preimage.ComputePaymentHash(),
            PaymentSecret = new byte[32],
        }.Encode();
        preimages[invoice] = preimage;
        return new InvoicePayment
        {
            RequestId = "req:1",
            Invoice = invoice,
            PaymentHash = preimage.ComputePaymentHash(),
            Amount = msats is { } amount ? new Msats(amount) : null,
            MaxAmount = new Msats(cap),
            Host = "api.example.com",
        };
    }

    /// <summary>Begins a payment; false when it is made or under way.</summary>
    public bool TryBegin(string invoice, long amount)
    {
        if (payments.TryGetValue(invoice, out var earlier) && earlier != PaymentState.Failed)
        {
            return false;
        }

        Begun++;
        LastAmount = amount;
        payments[invoice] = Next;
        return true;
    }

    /// <summary>A payment under way ends well.</summary>
    public void Settle(string invoice) => payments[invoice] = PaymentState.Paid;
}
