using System;
using System.Globalization;

namespace LightningOps.L402.Bolt11;

/// <summary>Decodes invoices (BOLT 11).</summary>
internal static class InvoiceDecoder
{
    private const int TimestampLength = 7;

    /// <summary>The invoice, or the first error.</summary>
    public static Bolt11Invoice? Decode(string text, out L402Error? error)
    {
        if (Bech32.HumanReadablePart(text, out error) is not { } prefix
            || HumanReadablePart.Read(prefix, out error) is not { } human
            || Bech32.DecodeData(text, prefix, out error) is not { } words)
        {
            return null;
        }

        if (words.Length < TimestampLength + InvoiceSignature.WordLength)
        {
            error = L402Error.Invoice(L402ErrorCodes.InvoiceTooShort, "the invoice is too short for a time stamp and a signature");
            return null;
        }

        var data = words.AsSpan();
        var tagged = data.Slice(TimestampLength, data.Length - TimestampLength - InvoiceSignature.WordLength);
        var signature = InvoiceSignature.FromWords(data.Slice(data.Length - InvoiceSignature.WordLength));
        if (InvoiceFields.Read(tagged, out error) is not { } fields)
        {
            return null;
        }

        error = Refusal(fields);
        if (error is not null)
        {
            return null;
        }

        if (!signature.IsSound(prefix, data.Slice(0, data.Length - InvoiceSignature.WordLength), fields.PayeeHex))
        {
            error = L402Error.Invoice(L402ErrorCodes.InvoiceSignatureInvalid, fields.PayeeHex is null ? "the signature of the invoice is not valid for any key" : "the signature of the invoice is not one of the payee it states, or is not canonical");
            return null;
        }

        return Assemble(text, human, FiveBitWords.ToNumber(data.Slice(0, TimestampLength)), fields, signature);
    }

    /// <summary>The key that signed a decoded invoice; null if the signature gives none.</summary>
    public static string? RecoverPayee(string text)
    {
        var prefix = Bech32.HumanReadablePart(text, out _)!;
        var words = Bech32.DecodeData(text, prefix, out _).AsSpan();
        var signed = words.Slice(0, words.Length - InvoiceSignature.WordLength);
        return InvoiceSignature.FromWords(words.Slice(signed.Length)).Recover(prefix, signed);
    }

    private static L402Error? Refusal(InvoiceFields fields) =>
        fields.PaymentHash is null ? L402Error.Invoice(L402ErrorCodes.InvoiceMissingPaymentHash, "the invoice has no payment hash")
        : (fields.Description is null) == (fields.DescriptionHashHex is null)
            ? L402Error.Invoice(L402ErrorCodes.InvoiceDescription, fields.Description is null ? "the invoice has neither a description nor the hash of one" : "the invoice has both a description and the hash of one")
        : fields.Routes.Count > 0 && fields.BlindedPaths.Count > 0 ? L402Error.Invoice(L402ErrorCodes.InvoiceFieldInvalid, "the invoice has both private routes and blinded paths")
        : fields.Features is { } bits && FeatureBits.FirstUnknownRequired(bits) is { } bit ? L402Error.Invoice(L402ErrorCodes.InvoiceUnknownFeature, "the invoice requires the unknown feature " + bit.ToString(CultureInfo.InvariantCulture))
        : null;

    private static Bolt11Invoice Assemble(string text, HumanReadablePart human, long timestamp, InvoiceFields fields, InvoiceSignature signature) => new()
    {
        Text = text,
        Network = human.Network,
        Amount = human.Amount,
        AmountKind = human.Kind,
        Timestamp = timestamp,
        ExpirySeconds = fields.ExpirySeconds ?? Bolt11Invoice.DefaultExpirySeconds,
        Hash = fields.PaymentHash!,
        PaymentSecretHex = fields.PaymentSecretHex,
        Description = fields.Description,
        DescriptionHashHex = fields.DescriptionHashHex,
        PayeeHex = fields.PayeeHex,
        MinFinalCltvExpiryDelta = fields.MinFinalCltvExpiryDelta ?? Bolt11Invoice.DefaultMinFinalCltvExpiryDelta,
        Features = fields.Features ?? Array.Empty<int>(),
        RouteHints = fields.Routes,
        FallbackAddresses = fields.Fallbacks,
        BlindedPaths = fields.BlindedPaths,
        MetadataHex = fields.MetadataHex,
        SignatureHex = signature.CompactHex,
        SignatureRecoveryId = signature.RecoveryId,
    };
}
