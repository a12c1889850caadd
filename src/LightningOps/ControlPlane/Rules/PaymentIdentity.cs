using System;
using System.Collections.Generic;

namespace LightningOps.ControlPlane.Rules;

/// <summary>
/// Tells whether two settlements are the same payment: by payment hash, or by the reference of the proof if one of
/// them has no hash, as the records of a hosted control plane.
/// </summary>
/// <param name="Hash">64 lower-case hexadecimal digits, or null.</param>
/// <param name="References">References of its proof, each with 24 hexadecimal digits; empty if a name stands in place of the hash.</param>
internal readonly record struct PaymentIdentity(string? Hash, IReadOnlyList<string> References)
{
    /// <summary>Prefix of a reference to a preimage.</summary>
    public const string PreimagePrefix = "lightning_preimage:";

    /// <summary>Prefix of a reference to a payment hash.</summary>
    public const string PaymentHashPrefix = "lightning_payment_hash:";

    /// <summary>Digits of a reference: 96 bits.</summary>
    public const int Digits = 24;

    /// <summary>Whether only the reference of its proof identifies the payment.</summary>
    public bool HasOnlyReference => Hash is null && References.Count > 0;

    /// <summary>The identity of a settlement.</summary>
    public static PaymentIdentity From(StoredSettlement settlement) => Create(settlement.PaymentHash, settlement.Settlement.PaymentProofRef);

    /// <summary>The identity of an event; an empty one for an invoice update, and for a preimage that is not 32 bytes long.</summary>
    public static PaymentIdentity From(SettlementEvent told)
    {
        if (told.Report is { } report)
        {
            var preimage = report.PaymentProofValue.Trim();
            return Create(
                PaymentHashText.Normalize(report.PaymentHash) ?? report.PaymentHash ?? PaymentHashText.FromPreimage(preimage),
                preimage.Length > Digits ? PreimagePrefix + preimage.Substring(0, Digits) : string.Empty);
        }

        return told.Record is { } record ? Create(record.PaymentHash, record.PaymentProofRef) : new PaymentIdentity(null, []);
    }

    private static PaymentIdentity Create(string? paymentHash, string reference)
    {
        var hash = PaymentHashText.Normalize(paymentHash);
        if (hash is null)
        {
            // A name in place of a hash proves nothing.
            return new PaymentIdentity(null, paymentHash is null && IsWhole(reference) ? [reference] : []);
        }

        var ofHash = PaymentHashPrefix + hash.Substring(0, Digits);
        return new PaymentIdentity(hash, IsPreimage(reference) ? [ofHash, reference] : [ofHash]);
    }

    private static bool IsWhole(string reference) =>
        IsPreimage(reference) || (reference.Length == PaymentHashPrefix.Length + Digits && reference.StartsWith(PaymentHashPrefix, StringComparison.Ordinal));

    private static bool IsPreimage(string reference) =>
        reference.Length == PreimagePrefix.Length + Digits && reference.StartsWith(PreimagePrefix, StringComparison.Ordinal);
}

/// <summary>Settlements by their payment.</summary>
/// <typeparam name="T">A settlement, or a note of one.</typeparam>
internal sealed class PaymentIndex<T>
    where T : class
{
    private readonly Dictionary<string, T> hashes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (T Settlement, bool HasHash)> references = new(StringComparer.Ordinal);

    /// <summary>Adds a settlement; the first of a payment is kept.</summary>
    public void Add(PaymentIdentity payment, T settlement)
    {
        if (payment.Hash is { } hash && !hashes.ContainsKey(hash))
        {
            hashes.Add(hash, settlement);
        }

        foreach (var reference in payment.References)
        {
            if (!references.ContainsKey(reference))
            {
                references.Add(reference, (settlement, payment.Hash is not null));
            }
        }
    }

    /// <summary>The settlement of the same payment, or null. Two different hashes are two payments, whatever their references.</summary>
    public T? Find(PaymentIdentity payment)
    {
        if (payment.Hash is { } hash && hashes.TryGetValue(hash, out var known))
        {
            return known;
        }

        foreach (var reference in payment.References)
        {
            if (references.TryGetValue(reference, out var other) && !(other.HasHash && payment.Hash is not null))
            {
                return other.Settlement;
            }
        }

        return null;
    }
}
