using System;
using System.Collections.Generic;
using LightningOps.Payments;

namespace LightningOps.Buyer.Spending;

/// <summary>Money spent and budgets. A payment that may still settle counts as spent; one of a wallet that moves no money does not.</summary>
public sealed record SpendingReport
{
    /// <summary>Spent in the last 60 minutes, millisatoshis.</summary>
    public required decimal HourMsats { get; init; }

    /// <summary>Routing fees in it, including reserved fees, in millisatoshis.</summary>
    public required decimal HourFeeMsats { get; init; }

    /// <summary>Budget for 60 minutes; null for none.</summary>
    public long? HourlyBudget { get; init; }

    /// <summary>Spent in the last 24 hours, millisatoshis.</summary>
    public required decimal DayMsats { get; init; }

    /// <summary>Routing fees in it, including reserved fees, in millisatoshis.</summary>
    public required decimal DayFeeMsats { get; init; }

    /// <summary>Budget for 24 hours; null for none.</summary>
    public long? DailyBudget { get; init; }

    /// <summary>Spending limit for one purchase; null if the request must set one.</summary>
    public long? MaxSpend { get; init; }

    /// <summary>Cost of simulated purchases in the last 60 minutes, millisatoshis: of wallets of test gateways and of the mock. They move no money and have the budgets for themselves.</summary>
    public decimal SimulatedHourMsats { get; init; }

    /// <summary>The same for the last 24 hours.</summary>
    public decimal SimulatedDayMsats { get; init; }

    /// <summary>By host, for the last 24 hours.</summary>
    public required IReadOnlyList<HostSpending> Hosts { get; init; }

    /// <summary>Purchases with an unknown outcome; their maximum cost is included above.</summary>
    public required int Unfinished { get; init; }

    /// <summary>What a wallet may still spend in this hour, millisatoshis; null without a budget.</summary>
    /// <param name="payer">Name of the wallet; null for one that moves money.</param>
    public decimal? GetHourlyBudgetLeft(string? payer) => HourlyBudget - (IsSimulated(payer) ? SimulatedHourMsats : HourMsats);

    /// <summary>What a wallet may still spend in this day, millisatoshis; null without a budget.</summary>
    /// <param name="payer">Name of the wallet; null for one that moves money.</param>
    public decimal? GetDailyBudgetLeft(string? payer) => DailyBudget - (IsSimulated(payer) ? SimulatedDayMsats : DayMsats);

    private static bool IsSimulated(string? payer) => payer is not null && SimulatedPayers.Contains(payer);

    /// <summary>What was spent in an hour and in a day, fees included.</summary>
    public override string ToString() => FormattableString.Invariant($"hour {(HourMsats + HourFeeMsats) / 1000:0.###} sat, day {(DayMsats + DayFeeMsats) / 1000:0.###} sat");
}

/// <summary>Amounts spent in the last 60 minutes and 24 hours, including payments that may still settle.</summary>
/// <param name="Hour">In the last 60 minutes.</param>
/// <param name="Day">In the last 24 hours.</param>
internal sealed record SpendingTotals(decimal Hour, decimal Day);

/// <summary>Amounts spent at one host, including payments that may still settle.</summary>
/// <param name="Host">The host.</param>
/// <param name="HourMsats">In the last 60 minutes, millisatoshis.</param>
/// <param name="DayMsats">In the last 24 hours, millisatoshis.</param>
/// <param name="Purchases">Number of purchases in the last 24 hours.</param>
public sealed record HostSpending(string Host, decimal HourMsats, decimal DayMsats, int Purchases)
{
    /// <summary>Routing fees of the last 24 hours, including reserved fees, in millisatoshis.</summary>
    public decimal DayFeeMsats { get; init; }

    /// <summary>The host and its spending of the last 24 hours.</summary>
    public override string ToString() => FormattableString.Invariant($"{Host}: {DayMsats:0.###} msat in 24 hours");
}
