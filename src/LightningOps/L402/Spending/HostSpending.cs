namespace LightningOps.L402.Spending;

/// <summary>What was spent at one host, payments that may yet settle counted.</summary>
/// <param name="Host">The host.</param>
/// <param name="HourMsats">In the last 60 minutes, millisatoshis.</param>
/// <param name="DayMsats">In the last 24 hours, millisatoshis.</param>
/// <param name="Purchases">How many purchases that is in the last 24 hours.</param>
public sealed record HostSpending(string Host, decimal HourMsats, decimal DayMsats, int Purchases)
{
    /// <summary>What of the last 24 hours was, or may yet be, for routing, millisatoshis.</summary>
    public decimal DayFeeMsats { get; init; }
}
