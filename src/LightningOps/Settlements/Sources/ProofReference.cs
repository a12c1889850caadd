using System.Linq;
using LightningOps.ControlPlane.Rules;

namespace LightningOps.Settlements.Sources;

/// <summary>A reference of a proof of payment: <c>lightning_preimage:</c> and 24 hex characters, and similar forms.</summary>
internal static class ProofReference
{
    private const int MaxDigits = PaymentIdentity.Digits;

    /// <summary>The reference of a proof with a known payment hash only.</summary>
    /// <param name="paymentHash">64 lower-case hex characters.</param>
    public static string FromPaymentHash(string paymentHash) => PaymentIdentity.PaymentHashPrefix + paymentHash.Substring(0, MaxDigits);

    /// <summary>Whether a text is a reference, and too short to be the proof itself.</summary>
    public static bool IsOne(string text)
    {
        var colon = text.IndexOf(':');
        return colon > 0
            && text.Length - colon - 1 is > 0 and <= MaxDigits
            && text.Take(colon).All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_')
            && text.Skip(colon + 1).All(static digit => digit is (>= '0' and <= '9') or (>= 'a' and <= 'f'));
    }
}
