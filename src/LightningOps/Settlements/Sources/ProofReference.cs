using System.Linq;

namespace LightningOps.Settlements.Sources;

/// <summary>What may stand for a proof of payment: <c>lightning_preimage:</c> and 24 hex characters, and what is like it.</summary>
internal static class ProofReference
{
    private const int MaxDigits = 24;
    private const string PaymentHashPrefix = "lightning_payment_hash:";

    /// <summary>The reference of a proof of which only the payment hash is known.</summary>
    /// <param name="paymentHash">64 lower-case hex characters.</param>
    public static string FromPaymentHash(string paymentHash) => PaymentHashPrefix + paymentHash.Substring(0, MaxDigits);

    /// <summary>Whether a text is a reference, and not so long that it could be the proof.</summary>
    public static bool IsOne(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0
            && text.Length - colon - 1 is > 0 and <= MaxDigits
            && text.Take(colon).All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')
            && text.Skip(colon + 1).All(static digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
    }
}
