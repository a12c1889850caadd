using System;
using LightningOps.Paywalls;

namespace LightningOps.L402.Payments;

/// <summary>An invoice to be paid.</summary>
public sealed record InvoicePayment
{
    /// <summary>Request the payment belongs to; the same for every try of the same payment.</summary>
    public required string RequestId { get; init; }

    /// <summary>The invoice as received.</summary>
    public required string Invoice { get; init; }

    /// <summary>SHA-256 of the preimage it gives; null for a mock invoice that is not BOLT 11.</summary>
    public PaymentHash? PaymentHash { get; init; }

    /// <summary>What the invoice asks, millisatoshis; null leaves the amount to the payer's <see cref="MaxAmount"/>.</summary>
    public Msats? Amount { get; init; }

    /// <summary>The most that may be paid for it, fees not counted, millisatoshis.</summary>
    public required Msats MaxAmount { get; init; }

    /// <summary>The most that may be paid for routing beside it, millisatoshis; null leaves it to the wallet.</summary>
    public Msats? FeeLimit { get; init; }

    /// <summary>When it was first sent to the wallet, written down before; null when it was not sent yet.</summary>
    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>Whether the wallet was seen to have it: from then on, that it knows nothing of it is no failure.</summary>
    public bool WasSeen { get; init; }

    /// <summary>Identity of the node it is begun with; null where that is not known.</summary>
    public string? Node { get; init; }

    /// <summary>The wallet's name of a payment of the invoice that had failed before this one was sent: it says nothing of this one.</summary>
    public string? EarlierPaymentId { get; init; }

    /// <summary>Host that sells, with the port where it is not the scheme's own.</summary>
    public required string Host { get; init; }

    /// <summary>The request and the amount; the invoice is not repeated.</summary>
    public override string ToString() => "payment " + RequestId + " of at most " + MaxAmount + " msat to " + Host;
}
