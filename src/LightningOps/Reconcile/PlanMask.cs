using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Artifacts.Reports;
using LightningOps.Compile;
using LightningOps.Gateway;

namespace LightningOps.Reconcile;

/// <summary>The source of a plan, besides its text.</summary>
/// <param name="Basis">Its basis; null if not requested.</param>
/// <param name="Before">Services at the gateway.</param>
/// <param name="Desired">Services after the roll-out.</param>
internal sealed record PlanSource(PlanBasis? Basis, IReadOnlyList<GatewayService> Before, IReadOnlyList<GatewayService> Desired);

/// <summary>Writes changes with every member, and withholds values that CI must not post.</summary>
internal sealed class PlanMask
{
    private readonly bool withPrivateValues;
    private readonly Dictionary<string, GatewayService> before;
    private readonly Dictionary<string, GatewayService> desired;

    public PlanMask(PlanSource source, bool withPrivateValues)
    {
        this.withPrivateValues = withPrivateValues;
        before = GetByName(source.Before);
        desired = GetByName(source.Desired);
    }

    public PlannedChange Describe(ServiceChange change) => new()
    {
        Name = change.Name,
        Kind = change.Kind,
        Members = GetMembers(change).Select(member => Create(change, member)).ToArray(),
        OldPlace = change.OldPlace + 1,
        NewPlace = change.NewPlace + 1,
        RenamedFrom = change.RenamedFrom,
        Endpoint = change.Endpoint,
        Holders = change.Holders,
        HoldersText = change.HoldersText,
        IsBrieflyUnreachable = change.IsBrieflyUnreachable,
    };

    /// <summary>The changes of a plan as a report shows them.</summary>
    public IReadOnlyList<ReportChange> Report(RolloutPlan? plan)
    {
        var requests = plan is null ? null : new PlannedRequests(plan, null);
        return (plan?.Changes ?? []).Select(change => Report(change) with { Requests = requests!.Take(change.Name)?.Select(static request => request.ToString()).ToArray() ?? [] }).ToArray();
    }

    /// <summary>A finding, with the id of its owner and the address of an upstream where private values are shown.</summary>
    public string Describe(Diagnostic found)
    {
        if (withPrivateValues)
        {
            return (found.OwnerId is { } owner ? found with { Message = found.Message + ", " + owner } : found).ToString();
        }

        return (found.Details?["address"] is string { Length: > 0 } address ? found with { Message = found.Message.Replace(address, MemberChange.Withheld) } : found).ToString();
    }

    private ReportChange Report(ServiceChange change)
    {
        var planned = Describe(change);
        var route = desired.TryGetValue(change.Name, out var service) || before.TryGetValue(change.Name, out service) ? ReadableRoute.From(service.HostRegexp, service.PathRegexp) : null;
        return new ReportChange(planned.Kind.ToString().ToLowerInvariant(), planned.Name)
        {
            Route = route,
            Values = planned.Kind == ServiceChangeKind.Moved
                ? [FormattableString.Invariant($"from place {planned.OldPlace} to {planned.NewPlace}")]
                : planned.Members.Select(static member => member.ToString()).ToArray(),
            Holders = planned.HoldersText,
        };
    }

    private static Dictionary<string, GatewayService> GetByName(IEnumerable<GatewayService> services)
    {
        var byName = new Dictionary<string, GatewayService>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            byName[service.Name] = service;
        }

        return byName;
    }

    private IEnumerable<MemberChange> GetMembers(ServiceChange change) =>
        change.Kind == ServiceChangeKind.Added && desired.TryGetValue(change.Name, out var added) ? MemberChanges.Between(new GatewayService { Name = change.Name, PriceSats = -1 }, added)
        : change.Kind == ServiceChangeKind.Removed && before.TryGetValue(change.Name, out var removed) ? MemberChanges.Between(removed, new GatewayService { Name = change.Name, PriceSats = -1 })
        : change.Members;

    private PlannedMember Create(ServiceChange change, MemberChange member)
    {
        var isAdded = change.Kind == ServiceChangeKind.Added;
        var isRemoved = change.Kind == ServiceChangeKind.Removed;
        return new PlannedMember(member.Member, isAdded || member.OldValue.Length == 0 ? null : Show(change, member.Member, member.OldValue, isOld: true), isRemoved || member.NewValue.Length == 0 ? null : Show(change, member.Member, member.NewValue, isOld: false))
        {
            Unit = member.Member == "price" ? "sat" : member.Member == "timeout" ? "s" : null,
        };
    }

    private string Show(ServiceChange change, string member, string value, bool isOld)
    {
        // A header may contain a key of the upstream, and the former upstream of a closed service is withheld.
        var isPrivate = member.StartsWith("headers", StringComparison.Ordinal)
            || (isOld && member is "address" or "tlscertpath" && (change.Kind == ServiceChangeKind.Closed || (before.TryGetValue(change.Name, out var service) && service.IsClosed && value != GatewayService.ClosedAddress)))
            || (isOld && change.Kind == ServiceChangeKind.Closed && member.StartsWith("rewrite", StringComparison.Ordinal));
        return isPrivate && !withPrivateValues ? MemberChange.Withheld : value;
    }
}
