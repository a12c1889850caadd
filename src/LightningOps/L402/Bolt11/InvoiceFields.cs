using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace LightningOps.L402.Bolt11;

/// <summary>The tagged fields of an invoice as they are met. Of a field there twice, the first is the preferred (BOLT 11).</summary>
internal sealed class InvoiceFields
{
    private const int LengthWords = 2;
    private const int HopSize = 51;
    private const int KeySize = 33;

    private readonly List<IReadOnlyList<Bolt11RouteHop>> routes = new();
    private readonly List<Bolt11FallbackAddress> fallbacks = new();

    public PaymentHash? PaymentHash { get; private set; }

    public string? PaymentSecretHex { get; private set; }

    public string? Description { get; private set; }

    public string? DescriptionHashHex { get; private set; }

    public string? PayeeHex { get; private set; }

    public string? MetadataHex { get; private set; }

    public long? ExpirySeconds { get; private set; }

    public long? MinFinalCltvExpiryDelta { get; private set; }

    public IReadOnlyList<int>? Features { get; private set; }

    public IReadOnlyList<IReadOnlyList<Bolt11RouteHop>> Routes => routes;

    public IReadOnlyList<Bolt11FallbackAddress> Fallbacks => fallbacks;

    /// <summary>Reads fields to the end of the words; null when one reaches past it.</summary>
    public static InvoiceFields? Read(ReadOnlySpan<byte> words)
    {
        var fields = new InvoiceFields();
        while (words.Length > 0)
        {
            if (words.Length <= LengthWords)
            {
                return null;
            }

            var tag = words[0];
            var length = (words[1] << 5) | words[2];
            words = words.Slice(1 + LengthWords);
            if (length > words.Length)
            {
                return null;
            }

            fields.ReadField(tag, words.Slice(0, length));
            words = words.Slice(length);
        }

        return fields;
    }

    private void ReadField(byte tag, ReadOnlySpan<byte> words)
    {
        switch (tag)
        {
            case TaggedField.PaymentHash when words.Length == TaggedField.HashLength:
                PaymentHash ??= LightningOps.L402.PaymentHash.FromBytes(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.PaymentSecret when words.Length == TaggedField.HashLength:
                PaymentSecretHex ??= HexText.From(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.DescriptionHash when words.Length == TaggedField.HashLength:
                DescriptionHashHex ??= HexText.From(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Payee when words.Length == TaggedField.KeyLength:
                PayeeHex ??= HexText.From(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Description:
                Description ??= Encoding.UTF8.GetString(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Metadata:
                MetadataHex ??= HexText.From(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Expiry:
                ExpirySeconds ??= FiveBitWords.ToNumber(words);
                break;
            case TaggedField.MinFinalCltvExpiryDelta:
                MinFinalCltvExpiryDelta ??= FiveBitWords.ToNumber(words);
                break;
            case TaggedField.Features:
                Features ??= FeatureBits.Read(words);
                break;
            case TaggedField.Route:
                ReadRoute(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Fallback:
                ReadFallback(words);
                break;
        }
    }

    private void ReadRoute(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes.Length % HopSize != 0)
        {
            return;
        }

        var hops = new List<Bolt11RouteHop>();
        for (; bytes.Length > 0; bytes = bytes.Slice(HopSize))
        {
            var rest = bytes.Slice(KeySize);
            var channel = string.Format(CultureInfo.InvariantCulture, "{0}x{1}x{2}", Number(rest, 3), Number(rest.Slice(3), 3), Number(rest.Slice(6), 2));
            hops.Add(new(HexText.From(bytes.Slice(0, KeySize)), channel, Number(rest.Slice(8), 4), Number(rest.Slice(12), 4), (int)Number(rest.Slice(16), 2)));
        }

        routes.Add(hops);
    }

    private void ReadFallback(ReadOnlySpan<byte> words)
    {
        if (words.Length == 0)
        {
            return;
        }

        int version = words[0];
        var program = FiveBitWords.ToBytes(words.Slice(1));
        var known = version switch
        {
            0 => program.Length is 20 or 32,
            <= 16 => program.Length is >= 2 and <= 40,
            17 or 18 => program.Length == 20,
            _ => false,
        };
        if (known)
        {
            fallbacks.Add(new(version, HexText.From(program)));
        }
    }

    private static long Number(ReadOnlySpan<byte> bytes, int length)
    {
        long number = 0;
        foreach (var value in bytes.Slice(0, length))
        {
            number = (number << 8) | value;
        }

        return number;
    }
}

/// <summary>The tags of BOLT 11 as five-bit words.</summary>
internal static class TaggedField
{
    /// <summary>p.</summary>
    public const byte PaymentHash = 1;

    /// <summary>r.</summary>
    public const byte Route = 3;

    /// <summary>9.</summary>
    public const byte Features = 5;

    /// <summary>x.</summary>
    public const byte Expiry = 6;

    /// <summary>f.</summary>
    public const byte Fallback = 9;

    /// <summary>d.</summary>
    public const byte Description = 13;

    /// <summary>s.</summary>
    public const byte PaymentSecret = 16;

    /// <summary>n.</summary>
    public const byte Payee = 19;

    /// <summary>h.</summary>
    public const byte DescriptionHash = 23;

    /// <summary>c.</summary>
    public const byte MinFinalCltvExpiryDelta = 24;

    /// <summary>m.</summary>
    public const byte Metadata = 27;

    /// <summary>Words of a 32-byte value; p, h and s of another length are skipped.</summary>
    public const int HashLength = 52;

    /// <summary>Words of a 33-byte value; n of another length is skipped.</summary>
    public const int KeyLength = 53;
}

/// <summary>The feature bits of an invoice (BOLT 9, context 9): bit 0 is the last, and an even bit must be understood.</summary>
internal static class FeatureBits
{
    // var_onion_optin, payment_secret, basic_mpp, option_route_blinding, option_payment_metadata, and LND's bit of blinded paths in an invoice.
    private static readonly int[] UnderstoodWhenRequired = { 8, 14, 16, 24, 48, BlindedPaths };
    private const int BlindedPaths = 262;

    /// <summary>The numbers of the bits that are set, ascending.</summary>
    public static IReadOnlyList<int> Read(ReadOnlySpan<byte> words)
    {
        var bits = new List<int>();
        for (var bit = 0; bit < words.Length * 5; bit++)
        {
            if (((words[words.Length - 1 - (bit / 5)] >> (bit % 5)) & 1) == 1)
            {
                bits.Add(bit);
            }
        }

        return bits;
    }

    /// <summary>The words of these bits, as few as can be.</summary>
    public static byte[] Write(IReadOnlyCollection<int> bits)
    {
        var words = new byte[bits.Count == 0 ? 0 : (bits.Max() / 5) + 1];
        foreach (var bit in bits)
        {
            words[words.Length - 1 - (bit / 5)] |= (byte)(1 << (bit % 5));
        }

        return words;
    }

    /// <summary>Whether the invoice has blinded paths, which carry what the payment secret is for.</summary>
    public static bool HasBlindedPaths(IReadOnlyList<int>? bits) => bits is not null && (bits.Contains(BlindedPaths) || bits.Contains(BlindedPaths + 1));

    /// <summary>The first bit that is required and not understood.</summary>
    public static int? FirstUnknownRequired(IEnumerable<int> bits)
    {
        foreach (var bit in bits)
        {
            if (bit % 2 == 0 && Array.IndexOf(UnderstoodWhenRequired, bit) < 0)
            {
                return bit;
            }
        }

        return null;
    }
}
