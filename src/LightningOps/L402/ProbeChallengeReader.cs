using System.Collections.Generic;
using LightningOps.Gateway;

namespace LightningOps.L402;

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
