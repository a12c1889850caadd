using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Serialization;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.AccessLogs;
using LightningOps.Gateway.Planning;
using LightningOps.Gateway.Routing;

namespace LightningOps.Reconcile;

/// <summary>
/// A plan to review, approve and apply: all changes of a roll-out at one gateway, and its basis. Secrets, upstream
/// addresses of closed services and owner ids are withheld unless requested.
/// </summary>
public sealed record L402Plan
{
    /// <summary>Format of the file.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>The gateway as the command named it: a registered name, or kind and address.</summary>
    public required string GatewayArgument { get; init; }

    /// <summary>Control plane, for example <c>local</c>.</summary>
    public required string ControlPlane { get; init; }

    /// <summary>Time it was made, Unix milliseconds.</summary>
    public required long CreatedAtMs { get; init; }

    /// <summary>Account that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>Options of the roll-out.</summary>
    public required PlanOptions Options { get; init; }

    /// <summary>Live hash, or null.</summary>
    public string? CurrentConfigHash { get; init; }

    /// <summary>Desired hash.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>Numbers of added, changed and other services, on one line.</summary>
    public required string Summary { get; init; }

    /// <summary>The changes, in the desired order, removals last.</summary>
    public required IReadOnlyList<PlannedChange> Changes { get; init; }

    /// <summary>Requests of an access log before and after; null if none was read.</summary>
    public PlannedTraffic? Traffic { get; init; }

    /// <summary>Services that this store did not create; they are not changed.</summary>
    public IReadOnlyList<string> LeftAlone { get; init; } = Array.Empty<string>();

    /// <summary>Findings of the compile and the plan, with their example requests.</summary>
    public IReadOnlyList<string> Diagnostics { get; init; } = Array.Empty<string>();

    /// <summary>Guard rails that the plan exceeds at their defaults. Without an approval, a command that does not ask refuses it.</summary>
    public IReadOnlyList<string> GuardRails { get; init; } = Array.Empty<string>();

    /// <summary>Whether the gateway refuses it.</summary>
    public bool IsRefused { get; init; }

    /// <summary>Exit code: 0 nothing to change, 1 something to change, 2 the gateway cannot carry it.</summary>
    public required int ExitCode { get; init; }

    /// <summary>Whether it contains secrets, upstream addresses of closed services and owner ids.</summary>
    public bool HasPrivateValues { get; init; }

    /// <summary>Its basis.</summary>
    public required PlanBasis Basis { get; init; }

    /// <summary>Hash of the plan, for the reviewer and -Approve.</summary>
    [JsonIgnore]
    public string Hash => PlanFile.ComputeHash(this);

    /// <summary>The plan for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Gateway).Append("\n  from ").Append(CurrentConfigHash ?? "nothing recorded").Append("\n  to   ").Append(ConfigHash).Append("\n  ").Append(Summary).Append('\n');
        foreach (var change in Changes)
        {
            text.Append("  ").Append(change.ToString().Replace("\n", "\n  ")).Append('\n');
        }

        if (Traffic is { } traffic)
        {
            text.Append("  ").Append(traffic).Append('\n');
        }

        foreach (var other in LeftAlone)
        {
            text.Append("  = ").Append(other).Append("  ").Append(PlanText.LeftUnchanged).Append('\n');
        }

        foreach (var line in Diagnostics)
        {
            text.Append("  ").Append(line).Append('\n');
        }

        foreach (var line in GuardRails)
        {
            text.Append("  needs approval: ").Append(line).Append('\n');
        }

        return text.Append("  approve with: -PlanPath FILE -Approve ").Append(Hash).ToString();
    }

    /// <summary>The plan of a comparison; null if there is none, because the paywalls do not compile.</summary>
    /// <param name="drift">The comparison with its basis.</param>
    /// <param name="made">Its author, time and gateway; its other members are replaced.</param>
    /// <param name="withPrivateValues">Whether secrets, upstream addresses of closed services and owner ids are kept.</param>
    /// <param name="limits">The guard rails.</param>
    /// <param name="log">Measurement of an access log; null if none was read.</param>
    internal static L402Plan? Create(DriftResult drift, PlanOrigin made, bool withPrivateValues, GuardRails limits, AccessLogMeasurement? log = null)
    {
        if (drift.Plan is not { } plan || drift.Source is not { Basis: { } basis } source)
        {
            return null;
        }

        var mask = new PlanMask(source, withPrivateValues);
        var requests = new PlannedRequests(plan, log);
        return new L402Plan
        {
            Gateway = drift.Gateway,
            GatewayArgument = made.GatewayArgument,
            ControlPlane = made.ControlPlane,
            CreatedAtMs = made.CreatedAtMs,
            CreatedBy = made.CreatedBy,
            Options = made.Options,
            CurrentConfigHash = plan.CurrentConfigHash,
            ConfigHash = plan.ConfigHash,
            Summary = plan.Summary,
            Changes = plan.Changes.Select(change => mask.Describe(change) with { Requests = requests.Take(change.Name) }).ToArray(),
            Traffic = log is null ? null : PlannedTraffic.Create(log),
            LeftAlone = (plan.LeftAlone ?? []).Select(static service => service.ToString()).ToArray(),
            Diagnostics = drift.Diagnostics.Concat(plan.Diagnostics).Select(mask.Describe).ToArray(),
            GuardRails = limits.FindExceeded(plan).ToArray(),
            IsRefused = plan.IsRefused,
            ExitCode = plan.IsRefused ? 2 : ChangesNothing(plan, drift) ? 0 : 1,
            HasPrivateValues = withPrivateValues,
            Basis = basis,
        };
    }

    /// <summary>A gateway that was adopted has no recorded hash; its services are compared. Those of an ops gateway may be unknown.</summary>
    private static bool ChangesNothing(RolloutPlan plan, DriftResult drift) =>
        plan.IsEmpty || (plan.Changes.Count == 0 && drift.State?.Services is not null && plan.ReplacedTexts.Count == 0 && (plan.KeepsFile || !plan.IsSpellingOnly));
}

/// <summary>Options of a plan's roll-out, as the parameters of Sync-ApertureConfig.</summary>
public sealed record PlanOptions
{
    /// <summary>Rendering.</summary>
    public ArtifactFormat Format { get; init; }

    /// <summary>The gateway does not serve Aperture's admin API.</summary>
    public bool NoAdminApi { get; init; }

    /// <summary>Upstreams at loopback and private addresses are errors.</summary>
    public bool DenyPrivateUpstream { get; init; }

    /// <summary>Services of others are removed.</summary>
    public bool Prune { get; init; }

    /// <summary>Rate limits and rewrites may be missing.</summary>
    public bool AllowMissingFeatures { get; init; }

    /// <summary>A restart may lose the order.</summary>
    public bool AllowOrderLoss { get; init; }

    /// <summary>A price server may be removed.</summary>
    public bool AllowDynamicPriceLoss { get; init; }

    /// <summary>Services stopped by another store are reopened.</summary>
    public bool OverrideStop { get; init; }

    /// <summary>The format and the options that are on.</summary>
    public override string ToString() => string.Join(", ", new[]
    {
        Format.ToString(),
        NoAdminApi ? nameof(NoAdminApi) : null,
        DenyPrivateUpstream ? nameof(DenyPrivateUpstream) : null,
        Prune ? nameof(Prune) : null,
        AllowMissingFeatures ? nameof(AllowMissingFeatures) : null,
        AllowOrderLoss ? nameof(AllowOrderLoss) : null,
        AllowDynamicPriceLoss ? nameof(AllowDynamicPriceLoss) : null,
        OverrideStop ? nameof(OverrideStop) : null,
    }.OfType<string>());
}

/// <summary>One change of a plan.</summary>
public sealed record PlannedChange
{
    /// <summary>Name of the service.</summary>
    public required string Name { get; init; }

    /// <summary>Kind.</summary>
    public required ServiceChangeKind Kind { get; init; }

    /// <summary>Every member that is added, changed or removed.</summary>
    public IReadOnlyList<PlannedMember> Members { get; init; } = Array.Empty<PlannedMember>();

    /// <summary>Live place in the order, from 1, or null.</summary>
    public int? OldPlace { get; init; }

    /// <summary>Place in the desired order, from 1, or null.</summary>
    public int? NewPlace { get; init; }

    /// <summary>Former name of the same host and path, or null.</summary>
    public string? RenamedFrom { get; init; }

    /// <summary>Endpoint of the change if it is not the same at all of them; else null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>What holders of earlier credentials can do afterwards.</summary>
    public required HolderAccess Holders { get; init; }

    /// <summary><see cref="Holders"/> in a sentence.</summary>
    public required string HoldersText { get; init; }

    /// <summary>Whether the service is closed for a moment while the gateway is changed.</summary>
    public bool IsBrieflyUnreachable { get; init; }

    /// <summary>A few requests with their answers before and after; null for none, and for a second change of a service.</summary>
    public IReadOnlyList<PlannedRequest>? Requests { get; init; }

    /// <summary>The change for people.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Kind.ToString().ToLowerInvariant()).Append(' ').Append(Name);
        if (Kind == ServiceChangeKind.Moved)
        {
            text.Append(" from place ").Append(OldPlace?.ToString(CultureInfo.InvariantCulture) ?? "?").Append(" to ").Append(NewPlace?.ToString(CultureInfo.InvariantCulture) ?? "?");
        }

        text.Append(RenamedFrom is null ? string.Empty : " (was " + RenamedFrom + ")").Append(Endpoint is null ? string.Empty : " at " + Endpoint);
        foreach (var member in Members)
        {
            text.Append("\n  ").Append(member);
        }

        text.Append("\n  ").Append(HoldersText).Append(IsBrieflyUnreachable ? "\n  briefly unavailable during the change" : string.Empty);
        foreach (var request in Requests ?? [])
        {
            text.Append("\n  ").Append(request.Uri).Append(request.IsReal ? " (from the access log)" : string.Empty).Append("\n    ").Append(request.Answers);
        }

        return text.ToString();
    }
}

/// <summary>One member of a change.</summary>
/// <param name="Member">Name of the member as in aperture.yaml.</param>
/// <param name="From">Value before; null if there is none.</param>
/// <param name="To">Value afterwards; null if there is none.</param>
public sealed record PlannedMember(string Member, string? From, string? To)
{
    /// <summary>Unit of the values, or null: <c>sat</c> for a price, <c>s</c> for a lifetime.</summary>
    public string? Unit { get; init; }

    /// <summary>Member, old and new value with their unit.</summary>
    public override string ToString() =>
        Member + ": " + (From is null ? string.Empty : Format(From) + (To is null ? string.Empty : " → ")) + (To is null ? From is null ? string.Empty : " → none" : Format(To));

    private string Format(string value) => Unit is null ? value : value + " " + Unit;
}
