using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace LightningOps.L402.Bolt11;

/// <summary>
/// An invoice of a simulated node, for a gateway on loopback. Every reader decodes it, but its node cannot be
/// reached, so no other wallet pays it.
/// </summary>
internal sealed class SimulatedInvoice
{
    // The x of secp256k1's generator as r and 1 as s: a valid signature of no known key. Used if no key is given.
    private const string Signature = "79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798" + "0000000000000000000000000000000000000000000000000000000000000001" + "00";
    private const int TimestampLength = 7;

    // var_onion_optin and payment_secret, required as by current nodes.
    private static readonly int[] Features = { 8, 14 };

    /// <summary>The network of its prefix.</summary>
    public Bolt11Network Network { get; init; } = Bolt11Network.Regtest;

    /// <summary>Positive; null leaves the amount open.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Creation time, in seconds since 1970.</summary>
    public required long Timestamp { get; init; }

    /// <summary>Validity in seconds.</summary>
    public long ExpirySeconds { get; init; } = Bolt11Invoice.DefaultExpirySeconds;

    /// <summary>SHA-256 of its preimage.</summary>
    public required PaymentHash PaymentHash { get; init; }

    /// <summary>32 bytes.</summary>
    public required byte[] PaymentSecret { get; init; }

    /// <summary>Key of its node; null for a signature of no known key.</summary>
    public SimulatedNodeKey? Key { get; init; }

    /// <summary>What it is for.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>The invoice's text.</summary>
    public string Encode()
    {
        var words = new List<byte>(FiveBitWords.FromNumber(Timestamp, TimestampLength));
        Add(words, TaggedField.PaymentHash, FiveBitWords.FromBytes(PaymentHash.ToBytes()));
        Add(words, TaggedField.PaymentSecret, FiveBitWords.FromBytes(PaymentSecret));
        Add(words, TaggedField.Description, FiveBitWords.FromBytes(Encoding.UTF8.GetBytes(Description)));
        Add(words, TaggedField.Expiry, FiveBitWords.FromNumber(ExpirySeconds));
        Add(words, TaggedField.Features, FeatureBits.Write(Features));
        var prefix = HumanReadablePart.GetPrefix(Network) + AmountText();
        words.AddRange(FiveBitWords.FromBytes(Key?.Sign(InvoiceSignature.Hash(prefix, words.ToArray())) ?? HexText.Decode(Signature)!));
        return Bech32.Encode(prefix, words.ToArray());
    }

    /// <summary>The amount with the largest multiplier that keeps it whole, as BOLT 11 requires of writers.</summary>
    private string AmountText()
    {
        if (Amount is not { } amount)
        {
            return string.Empty;
        }

        var (number, multiplier) = amount.Value switch
        {
            var msats when msats % 100_000_000_000 == 0 => (msats / 100_000_000_000, string.Empty),
            var msats when msats % 100_000_000 == 0 => (msats / 100_000_000, "m"),
            var msats when msats % 100_000 == 0 => (msats / 100_000, "u"),
            var msats when msats % 100 == 0 => (msats / 100, "n"),
            var msats => (msats, "0p"),
        };
        return number.ToString(CultureInfo.InvariantCulture) + multiplier;
    }

    private static void Add(List<byte> words, byte tag, byte[] value)
    {
        if (value.Length > 1023)
        {
            throw new ArgumentException("a tagged field holds at most 1023 words", nameof(value));
        }

        words.Add(tag);
        words.AddRange(FiveBitWords.FromNumber(value.Length, 2));
        words.AddRange(value);
    }
}
