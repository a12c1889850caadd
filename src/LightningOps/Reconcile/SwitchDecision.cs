using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Compile;
using LightningOps.Gateway;
using LightningOps.Gateway.ApertureFile;
using LightningOps.Gateway.Planning;

namespace LightningOps.Reconcile;

/// <summary>
/// The decision of a switch's pass at one gateway. The whole configuration is rolled out if nothing else would
/// change. Otherwise only the services of the switch are closed or reopened, and the rest is reported.
/// </summary>
internal sealed class SwitchDecision
{
    private readonly IGateway gateway;
    private readonly GatewayState state;
    private readonly SwitchScope scope;
    private readonly GatewayClosing? closing;
    private readonly ReleasedServices? released;
    private readonly Dictionary<string, GatewayService> live = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GatewayService> desired = new(StringComparer.Ordinal);

    private SwitchDecision(IGateway gateway, GatewayState state, DesiredConfiguration wanted, ReconcileOptions options)
    {
        this.gateway = gateway;
        this.state = state;
        scope = options.Switch!;
        var denied = DenyRules.From(wanted, scope);
        Full = wanted.Compile.Valid ? gateway.Plan(state, GatewayRolloutFactory.Create(options, wanted.Compile, denied)) : null;
        closing = scope.Stops ? denied?.CreateClosing(options).For(state.Origins) : null;
        foreach (var service in state.Services ?? [])
        {
            live[service.Name] = service;
        }

        foreach (var service in GetOpen(wanted.Compile.Rules))
        {
            desired[service.Name] = service;
        }

        var released = scope.Stops ? null : ReleasedServices.Find(state, wanted, scope);
        this.released = released;
        StaysClosed = released?.StaysClosed ?? [];
        Reopening = released is null ? null : new GatewayReopening
        {
            RequestId = options.RequestId,
            DeploymentId = DeploymentIds.ForReopening(options.RequestId),
            Rules = released.Rules,
            IncludesOthers = scope.IsGlobal && !wanted.Security!.Global.GlobalPause,
            IncludesKept = scope.IsGlobal ? name => !wanted.Security!.Global.GlobalPause && !released.IsDenied(name) : released.IsReopened,
            Cause = scope.IsGlobal ? KeptText.GlobalPause : scope.Owners is not null ? KeptText.OwnerKillSwitch : KeptText.Suspension,
        };
        var hidden = FindHidden();
        RollsOut = Full is { IsRefused: false } && (state.Services is null || (hidden.Count == 0 && Full.Changes.All(IsDone)));
        Left = [.. Full?.Changes ?? [], .. hidden];
        Pending = RollsOut ? [] : [.. (Full?.Changes ?? []).Where(change => !IsDone(change)), .. hidden];
        Plan = RollsOut ? Full
            : scope.Stops ? denied is null ? null : gateway.PlanClosing(state, denied.CreateClosing(options))
            : CreateReopeningPlan();
    }

    /// <summary>The plan of a whole roll-out; null if the paywalls do not compile.</summary>
    public RolloutPlan? Full { get; }

    /// <summary>The services to reopen, as last rolled out; null if the switch stops.</summary>
    public GatewayReopening? Reopening { get; }

    /// <summary>Whether the whole configuration is rolled out, because nothing else is pending.</summary>
    public bool RollsOut { get; }

    /// <summary>Its changes; null for none.</summary>
    public RolloutPlan? Plan { get; }

    /// <summary>Services that stay closed although the switch was released, each with the reason.</summary>
    public IReadOnlyList<string> StaysClosed { get; }

    /// <summary>Other changes that a roll-out would make.</summary>
    public IReadOnlyList<ServiceChange> Pending { get; }

    /// <summary>All changes of a roll-out, and changes of rules that no plan shows.</summary>
    public IReadOnlyList<ServiceChange> Left { get; }

    /// <summary>Whether the switch closes a service that is open at the gateway.</summary>
    /// <param name="name">Name of the service.</param>
    public bool IsToBeClosed(string name) => live.TryGetValue(name, out var service) && !service.IsClosed && closing?.Denies(service) == true;

    /// <summary>Whether a service is to sell again with the switch: nothing denies it now.</summary>
    /// <param name="name">Name of the service.</param>
    public bool IsReopened(string name) => released?.IsReopened(name) == true;

    /// <summary>Why the switch may not reopen anything here, or null.</summary>
    public Diagnostic? Refusal => scope.Stops ? null : Full?.Diagnostics.FirstOrDefault(static found => found.Severity == DiagnosticSeverity.Error && (found.Code == GatewayStop.Code || ReloadProgram.IsAboutReload(found))) ?? (gateway as IServiceReopening)?.FindRefusal(state);

    /// <summary>Makes the decision from a state; changes nothing.</summary>
    public static SwitchDecision Make(IGateway gateway, GatewayState state, DesiredConfiguration wanted, ReconcileOptions options) => new(gateway, state, wanted, options);

    /// <summary>Changes of rules that no plan shows, because the service is closed or the switch closes it.</summary>
    private IReadOnlyList<ServiceChange> FindHidden()
    {
        var planned = new HashSet<string>((Full?.Changes ?? []).Where(change => !IsDone(change)).Select(static change => change.Name), StringComparer.Ordinal);
        return GetOpen(state.Origins.RolledOut)
            .Where(last => !planned.Contains(last.Name) && desired.ContainsKey(last.Name))
            .Select(last => new ServiceChange { Name = last.Name, Kind = ServiceChangeKind.Changed, Members = MemberChanges.Between(last, desired[last.Name]) })
            .Where(static change => change.Members.Count > 0)
            .ToArray();
    }

    private static IReadOnlyList<GatewayService> GetOpen(IEnumerable<CompiledRule> rules) => DesiredServices.From(rules.Select(static rule => rule with { ClosedBy = null }).ToArray(), withExtras: true);

    /// <summary>Whether a change of the roll-out belongs to the switch.</summary>
    private bool IsDone(ServiceChange change) => scope.Stops
        ? change.Kind == ServiceChangeKind.Closed && live.TryGetValue(change.Name, out var service) && closing?.Denies(service) == true
        : change.Kind == ServiceChangeKind.Opened && (Reopening!.Contains(change.Name) ? IsReopenedAsDesired(change.Name) : Reopening.IncludesOthers && !state.Origins.IsMadeHere(change.Name));

    private bool IsReopenedAsDesired(string name) =>
        live.TryGetValue(name, out var service) && desired.TryGetValue(name, out var open)
        && MemberChanges.Between(Reopening!.Reopen(service, withExtras: true), open).Count == 0;

    private RolloutPlan? CreateReopeningPlan()
    {
        var services = state.Services ?? [];
        var reopened = services.Select(service => Reopening!.Reopen(service, withExtras: gateway is IServiceReopening { CarriesFeatures: true })).ToArray();
        var absent = Reopening!.Rules.Where(rule => !live.ContainsKey(rule.ServiceName)).Select(rule => new ServiceChange { Name = rule.ServiceName, Kind = ServiceChangeKind.Opened });
        var others = (Full?.Changes ?? []).Where(change => change.Kind == ServiceChangeKind.Opened && !Reopening.Contains(change.Name) && (IsDone(change) || (!state.Origins.IsRecorded && Reopening.IncludesKept(change.Name))));
        if (Full is null)
        {
            // What was not made here has its text beside it, and needs no compile to have it back.
            others = services.Where(service => service.IsClosed && !state.Origins.IsMadeHere(service.Name) && !Reopening.Contains(service.Name) && Reopening.IncludesKept(service.Name))
                .Select(static service => new ServiceChange { Name = service.Name, Kind = ServiceChangeKind.Opened });
        }

        ServiceChange[] changes = [.. RolloutPlanner.Compare(services, reopened), .. absent, .. others];
        return changes.Length == 0 ? null : new RolloutPlan { Gateway = gateway.Name, CurrentConfigHash = state.Active?.ConfigHash, ConfigHash = ClosedServices.ComputeHash(reopened), Changes = changes };
    }
}
