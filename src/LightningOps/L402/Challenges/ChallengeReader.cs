using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Macaroons;

namespace LightningOps.L402.Challenges;

/// <summary>Reads a challenge and binds its amount to its invoice (docs/reference/l402.md#challenge).</summary>
internal static class ChallengeReader
{
    // 2^53 - 1: the largest integer every JSON reader keeps exactly.
    private const long MaxAmount = 9_007_199_254_740_991;

    private static readonly string[] KnownNames = { "macaroon", "token", "invoice", "amount_msats", "amountmsats", "issuer" };

    /// <summary>The challenge of these header values, or the error. Of several the cheapest.</summary>
    /// <param name="headerValues">One value per header line.</param>
    /// <param name="now">Challenges that have not expired at this time come first; null to ignore expiries.</param>
    /// <param name="error">Why there is no challenge.</param>
    public static L402Challenge? Read(IEnumerable<string> headerValues, DateTimeOffset? now, out L402Error? error)
    {
        if (!TryCollect(headerValues, out var values))
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengeTooLarge, "Challenge header is longer than " + L402Challenge.MaxLength.ToString(CultureInfo.InvariantCulture) + " characters");
            return null;
        }

        var segments = AuthenticationValue.AllPreferred(values, out var scheme);
        if (segments.Count == 0)
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengeMissing, "Expected an L402 challenge header");
            return null;
        }

        // The first one must be readable. An expired challenge is used only if all are, for its refusal names the reason.
        var chosen = Read(segments[0], scheme, out error);
        var isExpired = chosen is not null && segments.Count > 1 && HasExpired(chosen, now);
        for (var i = 1; chosen is not null && i < segments.Count; i++)
        {
            if (Read(segments[i], scheme, out _) is not { } other || (!isExpired && !IsCheaper(other, chosen)))
            {
                continue;
            }

            var isOtherExpired = HasExpired(other, now);
            if (!isOtherExpired || (isExpired && IsCheaper(other, chosen)))
            {
                (chosen, isExpired) = (other, isOtherExpired);
            }
        }

        return chosen;
    }

    /// <summary>Whether the token or the invoice states an end that has passed.</summary>
    private static bool HasExpired(L402Challenge challenge, DateTimeOffset? now) => now is { } moment
        && ((Macaroon.TryParse(challenge.Macaroon, out var token, out _) && Lifetime.FindEnd(token)?.At <= moment)
            || (Bolt11Invoice.TryParse(challenge.Invoice, out var invoice, out _) && invoice.IsExpiredAt(moment)));

    private static L402Challenge? Read(SchemeSegment segment, L402Scheme scheme, out L402Error? error) =>
        AttributeTexts.TryRead(TokenInvoicePair.Unfold(segment), KnownNames, out var attributes, out error) ? Read(attributes, scheme, out error) : null;

    private static bool IsCheaper(L402Challenge one, L402Challenge other) =>
        one.Amount is { } amount && (other.Amount is not { } asked || amount < asked);

    /// <summary>The values, unless they are longer together than <see cref="L402Challenge.MaxLength"/>.</summary>
    public static bool TryCollect(IEnumerable<string> headerValues, out List<string> values)
    {
        values = new List<string>();
        long length = 0;
        foreach (var value in headerValues)
        {
            length += value.Length + 1;
            if (length > L402Challenge.MaxLength)
            {
                return false;
            }

            values.Add(value);
        }

        return true;
    }

    private static L402Challenge? Read(AttributeTexts attributes, L402Scheme scheme, out L402Error? error)
    {
        // An unreadable value is reported before a missing one, because it may have swallowed the next attribute.
        if (!attributes.TryRead("macaroon", out var macaroon, out error) || !attributes.TryRead("token", out var token, out error)
            || !attributes.TryRead("invoice", out var invoice, out error) || !attributes.TryRead("issuer", out var issuer, out error)
            || !TryReadAmount(attributes, out var stated, out error))
        {
            return null;
        }

        if (invoice is null || (macaroon ?? token) is null)
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengeIncomplete, "Challenge must include invoice and macaroon attributes");
            return null;
        }

        if (macaroon is not null && token is not null && macaroon != token)
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengeTokenConflict, "macaroon and token conflict in challenge attributes");
            return null;
        }

        invoice = InvoiceUri.Unwrap(invoice);
        var asked = QuotedAmount.FromInvoice(invoice);
        if (asked.Amount is { } amount && stated is { } other && amount.Value != other)
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengeAmountMismatch, "amount_msats does not match the invoice amount");
            return null;
        }

        return new L402Challenge
        {
            Scheme = scheme,
            Macaroon = (macaroon ?? token)!,
            Invoice = invoice,
            Amount = asked.Kind is InvoiceAmountKind.Absent or InvoiceAmountKind.NotBolt11 ? Positive(stated) : asked.Amount,
            InvoiceAmount = asked.Kind,
            Issuer = issuer,
        };
    }

    private static bool TryReadAmount(AttributeTexts attributes, out long? amount, out L402Error? error)
    {
        amount = null;
        if (!attributes.TryRead("amount_msats", out var usual, out error) || !attributes.TryRead("amountmsats", out var joined, out error))
        {
            return false;
        }

        if (usual is not null && joined is not null && usual != joined)
        {
            error = L402Error.Challenge(L402ErrorCodes.ChallengeAmountConflict, "amount_msats and amountmsats conflict in challenge attributes");
            return false;
        }

        var text = usual ?? joined;
        if (text is null)
        {
            return true;
        }

        error = !IsPlainInteger(text) ? L402Error.Challenge(L402ErrorCodes.ChallengeAmountInvalid, "amount_msats must be a non-negative integer")
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= MaxAmount ? SetAmount(value, out amount)
            : L402Error.Challenge(L402ErrorCodes.ChallengeAmountOutOfRange, "amount_msats is outside safe integer bounds");
        return error is null;
    }

    private static L402Error? SetAmount(long value, out long? amount)
    {
        amount = value;
        return null;
    }

    private static bool IsPlainInteger(string text)
    {
        foreach (var character in text)
        {
            if (character is < '0' or > '9')
            {
                return false;
            }
        }

        return text == "0" || text[0] != '0';
    }

    private static Msats? Positive(long? amount) => amount > 0 ? new Msats(amount.Value) : null;
}
