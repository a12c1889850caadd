using System;
using System.Globalization;

namespace LightningOps.L402.Bolt11;

/// <summary>Decodes invoices (BOLT 11).</summary>
internal static class InvoiceDecoder
{
    private const int TimestampLength = 7;

    /// <summary>The invoice, or the first error met.</summary>
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
        if (InvoiceFields.Read(tagged) is not { } fields)
        {
            error = L402Error.Invoice(L402ErrorCodes.InvoiceTruncatedField, "a tagged field reaches past the end of the invoice");
            return null;
        }

        error = Refusal(fields, signature);
        return error is null ? Assemble(text, human, FiveBitWords.ToNumber(data.Slice(0, TimestampLength)), fields, signature) : null;
    }

    private static L402Error? Refusal(InvoiceFields fields, InvoiceSignature signature) =>
        fields.PaymentHash is null ? L402Error.Invoice(L402ErrorCodes.InvoiceMissingPaymentHash, "the invoice has no payment hash")
        : fields.PaymentSecretHex is null && !FeatureBits.HasBlindedPaths(fields.Features) ? L402Error.Invoice(L402ErrorCodes.InvoiceMissingPaymentSecret, "the invoice has no payment secret")
        : fields.Features is { } bits && FeatureBits.FirstUnknownRequired(bits) is { } bit ? L402Error.Invoice(L402ErrorCodes.InvoiceUnknownFeature, "the invoice requires the unknown feature " + bit.ToString(CultureInfo.InvariantCulture))
        : !signature.IsSound(fields.PayeeHex is not null) ? L402Error.Invoice(L402ErrorCodes.InvoiceSignatureInvalid, "the signature of the invoice is not valid for any key, or is not canonical")
        : null;

    private static Bolt11Invoice Assemble(string text, HumanReadablePart human, long timestamp, InvoiceFields fields, InvoiceSignature signature) => new()
    {
        Text = text,
        Network = human.Network,
        Amount = human.Amount,
        AmountKind = human.Kind,
        Timestamp = timestamp,
        ExpirySeconds = fields.ExpirySeconds ?? Bolt11Invoice.DefaultExpirySeconds,
        PaymentHash = fields.PaymentHash!,
        PaymentSecretHex = fields.PaymentSecretHex ?? string.Empty,
        Description = fields.Description,
        DescriptionHashHex = fields.DescriptionHashHex,
        PayeeHex = fields.PayeeHex,
        MinFinalCltvExpiryDelta = fields.MinFinalCltvExpiryDelta ?? Bolt11Invoice.DefaultMinFinalCltvExpiryDelta,
        Features = fields.Features ?? Array.Empty<int>(),
        RouteHints = fields.Routes,
        FallbackAddresses = fields.Fallbacks,
        MetadataHex = fields.MetadataHex,
        SignatureHex = signature.CompactHex,
        SignatureRecoveryId = signature.RecoveryId,
    };
}
