using System.Collections.Generic;
using System.Linq;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;
using LightningOps.L402.Macaroons;

namespace LightningOps.Gateway.Probes;

/// <summary>Reads the challenge of a gateway's probe route. Its invoice must be complete BOLT 11 with an amount.</summary>
internal static class ProbeChallengeReader
{
    /// <summary>Names of the services in the token of the L402 challenge; empty when unknown.</summary>
    public static IReadOnlyList<string> ReadServices(IReadOnlyList<string> challenges) =>
        L402Challenge.TryParse(challenges, out var challenge, out _) && Macaroon.TryParse(challenge.Macaroon, out var token, out _)
            ? Lifetime.ServiceNames(token.FindRestriction("services")).ToArray()
            : [];

    /// <summary>The L402 challenge among the values of WWW-Authenticate, one per header line.</summary>
    public static ChallengeReading Read(IReadOnlyList<string> challenges)
    {
        if (!L402Challenge.TryParse(challenges, out var challenge, out var error)
            || !Bolt11Invoice.TryParse(challenge.Invoice, out var invoice, out error))
        {
            return new ChallengeReading { Fault = error.Code };
        }

        return invoice.AmountKind == InvoiceAmountKind.Stated && challenge.Amount == invoice.Amount
            ? new ChallengeReading { Amount = invoice.Amount }
            : new ChallengeReading { Fault = "amount_unknown" };
    }
}

/// <summary>The reading of a challenge.</summary>
internal sealed record ChallengeReading
{
    /// <summary>The amount of its invoice, or null when the challenge is invalid or the amount unknown.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Why there is no amount, in one line without the invoice.</summary>
    public string? Fault { get; init; }
}
