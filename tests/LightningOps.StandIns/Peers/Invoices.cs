using System.Linq;
using LightningOps.L402;
using LightningOps.L402.Bolt11;

namespace LightningOps.Tests.L402.Bolt11;

/// <summary>Invoices of tests.</summary>
internal static class Invoices
{
    /// <summary>Five-bit words of a payment hash, a payment secret and a signature some key can have made.</summary>
    private static readonly byte[] Hash = new byte[TaggedField.HashLength];

    public static SimulatedInvoice Simulated(long? msats) => new()
    {
        Amount = msats is { } value ? new Msats(value) : null,
        Timestamp = 1_700_000_000,
        PaymentHash = PaymentHash.Parse(new string('a', 64)),
        PaymentSecret = new byte[32],
    };

    /// <summary>The value of WWW-Authenticate that asks for such an invoice.</summary>
    public static string Challenge(long msats) => "L402 macaroon=\"m\", invoice=\"" + Simulated(msats).Encode() + "\"";

    /// <summary>An invoice with a payment hash, a secret, an empty description and these further words between time stamp and signature.</summary>
    public static string WithFields(string humanReadablePart, params byte[] further)
    {
        var signature = Bech32.DecodeData(Simulated(null).Encode(), "lnbcrt", out _)!.TakeLast(InvoiceSignature.WordLength);
        var words = new byte[7].Concat(Field(TaggedField.PaymentHash, Hash)).Concat(Field(TaggedField.PaymentSecret, Hash)).Concat(Field(TaggedField.Description)).Concat(further).Concat(signature);
        return Bech32.Encode(humanReadablePart, words.ToArray());
    }

    public static byte[] Field(byte tag, params byte[] words) =>
        new[] { tag, (byte)(words.Length >> 5), (byte)(words.Length & 31) }.Concat(words).ToArray();
}
