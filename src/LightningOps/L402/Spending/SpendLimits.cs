using System;
using System.Collections.Generic;
using LightningOps.Paywalls;

namespace LightningOps.L402.Spending;

/// <summary>What may be spent at all, and where. A request can narrow it, never widen it.</summary>
public sealed record SpendLimits
{
    /// <summary>The most one purchase may cost, fees counted, millisatoshis; null leaves it to the request, which then must say.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>The most that may be spent in any 60 minutes, millisatoshis; null for no such limit.</summary>
    public Msats? HourlyBudget { get; init; }

    /// <summary>The most that may be spent in any 24 hours, millisatoshis; null for no such limit.</summary>
    public Msats? DailyBudget { get; init; }

    /// <summary>
    /// Hosts that may be bought from; none for all. <c>example.com</c> is that host on any port, <c>example.com:8443</c> on
    /// that one, <c>*.example.com</c> every host below it.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = Array.Empty<string>();

    /// <summary>Hosts that nothing is sent to, written like <see cref="AllowedHosts"/>.</summary>
    public IReadOnlyList<string> BlockedHosts { get; init; } = Array.Empty<string>();

    /// <summary>The limits an operator has set by environment variable (docs/reference/environment.md#spend-limits).</summary>
    /// <param name="environment">The variables in force.</param>
    /// <exception cref="ConfigException">One of them is not a positive integer.</exception>
    public static SpendLimits From(OperatorEnvironment environment) => new()
    {
        MaxSpend = Limit(environment, EnvironmentVariables.MaxSpendMsats),
        HourlyBudget = Limit(environment, EnvironmentVariables.HourlyBudgetMsats),
        DailyBudget = Limit(environment, EnvironmentVariables.DailyBudgetMsats),
    };

    private static Msats? Limit(OperatorEnvironment environment, string name) =>
        environment.Find(name) is null ? null : new Msats(environment.PositiveInteger(name, 0));
}
