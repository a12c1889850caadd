using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace LightningOps.L402.Bolt11;

/// <summary>
/// The tagged fields of an invoice. The first of repeated fields counts (BOLT 11). A malformed known field is an
/// error (docs/reference/l402.md#bolt-11).
/// </summary>
internal sealed class InvoiceFields
{
    private const int LengthWords = 2;
    private const int HopSize = 51;
    private const int MaxNumberLength = 13;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<IReadOnlyList<Bolt11RouteHop>> routes = new();
    private readonly List<Bolt11FallbackAddress> fallbacks = new();
    private readonly List<Bolt11BlindedPath> paths = new();

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

    public IReadOnlyList<Bolt11BlindedPath> BlindedPaths => paths;

    /// <summary>Reads fields to the end of the words; null and an error when one exceeds it, or is malformed.</summary>
    public static InvoiceFields? Read(ReadOnlySpan<byte> words, out L402Error? error)
    {
        var fields = new InvoiceFields();
        while (words.Length > 0)
        {
            var length = words.Length <= LengthWords ? int.MaxValue : (words[1] << 5) | words[2];
            if (length > words.Length - 1 - LengthWords)
            {
                error = L402Error.Invoice(L402ErrorCodes.InvoiceTruncatedField, "a tagged field reaches past the end of the invoice");
                return null;
            }

            var tag = words[0];
            if (!fields.TryReadField(tag, words.Slice(1 + LengthWords, length)))
            {
                error = L402Error.Invoice(L402ErrorCodes.InvoiceFieldInvalid, "field " + Bech32.GetCharacter(tag) + " of the invoice has a wrong length or an invalid value");
                return null;
            }

            words = words.Slice(1 + LengthWords + length);
        }

        error = null;
        return fields;
    }

    private bool TryReadField(byte tag, ReadOnlySpan<byte> words)
    {
        switch (tag)
        {
            case TaggedField.PaymentHash:
                return ReadBytes(words, TaggedField.HashLength, bytes => PaymentHash ??= LightningOps.L402.PaymentHash.FromBytes(bytes));
            case TaggedField.PaymentSecret:
                return ReadBytes(words, TaggedField.HashLength, bytes => PaymentSecretHex ??= HexText.From(bytes));
            case TaggedField.DescriptionHash:
                return ReadBytes(words, TaggedField.HashLength, bytes => DescriptionHashHex ??= HexText.From(bytes));
            case TaggedField.Payee:
                return ReadBytes(words, TaggedField.KeyLength, bytes => PayeeHex ??= HexText.From(bytes)) && CurvePoint.Decompress(FiveBitWords.ToBytes(words)) is not null;
            case TaggedField.Description:
                return FiveBitWords.IsPadded(words) && TryDecode(FiveBitWords.ToBytes(words));
            case TaggedField.Metadata:
                return ReadBytes(words, words.Length, bytes => MetadataHex ??= HexText.From(bytes));
            case TaggedField.Expiry:
                ExpirySeconds ??= FiveBitWords.ToNumber(words);
                return words.Length <= MaxNumberLength;
            case TaggedField.MinFinalCltvExpiryDelta:
                MinFinalCltvExpiryDelta ??= FiveBitWords.ToNumber(words);
                return words.Length <= MaxNumberLength;
            case TaggedField.Features:
                Features ??= FeatureBits.Read(words);
                return true;
            case TaggedField.Route:
                return FiveBitWords.IsPadded(words) && TryReadRoute(FiveBitWords.ToBytes(words));
            case TaggedField.Fallback:
                return TryReadFallback(words);
            case TaggedField.BlindedPath:
                return FiveBitWords.IsPadded(words) && TryReadPath(FiveBitWords.ToBytes(words));
            default:
                return true;
        }
    }

    private static bool ReadBytes(ReadOnlySpan<byte> words, int length, Action<byte[]> keep)
    {
        if (words.Length != length || !FiveBitWords.IsPadded(words))
        {
            return false;
        }

        keep(FiveBitWords.ToBytes(words));
        return true;
    }

    private bool TryDecode(byte[] utf8)
    {
        try
        {
            var text = StrictUtf8.GetString(utf8);
            Description ??= text;
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private bool TryReadRoute(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0 || bytes.Length % HopSize != 0)
        {
            return false;
        }

        var hops = new List<Bolt11RouteHop>();
        for (; bytes.Length > 0; bytes = bytes.Slice(HopSize))
        {
            if (CurvePoint.Decompress(bytes.Slice(0, CurvePoint.CompressedSize)) is null)
            {
                return false;
            }

            var rest = bytes.Slice(CurvePoint.CompressedSize);
            var channel = string.Format(CultureInfo.InvariantCulture, "{0}x{1}x{2}", Number(rest, 3), Number(rest.Slice(3), 3), Number(rest.Slice(6), 2));
            hops.Add(new(HexText.From(bytes.Slice(0, CurvePoint.CompressedSize)), channel, Number(rest.Slice(8), 4), Number(rest.Slice(12), 4), (int)Number(rest.Slice(16), 2)));
        }

        routes.Add(hops);
        return true;
    }

    // A version that is not known is skipped, whatever follows it (BOLT 11): who made it may know more.
    private bool TryReadFallback(ReadOnlySpan<byte> words)
    {
        if (words.Length < 2)
        {
            return false;
        }

        int version = words[0];
        var program = FiveBitWords.ToBytes(words.Slice(1));
        var isPadded = FiveBitWords.IsPadded(words.Slice(1));
        var isFormed = isPadded && version switch
        {
            0 => program.Length is 20 or 32,
            1 => program.Length == 32,
            <= 16 => program.Length is >= 2 and <= 40,
            17 or 18 => program.Length == 20,
            _ => false,
        };
        if (isFormed)
        {
            fallbacks.Add(new(version, HexText.From(program)));
        }

        return isFormed || version is not (0 or 1 or 17 or 18);
    }

    private bool TryReadPath(ReadOnlySpan<byte> bytes)
    {
        if (BlindedPathReader.Read(bytes) is not { } path)
        {
            return false;
        }

        paths.Add(path);
        return true;
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
