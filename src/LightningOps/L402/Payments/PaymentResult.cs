using LightningOps.Paywalls;

namespace LightningOps.L402.Payments;

/// <summary>How a payment ended, as the wallet tells it; whether the preimage fits the invoice is checked by the caller.</summary>
public sealed record PaymentResult
{
    /// <summary>How it stands.</summary>
    public required PaymentState State { get; init; }

    /// <summary>The wallet's own name of the payment; null where it gives none.</summary>
    public string? PaymentId { get; init; }

    /// <summary>What was paid, fees not counted, millisatoshis; null where it is not told.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Routing fee, millisatoshis; null where it is not told.</summary>
    public Msats? Fee { get; init; }

    /// <summary>The proof; there when <see cref="PaymentState.Paid"/>.</summary>
    public Preimage? Preimage { get; init; }

    /// <summary>When it was paid, Unix milliseconds; null where it is not told.</summary>
    public long? PaidAtMs { get; init; }

    /// <summary>The wallet's code of a failure or of what it waits for, for example <c>policy_denied</c> or <c>payment_pending</c>.</summary>
    public string? Code { get; init; }

    /// <summary>What the wallet had to say, without a secret.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether the wallet has the payment in its books: in flight, where it is <see cref="PaymentState.Pending"/>.</summary>
    public bool IsSeen { get; init; }

    /// <summary>Identity of the node that answered; null where it is not told.</summary>
    public string? Node { get; init; }

    /// <summary>Whether the wallet is a node whose identity its credential may not read.</summary>
    public bool IsNodeHidden { get; init; }

    /// <summary>Paid, with its proof.</summary>
    public static PaymentResult Paid(string? paymentId, Msats? amount, Preimage preimage, long? paidAtMs = null) =>
        new() { State = PaymentState.Paid, IsSeen = true, PaymentId = paymentId, Amount = amount, Preimage = preimage, PaidAtMs = paidAtMs };

    /// <summary>Not known yet, and why.</summary>
    public static PaymentResult Pending(string code, string reason) => new() { State = PaymentState.Pending, Code = code, Reason = reason };

    /// <summary>Under way: the wallet has it, and it can still settle.</summary>
    public static PaymentResult InFlight(string reason) => Pending("payment_pending", reason) with { IsSeen = true };

    /// <summary>Not paid, and why.</summary>
    public static PaymentResult Failed(string code, string reason) => new() { State = PaymentState.Failed, Code = code, Reason = reason };
}
