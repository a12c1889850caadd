using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;
using LightningOps.Artifacts.Reports;
using LightningOps.Buyer.Spending;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;
using LightningOps.Reconcile;
using LightningOps.Settlements.Books;

namespace LightningOps.Status;

/// <summary>
/// Information for an operator on duty: gateways, switches, roll-outs, smokes, money, credentials and expiries. An
/// unreadable value is null, and <see cref="NotKnown" /> has the reason.
/// </summary>
public sealed record L402Status : IReportable
{
    /// <summary>When it was read, Unix milliseconds.</summary>
    public required long TakenAtMs { get; init; }

    /// <summary>Control plane: <c>mock</c>, <c>local</c>, <c>api</c> or <c>convex</c>.</summary>
    public required string ControlPlane { get; init; }

    /// <summary>The gateways, in the order specified.</summary>
    public required IReadOnlyList<GatewayStatus> Gateways { get; init; }

    /// <summary>Pause, kill switches and credential roles, with who set them and when; null if not known.</summary>
    public SecurityState? Switches { get; init; }

    /// <summary>Paywalls by status; null if not known. Archived paywalls are counted if the control plane lists them.</summary>
    public IReadOnlyList<PaywallCount>? Paywalls { get; init; }

    /// <summary>The last recorded deployment; null if there is none or it is not known.</summary>
    public Deployment? LastRollout { get; init; }

    /// <summary>The last deployment that was applied; null if there is none or it is not known.</summary>
    public Deployment? LastApplied { get; init; }

    /// <summary>When a roll-out or a watch last ended with every gateway as desired, Unix milliseconds; null if not known.</summary>
    public long? LastSuccessAtMs { get; init; }

    /// <summary>The last pass of a watch, from its health file; null if no health file was specified or it cannot be read.</summary>
    public WatchHealth? Watch { get; init; }

    /// <summary>The newest result of each smoke folder.</summary>
    public IReadOnlyList<SmokeRun> Smokes { get; init; } = [];

    /// <summary>All sales in the books; null if not known.</summary>
    public RevenueRow? Revenue { get; init; }

    /// <summary>The sales of the last 24 hours; null if not known.</summary>
    public RevenueRow? RevenueDay { get; init; }

    /// <summary>Revenue by owner; null unless owners are requested.</summary>
    public IReadOnlyList<RevenueRow>? Owners { get; init; }

    /// <summary>Amounts spent and budgets; null if not known.</summary>
    public SpendingReport? Spending { get; init; }

    /// <summary>Remaining hourly budget, millisatoshis; null if there is no budget or it is not known.</summary>
    public decimal? HourLeftMsats => GetLeft(Spending?.HourlyBudget, Spending?.HourMsats);

    /// <summary>Remaining daily budget, millisatoshis; null if there is no budget or it is not known.</summary>
    public decimal? DayLeftMsats => GetLeft(Spending?.DailyBudget, Spending?.DayMsats);

    /// <summary>Operator credentials with their age; null if not known.</summary>
    public IReadOnlyList<CredentialAge>? Credentials { get; init; }

    /// <summary>Certificates, macaroons and tokens with a known expiry, the first to expire first.</summary>
    public IReadOnlyList<ExpiringItem> Expiring { get; init; } = [];

    /// <summary>Findings about the gateways: growth, exposure, reconciling suspended.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; init; } = [];

    /// <summary>Unreadable values, and why.</summary>
    public IReadOnlyList<UnknownValue> NotKnown { get; init; } = [];

    /// <summary>Whether everything was read, every gateway serves the desired configuration, no smoke failed and nothing has expired.</summary>
    public bool Ok => NotKnown.Count == 0
        && Gateways.All(static gateway => gateway.Drift == DriftStatus.InSync)
        && Smokes.All(static smoke => smoke.Ok == true)
        && Expiring.All(item => item.ExpiresAtMs > TakenAtMs)
        && Findings.All(static finding => finding.Severity == DiagnosticSeverity.Info);

    /// <summary>The status in a sentence.</summary>
    [JsonIgnore]
    public string Outcome => StatusReport.GetOutcome(this);

    RunReport IReportable.ToReport() => StatusReport.Create(this, withOwners: false);

    private static decimal? GetLeft(Msats? budget, decimal? spent) =>
        budget is { } limit && spent is { } used ? Math.Max(0, limit.Value - used) : null;
}

/// <summary>One gateway: its desired, written and live configuration.</summary>
public sealed record GatewayStatus
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>Whether it serves the desired configuration.</summary>
    public required DriftStatus Drift { get; init; }

    /// <summary>Hash that the paywalls compile to; null if they do not compile or it is not known.</summary>
    public string? Desired { get; init; }

    /// <summary>Written hash; null if nothing is written or it is not known.</summary>
    public string? Written { get; init; }

    /// <summary>Live hash; null if it is not known.</summary>
    public string? Live { get; init; }

    /// <summary>Evidence of the live hash.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Number of services that sell; null if not known.</summary>
    public int? Selling { get; init; }

    /// <summary>Number of services that are free of charge; null if not known.</summary>
    public int? Free { get; init; }

    /// <summary>Number of services that are closed: every request gets 502; null if not known.</summary>
    public int? Closed { get; init; }

    /// <summary>Number of services that are not free and fail, because their price is negative or their address has port 0; null if not known.</summary>
    public int? Failing { get; init; }

    /// <summary>Number of services of others that ask for payment; null if not known.</summary>
    public int? LeftAlone { get; init; }

    /// <summary>Changes of a roll-out, in a few words; null if not known.</summary>
    public string? Plan { get; init; }

    /// <summary>The result in one sentence.</summary>
    public required string Outcome { get; init; }

    /// <summary>Code of the failure to read it; null if it was read.</summary>
    public string? Failure { get; init; }

    /// <summary>How much it has grown; null where its files do not show it.</summary>
    public GatewayGrowth? Growth { get; init; }

    /// <summary>The Apertures behind one balancer, each with what it serves; empty for a gateway of one.</summary>
    public IReadOnlyList<EndpointStatus> Endpoints { get; init; } = [];

    /// <summary>The gateway and its outcome.</summary>
    public override string ToString() => TerminalText.Clean(Gateway + ": " + Outcome);
}

/// <summary>One endpoint of a gateway with several.</summary>
public sealed record EndpointStatus
{
    /// <summary>Name of the endpoint.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Written hash; null if not known.</summary>
    public string? Written { get; init; }

    /// <summary>Live hash; null if not known.</summary>
    public string? Live { get; init; }

    /// <summary>Evidence of the live hash.</summary>
    public LiveEvidence Evidence { get; init; }

    /// <summary>Code of the failure to read it; null if it was read.</summary>
    public string? Failure { get; init; }
}

/// <summary>Number of paywalls in one state.</summary>
/// <param name="Status">The state.</param>
/// <param name="Count">Number of paywalls.</param>
public sealed record PaywallCount(PaywallStatus Status, int Count)
{
    /// <summary>Status and number.</summary>
    public override string ToString() => FormattableString.Invariant($"{Status}: {Count}");
}

/// <summary>The newest result of a smoke in a folder.</summary>
/// <param name="Name">Name of the folder.</param>
/// <param name="Ok">Whether every check passed; null if the summary does not say.</param>
/// <param name="FinishedAtMs">When its summary was written, Unix milliseconds.</param>
public sealed record SmokeRun(string Name, bool? Ok, long FinishedAtMs);

/// <summary>Age of an operator credential.</summary>
/// <param name="Role">Role, for example <c>gateway_invoice</c>.</param>
/// <param name="Status">State, for example <c>active</c>.</param>
/// <param name="Version">Counts rotations, from 1.</param>
/// <param name="SinceAtMs">Time of the last rotation, or of the first record if it was never rotated, Unix milliseconds.</param>
/// <param name="AgeSeconds">Time since then, seconds.</param>
public sealed record CredentialAge(string Role, string Status, long Version, long SinceAtMs, double AgeSeconds);

/// <summary>Something with an expiry.</summary>
/// <param name="Kind">Kind of the gateway.</param>
/// <param name="Name">Name: an address, a file name or a purchase; never a secret.</param>
/// <param name="ExpiresAtMs">When it expires, Unix milliseconds.</param>
public sealed record ExpiringItem(ExpiringKind Kind, string Name, long ExpiresAtMs)
{
    /// <summary>Time until then, seconds; negative if it has expired.</summary>
    public required double SecondsLeft { get; init; }

    /// <summary>
    /// The order of a list that is cut: certificates and macaroons before bought tokens, of which there can be
    /// thousands, and tokens in use before expired ones.
    /// </summary>
    /// <param name="items">The items.</param>
    public static IReadOnlyList<ExpiringItem> Rank(IEnumerable<ExpiringItem> items) =>
        items.OrderBy(static item => item.Kind == ExpiringKind.Token).ThenBy(static item => item.Kind == ExpiringKind.Token && item.SecondsLeft <= 0).ThenBy(static item => item.ExpiresAtMs).ToArray();
}

/// <summary>Kinds of things that expire.</summary>
public enum ExpiringKind
{
    /// <summary>TLS certificate presented by an endpoint.</summary>
    Certificate,

    /// <summary>Macaroon of an admin API or of a node.</summary>
    Macaroon,

    /// <summary>Bought token.</summary>
    Token,
}

/// <summary>A value that could not be read.</summary>
/// <param name="What">The value.</param>
/// <param name="Reason">The reason, without a secret.</param>
public sealed record UnknownValue(string What, string Reason)
{
    /// <summary>Value and reason.</summary>
    public override string ToString() => What + ": " + Reason;
}
