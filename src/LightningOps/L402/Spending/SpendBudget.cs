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
    public static SpendDenial? Check(SpendLimits limits, SpendingTotals spent, PurchaseCost cost) =>
        Check("hour", limits.HourlyBudget, spent.Hour, cost) ?? Check("day", limits.DailyBudget, spent.Day, cost);

    private static SpendDenial? Check(string window, Msats? budget, decimal spent, PurchaseCost cost) =>
        budget is { } most && spent + cost.Total.Value > most.Value
            ? new SpendDenial(
                DenyReasonCodes.BudgetExceeded,
                string.Format(
                    CultureInfo.InvariantCulture,
                    "{0} msat more{1} would make {2} in the last {3}; {4} is the most",
                    cost.Total.Value,
                    cost.FeeLimit > 0 ? " (" + cost.FeeLimit + " of it for routing at most)" : string.Empty,
                    spent + cost.Total.Value,
                    window,
                    most.Value)) { Quoted = cost.Amount }
            : null;
}
