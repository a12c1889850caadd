using System;
using System.Collections.Generic;
using System.Globalization;
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

            fields.Take(tag, words.Slice(0, length));
            words = words.Slice(length);
        }

        return fields;
    }

    private void Take(byte tag, ReadOnlySpan<byte> words)
    {
        switch (tag)
        {
            case TaggedField.PaymentHash when words.Length == TaggedField.HashLength:
                PaymentHash ??= L402.PaymentHash.Of(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.PaymentSecret when words.Length == TaggedField.HashLength:
                PaymentSecretHex ??= HexText.Of(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.DescriptionHash when words.Length == TaggedField.HashLength:
                DescriptionHashHex ??= HexText.Of(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Payee when words.Length == TaggedField.KeyLength:
                PayeeHex ??= HexText.Of(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Description:
                Description ??= Encoding.UTF8.GetString(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Metadata:
                MetadataHex ??= HexText.Of(FiveBitWords.ToBytes(words));
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
                TakeRoute(FiveBitWords.ToBytes(words));
                break;
            case TaggedField.Fallback:
                TakeFallback(words);
                break;
        }
    }

    private void TakeRoute(ReadOnlySpan<byte> bytes)
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
            hops.Add(new(HexText.Of(bytes.Slice(0, KeySize)), channel, Number(rest.Slice(8), 4), Number(rest.Slice(12), 4), (int)Number(rest.Slice(16), 2)));
        }

        routes.Add(hops);
    }

    private void TakeFallback(ReadOnlySpan<byte> words)
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
            fallbacks.Add(new(version, HexText.Of(program)));
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
