using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using LightningOps.Paywalls;

namespace LightningOps.Authoring;

/// <summary>A member of a paywall that cannot be stored.</summary>
/// <param name="Member">Name of the member, for example <c>HostPattern</c>.</param>
/// <param name="Message">What is wrong.</param>
public sealed record PaywallProblem(string Member, string Message)
{
    /// <summary>Code of the diagnostic of the compile, or null.</summary>
    public string? Code { get; init; }

    /// <summary>The route concerned, or null.</summary>
    public string? RouteId { get; init; }

    /// <summary>Member and message on one line.</summary>
    public override string ToString() => Member + ": " + Message.TrimEnd('.') + (Code is null ? string.Empty : " (" + Code + ")");
}

/// <summary>A refused change of a paywall. Nothing was stored.</summary>
public sealed class PaywallAuthoringException : LightningOpsException
{
    private PaywallAuthoringException(string tag, string paywallId, string message, string remedy)
        : base(tag, message, remedy)
    {
        PaywallId = paywallId;
    }

    /// <summary>The paywall concerned; empty where the control plane refuses all changes.</summary>
    public string PaywallId { get; }

    /// <summary>Everything that is wrong with the members.</summary>
    public IReadOnlyList<PaywallProblem> Problems { get; private init; } = Array.Empty<PaywallProblem>();

    /// <summary>The failure for wrong members, all of them.</summary>
    internal static PaywallAuthoringException Invalid(string paywallId, IReadOnlyList<PaywallProblem> problems) => new(
        "PaywallInvalid",
        paywallId,
        "Paywall " + paywallId + " was not stored: " + string.Join("; ", problems.Select(static problem => problem.ToString())) + ".",
        "Correct these members: " + string.Join(", ", problems.Select(static problem => problem.Member).Distinct()) + ".")
    {
        Problems = problems,
    };

    /// <summary>The failure for wrong members of a snapshot, all of them.</summary>
    internal static PaywallAuthoringException InvalidSnapshot(IReadOnlyList<PaywallProblem> problems) => new(
        "PaywallInvalid",
        string.Empty,
        "The snapshot was not stored: " + string.Join("; ", problems.Select(static problem => problem.ToString())) + ".",
        "Correct the records at their source.")
    {
        Problems = problems,
    };

    /// <summary>The failure for a paywall id that exists already.</summary>
    internal static PaywallAuthoringException Exists(string paywallId) => new(
        "PaywallConflict",
        paywallId,
        "PaywallId: a paywall " + paywallId + " exists. It was not changed.",
        "Use Set-LightningPaywall to change it, or another -PaywallId.");

    /// <summary>The failure for a paywall that was changed since it was read.</summary>
    internal static PaywallAuthoringException ChangedSince(string paywallId, long read, long stored) => new(
        "PaywallConflict",
        paywallId,
        FormattableString.Invariant($"UpdatedAtMs: paywall {paywallId} was changed since it was read ({read}, now {stored}). It was not changed."),
        "Read it again with Get-LightningPaywall and repeat the change.");

    /// <summary>The failure for a state that does not allow the change.</summary>
    internal static PaywallAuthoringException Archived(string paywallId) => new(
        "PaywallConflict",
        paywallId,
        "Status: paywall " + paywallId + " is archived. It was not changed.",
        "Use Set-LightningPaywall -Status Active to sell it again.");

    /// <summary>The failure for a paywall that does not exist.</summary>
    /// <param name="paywallId">What was given as its id.</param>
    /// <param name="stored">The stored paywalls, whose names may be what was given; null if they are not known.</param>
    internal static PaywallAuthoringException NotFound(string paywallId, IReadOnlyList<Paywall>? stored = null) => new(
        "PaywallNotFound",
        paywallId,
        "No paywall '" + paywallId + "'" + DescribeNamed(paywallId, stored ?? []) + ".",
        "List them with Get-LightningPaywall -Status Active, Paused, Archived.");

    /// <summary>The ids of the paywalls whose display name was given in the place of an id; empty if there are none. Names need not be unique, so none of them is chosen.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="paywalls">The paywalls.</param>
    public static string DescribeNamed(string name, IEnumerable<Paywall> paywalls)
    {
        var named = paywalls.Where(paywall => string.Equals(paywall.Name, name, StringComparison.OrdinalIgnoreCase)).Select(static paywall => paywall.PaywallId).ToArray();
        return named.Length == 0 ? string.Empty
            : named.Length == 1 ? ": that is the name of paywall " + named[0]
            : ": " + named.Length.ToString(CultureInfo.InvariantCulture) + " paywalls have that name, " + string.Join(", ", named);
    }

    /// <summary>The failure for a control plane that does not accept changes of paywalls.</summary>
    internal static PaywallAuthoringException Elsewhere(string where, string remedy) => new(
        "PaywallsManagedElsewhere",
        string.Empty,
        "Mode: paywalls of this control plane cannot be changed here: " + where + ".",
        remedy);
}
