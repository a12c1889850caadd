namespace LightningOps.L402.Payments;

/// <summary>What every wallet refuses before it is asked.</summary>
internal static class PaymentChecks
{
    /// <summary>A payment of more than its own cap, or of nothing; null when it may be tried.</summary>
    public static PaymentResult? Refusal(InvoicePayment payment) =>
        payment.MaxAmount <= 0 || payment.Amount is { Value: <= 0 }
            ? PaymentResult.Failed("amount_invalid", "the amount is not positive")
        : payment.Amount > payment.MaxAmount
            ? PaymentResult.Failed("amount_over_cap", "the invoice asks for " + payment.Amount + " msat, at most " + payment.MaxAmount + " may be paid")
        : null;

    /// <summary>A wallet that could not be asked, for a setting of it cannot be used: nothing was sent.</summary>
    public static PaymentResult Misconfigured(ConfigException failure) => PaymentResult.Failed("config_error", failure.Message);
}
