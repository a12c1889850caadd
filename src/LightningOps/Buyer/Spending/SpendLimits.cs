using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.Settings;

namespace LightningOps.Buyer.Spending;

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
                    "{0} msat more{1} would make {2} msat in the last {3}; the limit is {4} msat",
                    cost.Total.Value,
                    cost.FeeLimit > 0 ? " (including at most " + cost.FeeLimit + " for routing)" : string.Empty,
                    spent + cost.Total.Value,
                    window,
                    most.Value)) { Quoted = cost.Amount }
            : null;
}

/// <summary>Why nothing may be paid.</summary>
/// <param name="Code">One of <see cref="DenyReasonCodes"/>.</param>
/// <param name="Reason">What is wrong, for a person.</param>
public sealed record SpendDenial(string Code, string Reason)
{
    /// <summary>What was asked, millisatoshis; null when that was not known or not looked at.</summary>
    public Msats? Quoted { get; init; }

    /// <summary>What may be spent on one purchase, millisatoshis; null when that was not looked at.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>The code and the reason.</summary>
    public override string ToString() => Code + ": " + Reason;
}

/// <summary>Why nothing is paid: the stable codes of <see cref="SpendDenial"/> (docs/reference/l402.md#spend-policy).</summary>
public static class DenyReasonCodes
{
    /// <summary>The host is on a block list.</summary>
    public const string HostBlocked = "host_blocked";

    /// <summary>There is an allow list, and the host is not on it.</summary>
    public const string HostNotAllowlisted = "host_not_allowlisted";

    /// <summary>Over plain http to another machine, the credential could be read on the way.</summary>
    public const string InsecureTransport = "insecure_transport";

    /// <summary>The answer came from somewhere else than the request was sent to.</summary>
    public const string Redirected = "redirected";

    /// <summary>There is no most that may be spent.</summary>
    public const string CapMissing = "cap_missing";

    /// <summary>It cannot be told what would be paid.</summary>
    public const string AmountUnknown = "amount_unknown";

    /// <summary>More is asked than may be spent on one purchase.</summary>
    public const string AmountOverCap = "amount_over_cap";

    /// <summary>With it, more would be spent in an hour or a day than may be.</summary>
    public const string BudgetExceeded = "budget_exceeded";

    /// <summary>The invoice does not decode: not BOLT 11, or its checksum does not hold.</summary>
    public const string InvoiceInvalid = "invoice_invalid";

    /// <summary>The invoice can no longer be paid.</summary>
    public const string InvoiceExpired = "invoice_expired";

    /// <summary>The wallet pays on another network.</summary>
    public const string WrongNetwork = "wrong_network";

    /// <summary>The invoice, or one of the same payment hash, was paid before, or may have been.</summary>
    public const string InvoiceAlreadyPaid = "invoice_already_paid";

    /// <summary>The token of the challenge cannot stand in a header, so nothing could be done with it once paid.</summary>
    public const string TokenInvalid = "token_invalid";

    /// <summary>The token of the challenge is sold for another payment than the invoice's.</summary>
    public const string TokenNotOfInvoice = "token_not_of_invoice";

    /// <summary>The service refuses what it sold last at the same host.</summary>
    public const string ServiceRefuses = "service_refuses";

    /// <summary>There is no wallet to pay with.</summary>
    public const string NoPayer = "no_payer";
}
