namespace LightningOps.L402.Spending;

/// <summary>What was spent in the last 60 minutes and 24 hours, payments that may yet settle counted.</summary>
/// <param name="Hour">In the last 60 minutes.</param>
/// <param name="Day">In the last 24 hours.</param>
internal sealed record SpendingTotals(decimal Hour, decimal Day);
