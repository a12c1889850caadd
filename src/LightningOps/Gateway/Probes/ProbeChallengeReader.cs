using System.Collections.Generic;
using LightningOps.L402.Bolt11;
using LightningOps.L402.Challenges;

namespace LightningOps.Gateway.Probes;

/// <summary>Reads a challenge for the check of its amount; the L402 protocol implements it.</summary>
public interface IChallengeReader
{
    /// <summary>The L402 challenge among the values of WWW-Authenticate.</summary>
    /// <param name="challenges">The values, one a header line.</param>
    ChallengeReading Read(IReadOnlyList<string> challenges);
}

/// <summary>The price of a challenge.</summary>
public sealed record ChallengeReading
{
    /// <summary>The amount of its invoice, or null when it is no valid challenge or its amount cannot be told.</summary>
    public Msats? Amount { get; init; }

    /// <summary>Why there is no amount, in one line without the invoice.</summary>
    public string? Fault { get; init; }
}

/// <summary>Reads the challenge of a gateway's probe route: its invoice must be BOLT 11, whole, and state what it asks.</summary>
public sealed class ProbeChallengeReader : IChallengeReader
{
    /// <inheritdoc/>
    public ChallengeReading Read(IReadOnlyList<string> challenges)
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
