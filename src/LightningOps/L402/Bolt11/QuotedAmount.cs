using LightningOps.Paywalls;

namespace LightningOps.L402.Bolt11;

/// <summary>The amount a challenge's invoice asks, read before the invoice is decoded (docs/reference/l402.md#amount).</summary>
/// <param name="Amount">The amount, when it is positive.</param>
/// <param name="Kind">What the invoice says of it.</param>
internal sealed record QuotedAmount(Msats? Amount, InvoiceAmountKind Kind)
{
    /// <summary>Reads the human-readable part alone.</summary>
    public static QuotedAmount Of(string invoice)
    {
        if (Bech32.HumanReadablePart(invoice, out _) is not { } text)
        {
            return new(null, InvoiceAmountKind.NotBolt11);
        }

        if (HumanReadablePart.Read(text, out var error) is not { } part)
        {
            return new(null, error!.Code == L402ErrorCodes.InvoiceUnknownNetwork ? InvoiceAmountKind.NotBolt11 : InvoiceAmountKind.Unusable);
        }

        // The recorded challenges know no pico amount of an invoice that is not whole: p is the multiplier most often
        // written or read wrongly, so it counts only under a checksum.
        return part.IsPico && !Bolt11Invoice.TryParse(invoice, out _, out _)
            ? new(null, InvoiceAmountKind.Unusable)
            : new(part.Amount, part.Kind);
    }
}
