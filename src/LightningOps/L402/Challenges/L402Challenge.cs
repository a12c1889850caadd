using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;

namespace LightningOps.L402.Challenges;

/// <summary>The 402 answer of a server: an invoice to pay, and a macaroon that becomes valid with its preimage (docs/reference/l402.md#challenge).</summary>
public sealed record L402Challenge
{
    /// <summary>Maximum number of characters of all header values together; longer input is rejected unread.</summary>
    public const int MaxLength = 64 * 1024;

    /// <summary>The scheme name used by the server.</summary>
    public L402Scheme Scheme { get; init; }

    /// <summary>The token as received (<c>macaroon=</c> or <c>token=</c>), usually the base64 of a <see cref="LightningOps.L402.Macaroons.Macaroon"/>; worth money once paid.</summary>
    public required string Macaroon { get; init; }

    /// <summary>The invoice as received. It is BOLT 11 from a real server; decode it with <see cref="Bolt11Invoice.TryParse"/> before paying.</summary>
    public required string Invoice { get; init; }

    /// <summary>
    /// The price, a positive number of millisatoshis: the amount of the invoice, or of the header if the invoice has no
    /// amount. Null if neither states an amount, or the amount of the invoice is invalid; then nothing may be paid
    /// (<c>amount_unknown</c>).
    /// </summary>
    public Msats? Amount { get; init; }

    /// <summary>State of the amount in the invoice.</summary>
    public InvoiceAmountKind InvoiceAmount { get; init; }

    /// <summary>The issuer, if the server states it.</summary>
    public string? Issuer { get; init; }

    /// <summary>Reads one WWW-Authenticate value, which may be several lines joined by commas.</summary>
    /// <exception cref="L402Exception">There is no usable challenge.</exception>
    public static L402Challenge Parse(string headerValue) => Parse(new[] { headerValue });

    /// <summary>Reads the WWW-Authenticate values of an answer.</summary>
    /// <exception cref="L402Exception">There is no usable challenge.</exception>
    public static L402Challenge Parse(IEnumerable<string> headerValues) =>
        TryParse(headerValues, out var challenge, out var error) ? challenge : throw new L402Exception(error);

    /// <summary>Reads one WWW-Authenticate value, which may be several lines joined by commas.</summary>
    /// <param name="headerValue">The value.</param>
    /// <param name="challenge">The cheapest L402 challenge, else the cheapest LSAT challenge.</param>
    /// <param name="error">Why there is no challenge.</param>
    public static bool TryParse(string headerValue, [NotNullWhen(true)] out L402Challenge? challenge, [NotNullWhen(false)] out L402Error? error) =>
        TryParse(new[] { headerValue }, out challenge, out error);

    /// <summary>Reads the WWW-Authenticate values of an answer.</summary>
    /// <param name="headerValues">One value per header line.</param>
    /// <param name="challenge">The cheapest L402 challenge, else the cheapest LSAT challenge.</param>
    /// <param name="error">Why there is no challenge.</param>
    public static bool TryParse(IEnumerable<string> headerValues, [NotNullWhen(true)] out L402Challenge? challenge, [NotNullWhen(false)] out L402Error? error)
    {
        challenge = ChallengeReader.Read(headerValues, now: null, out error);
        return challenge is not null;
    }

    /// <summary>Reads the WWW-Authenticate values of an answer for a purchase.</summary>
    /// <param name="headerValues">One value per header line.</param>
    /// <param name="now">When it would be paid.</param>
    /// <param name="challenge">The cheapest L402 challenge that has not expired, else the cheapest; without any, LSAT challenges alike.</param>
    /// <param name="error">Why there is no challenge.</param>
    internal static bool TryParse(IEnumerable<string> headerValues, DateTimeOffset now, [NotNullWhen(true)] out L402Challenge? challenge, [NotNullWhen(false)] out L402Error? error)
    {
        challenge = ChallengeReader.Read(headerValues, now, out error);
        return challenge is not null;
    }

    /// <summary>The challenge as a WWW-Authenticate value, which reads back as the same challenge.</summary>
    /// <remarks>The amount is written only if the invoice leaves it open; otherwise it would be redundant.</remarks>
    public string ToHeaderValue()
    {
        if (Scheme == L402Scheme.Payment)
        {
            return PaymentCredential.FromToken(Macaroon).ToHeaderValue();
        }

        var value = new StringBuilder(Scheme == L402Scheme.Lsat ? "LSAT" : "L402")
            .Append(" macaroon=").Append(QuotedText.Quote(Macaroon))
            .Append(", invoice=").Append(QuotedText.Quote(Invoice));
        if (Amount is { } amount && InvoiceAmount is InvoiceAmountKind.Absent or InvoiceAmountKind.NotBolt11)
        {
            value.Append(", amount_msats=").Append(amount.Value.ToString(CultureInfo.InvariantCulture));
        }

        return (Issuer is null ? value : value.Append(", issuer=").Append(QuotedText.Quote(Issuer))).ToString();
    }

    /// <summary>The scheme and the amount; not the macaroon.</summary>
    public override string ToString() =>
        Scheme switch { L402Scheme.Lsat => "LSAT", L402Scheme.Payment => "Payment", _ => "L402" } + " challenge for " + (Amount is { } amount ? amount + " msat" : "an unknown amount");
}

/// <summary>Scheme name of a challenge or credential in its header.</summary>
public enum L402Scheme
{
    /// <summary><c>L402</c>, the current name.</summary>
    L402,

    /// <summary><c>LSAT</c>, the older name of the same protocol.</summary>
    Lsat,

    /// <summary><c>Payment</c>, intent charge, paid with lightning. Its credential serves one request only.</summary>
    Payment,
}
