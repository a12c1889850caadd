using System;
using System.Collections.Generic;
using System.Globalization;
using LightningOps.Settings;

namespace LightningOps.Buyer.Spending;

/// <summary>Spending limits and host lists. A request can lower them, never raise them.</summary>
public sealed record SpendLimits
{
    /// <summary>Spending limit for one purchase including fees, in millisatoshis; if null, the request must set one.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>Spending limit for any 60 minutes, in millisatoshis; null for none.</summary>
    public Msats? HourlyBudget { get; init; }

    /// <summary>Spending limit for any 24 hours, in millisatoshis; null for none.</summary>
    public Msats? DailyBudget { get; init; }

    /// <summary>
    /// Hosts that purchases are allowed from; empty for all. <c>example.com</c> is that host on any port,
    /// <c>example.com:8443</c> on that one, <c>*.example.com</c> every host below it.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = Array.Empty<string>();

    /// <summary>Hosts that no request is sent to, written like <see cref="AllowedHosts"/>.</summary>
    public IReadOnlyList<string> BlockedHosts { get; init; } = Array.Empty<string>();

    /// <summary>The limits an operator has set by environment variable (docs/reference/environment.md#spend-limits).</summary>
    /// <param name="environment">The current variables.</param>
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

/// <summary>The rolling budgets. Spending including the purchase must not exceed them.</summary>
internal static class SpendBudget
{
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Why a purchase is denied; null when it is allowed.</summary>
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

/// <summary>Reason for a denied payment.</summary>
/// <param name="Code">One of <see cref="DenyReasonCodes"/>.</param>
/// <param name="Reason">The reason, for people.</param>
public sealed record SpendDenial(string Code, string Reason)
{
    /// <summary>Price in millisatoshis; null if unknown or not checked.</summary>
    public Msats? Quoted { get; init; }

    /// <summary>Spending limit for one purchase in millisatoshis; null if not checked.</summary>
    public Msats? MaxSpend { get; init; }

    /// <summary>Whether the limit is the one of the environment or the session, which a request cannot raise.</summary>
    internal bool IsOperatorLimit { get; init; }

    /// <summary>Whether the amount is not known because the invoice is not valid. Another invoice is needed.</summary>
    internal bool HasInvalidInvoice { get; init; }

    /// <summary>The code and the reason.</summary>
    public override string ToString() => Code + ": " + Reason;

    /// <summary>The reason with the price and the limit for one purchase, unless it states the amounts that were compared.</summary>
    internal string FormatReason() => Code is DenyReasonCodes.AmountOverCap or DenyReasonCodes.BudgetExceeded
        ? Reason
        : Reason + ". " + (Quoted is { } price ? "The price is " + price + " msat" : "The price is not known") + (MaxSpend is { } most ? ", the limit " + most + " msat" : string.Empty);
}

/// <summary>Reasons of a denied payment: the stable codes of <see cref="SpendDenial"/> (docs/reference/l402.md#spend-policy).</summary>
internal static class DenyReasonCodes
{
    /// <summary>The host is on a block list.</summary>
    public const string HostBlocked = "host_blocked";

    /// <summary>There is an allow list, and the host is not on it.</summary>
    public const string HostNotAllowlisted = "host_not_allowlisted";

    /// <summary>Plain http to another machine would expose the credential.</summary>
    public const string InsecureTransport = "insecure_transport";

    /// <summary>The answer came from a different address than the request was sent to.</summary>
    public const string Redirected = "redirected";

    /// <summary>No spending limit is set.</summary>
    public const string CapMissing = "cap_missing";

    /// <summary>The amount is unknown.</summary>
    public const string AmountUnknown = "amount_unknown";

    /// <summary>The price exceeds the spending limit.</summary>
    public const string AmountOverCap = "amount_over_cap";

    /// <summary>The payment would exceed the hourly or daily budget.</summary>
    public const string BudgetExceeded = "budget_exceeded";

    /// <summary>The invoice does not decode: not BOLT 11, or its checksum does not hold.</summary>
    public const string InvoiceInvalid = "invoice_invalid";

    /// <summary>The invoice has expired.</summary>
    public const string InvoiceExpired = "invoice_expired";

    /// <summary>The wallet pays on another network.</summary>
    public const string WrongNetwork = "wrong_network";

    /// <summary>The invoice, or another with the same payment hash, was or may have been paid before.</summary>
    public const string InvoiceAlreadyPaid = "invoice_already_paid";

    /// <summary>The token of the challenge is not valid in a header, so the paid credential could not be used.</summary>
    public const string TokenInvalid = "token_invalid";

    /// <summary>The token of the challenge belongs to another invoice.</summary>
    public const string TokenNotOfInvoice = "token_not_of_invoice";

    /// <summary>The token of the challenge has expired, so the paid credential would open nothing.</summary>
    public const string TokenExpired = "token_expired";

    /// <summary>The service rejects the credential it sold last at the same host.</summary>
    public const string ServiceRefuses = "service_refuses";

    /// <summary>No wallet is set.</summary>
    public const string NoPayer = "no_payer";
}
