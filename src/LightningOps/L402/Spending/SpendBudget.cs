using System;
using System.Globalization;
using LightningOps.Paywalls;

namespace LightningOps.L402.Spending;

/// <summary>The rolling budgets: what would be spent with a purchase must not be over them.</summary>
internal static class SpendBudget
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Why a purchase may not be made; null when it may.</summary>
    public static SpendDenial? Check(SpendLimits limits, SpendingTotals spent, Msats amount) =>
        Check("hour", limits.HourlyBudget, spent.Hour, amount) ?? Check("day", limits.DailyBudget, spent.Day, amount);

    private static SpendDenial? Check(string window, Msats? budget, decimal spent, Msats amount) =>
        budget is { } most && spent + amount.Value > most.Value
            ? new SpendDenial(
                DenyReasonCodes.BudgetExceeded,
                string.Format(CultureInfo.InvariantCulture, "{0} msat more would make {1} in the last {2}; {3} is the most", amount.Value, spent + amount.Value, window, most.Value)) { Quoted = amount }
            : null;
}
