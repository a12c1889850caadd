using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.L402.Bolt11;

/// <summary>The beginning of an invoice: network and amount (BOLT 11, Human-Readable Part).</summary>
/// <param name="Network">Network of the invoice.</param>
/// <param name="Amount">The amount, when it is positive.</param>
/// <param name="Kind">State of the amount; zero is Unusable.</param>
/// <param name="IsPico">Whether the amount is in pico-bitcoin.</param>
internal sealed record HumanReadablePart(Bolt11Network Network, Msats? Amount, InvoiceAmountKind Kind, bool IsPico)
{
    private const decimal MsatsPerBitcoin = 100_000_000_000m;
    private const decimal AllBitcoin = 21_000_000m;
    private const int MaxDigits = 20;

    // A prefix that is the beginning of another comes after it.
    private static readonly KeyValuePair<string, Bolt11Network>[] Prefixes =
    {
        new("lnbcrt", Bolt11Network.Regtest),
        new("lnbc", Bolt11Network.Mainnet),
        new("lntbs", Bolt11Network.Signet),
        new("lntb", Bolt11Network.Testnet),
        new("lnsb", Bolt11Network.Simnet),
    };

    /// <summary>The text of a network's prefix.</summary>
    public static string GetPrefix(Bolt11Network network) => Prefixes.First(prefix => prefix.Value == network).Key;

    /// <summary>Reads a lower-case human-readable part.</summary>
    public static HumanReadablePart? Read(string text, out L402Error? error)
    {
        foreach (var prefix in Prefixes)
        {
            if (text.StartsWith(prefix.Key, StringComparison.Ordinal) && (text.Length == prefix.Key.Length || IsDigit(text[prefix.Key.Length])))
            {
                return ReadAmount(prefix.Value, text.Substring(prefix.Key.Length), out error);
            }
        }

        error = L402Error.Invoice(L402ErrorCodes.InvoiceUnknownNetwork, "the invoice prefix is not that of a known network");
        return null;
    }

    private static HumanReadablePart? ReadAmount(Bolt11Network network, string text, out L402Error? error)
    {
        error = null;
        if (text.Length == 0)
        {
            return new(network, null, InvoiceAmountKind.Absent, false);
        }

        var digits = text.TakeWhile(IsDigit).Count();
        var multiplier = text.Substring(digits);
        decimal unit = multiplier switch
        {
            "" => MsatsPerBitcoin,
            "m" => MsatsPerBitcoin / 1000,
            "u" => MsatsPerBitcoin / 1_000_000,
            "n" => MsatsPerBitcoin / 1_000_000_000,
            "p" => MsatsPerBitcoin / 1_000_000_000_000,
            _ => 0,
        };
        var number = text.Substring(0, digits);
        error = Refusal(number, multiplier, unit);
        if (error is not null)
        {
            return null;
        }

        // Compared before it is multiplied: twenty digits of whole bitcoin exceed what a decimal holds.
        var units = decimal.Parse("0" + number.TrimStart('0'), NumberStyles.None, CultureInfo.InvariantCulture);
        if (units > AllBitcoin * MsatsPerBitcoin / unit)
        {
            error = OutOfRange();
            return null;
        }

        var msats = units * unit;
        if (msats != decimal.Truncate(msats))
        {
            error = L402Error.Invoice(L402ErrorCodes.InvoiceSubMillisatoshi, "the invoice amount is not a whole number of millisatoshis");
            return null;
        }

        return msats == 0
            ? new(network, null, InvoiceAmountKind.Unusable, multiplier == "p")
            : new(network, new Msats((long)msats), InvoiceAmountKind.Stated, multiplier == "p");
    }

    private static L402Error? Refusal(string number, string multiplier, decimal unit) =>
        unit == 0 && multiplier.Length == 1 ? L402Error.Invoice(L402ErrorCodes.InvoiceUnknownMultiplier, "the multiplier of the amount is not one of m, u, n and p")
        : unit == 0 || (multiplier == "p" && number.All(digit => digit == '0')) ? L402Error.Invoice(L402ErrorCodes.InvoiceAmountMalformed, "the amount of the invoice is malformed")
        : number.TrimStart('0').Length > MaxDigits ? OutOfRange()
        : null;

    private static L402Error OutOfRange() => L402Error.Invoice(L402ErrorCodes.InvoiceAmountOutOfRange, "the invoice amount exceeds the total supply of bitcoin");

    private static bool IsDigit(char character) => character is >= '0' and <= '9';
}

/// <summary>The amount of a challenge's invoice, read before the invoice is decoded (docs/reference/l402.md#amount).</summary>
/// <param name="Amount">The amount, when it is positive.</param>
/// <param name="Kind">State of the amount in the invoice.</param>
internal sealed record QuotedAmount(Msats? Amount, InvoiceAmountKind Kind)
{
    /// <summary>Reads only the human-readable part.</summary>
    public static QuotedAmount FromInvoice(string invoice)
    {
        if (Bech32.HumanReadablePart(invoice, out _) is not { } text)
        {
            return new(null, InvoiceAmountKind.NotBolt11);
        }

        if (HumanReadablePart.Read(text, out var error) is not { } part)
        {
            return new(null, error!.Code == L402ErrorCodes.InvoiceUnknownNetwork ? InvoiceAmountKind.NotBolt11 : InvoiceAmountKind.Unusable);
        }

        // No recorded challenge has a pico amount that is not whole. p is the multiplier most often misread or
        // miswritten, so it requires a valid checksum.
        return part.IsPico && !Bolt11Invoice.TryParse(invoice, out _, out _)
            ? new(null, InvoiceAmountKind.Unusable)
            : new(part.Amount, part.Kind);
    }
}
