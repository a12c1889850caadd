using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.Compile;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>The closed services of a released switch. Those that nothing denies now are reopened as last rolled out; the others stay closed and are reported.</summary>
internal sealed class ReleasedServices
{
    private readonly GatewayState state;
    private readonly SwitchScope scope;
    private readonly Dictionary<string, (string? ClosedBy, Paywall Paywall)> listed = new(StringComparer.Ordinal);
    private readonly List<CompiledRule> rules = [];
    private readonly List<string> staysClosed = [];

    private ReleasedServices(GatewayState state, DesiredConfiguration wanted, SwitchScope scope)
    {
        this.state = state;
        this.scope = scope;
        var gate = new SaleGate(wanted.Security);
        foreach (var paywall in wanted.Paywalls)
        {
            foreach (var route in paywall.Routes)
            {
                listed[ServiceName.For(paywall.PaywallId, route)] = (gate.ClosedBy(paywall), paywall);
            }
        }
    }

    /// <summary>The reopened rules, in match order.</summary>
    public IReadOnlyList<CompiledRule> Rules => rules;

    /// <summary>Services that stay closed, each with the reason.</summary>
    public IReadOnlyList<string> StaysClosed => staysClosed;

    /// <summary>Whether the switch covers a service, by its name, and nothing denies it now.</summary>
    public bool IsReopened(string name) =>
        listed.TryGetValue(name, out var now) && now.ClosedBy is null && scope.Includes(name, now.Paywall.PaywallId, now.Paywall.OwnerId);

    /// <summary>Whether something other than the released switch still denies a service, by its name.</summary>
    public bool IsDenied(string name) => listed.TryGetValue(name, out var now) && now.ClosedBy is not null;

    /// <summary>Finds them in the state read.</summary>
    public static ReleasedServices Find(GatewayState state, DesiredConfiguration wanted, SwitchScope scope)
    {
        var found = new ReleasedServices(state, wanted, scope);
        var names = found.IsClosedByOne
            ? state.Origins.RolledOut.Select(static rule => rule.ServiceName)
            : (state.Services ?? []).Where(service => service.WasClosed && state.Origins.IsMadeHere(service.Name)).Select(static service => service.Name).Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            found.Add(name);
        }

        found.AddRenamed();
        return found;
    }

    // A service that was renamed by hand while it was closed has no record, and is not opened.
    private void AddRenamed()
    {
        var services = state.Services ?? [];
        var absent = new AbsentServices(state.Origins, services);
        foreach (var service in services.Where(static service => service.WasClosed))
        {
            if (absent.FindSame(service) is { } rule && scope.Includes(rule.ServiceName, rule.PaywallId, rule.OwnerId))
            {
                staysClosed.Add(service.Name + " (it has host and path of " + rule.ServiceName + ", which is absent; it is not known whether this store made it)");
            }
        }
    }

    /// <summary>Whether one closed service gets all requests of the services last rolled out.</summary>
    private bool IsClosedByOne => state.Services is { Count: 1 } services && services[0].IsClosed && state.Origins.FindRolledOut(services[0].Name) is null;

    private void Add(string name)
    {
        var last = state.Origins.FindRolledOut(name);
        var isListed = listed.TryGetValue(name, out var now);
        if (!scope.Includes(name, isListed ? now.Paywall.PaywallId : last?.PaywallId, isListed ? now.Paywall.OwnerId : state.Origins.FindOwner(name) ?? last?.OwnerId))
        {
            return;
        }

        var why = !isListed ? "archived or gone"
            : now.ClosedBy is { } closedBy ? Describe(closedBy)
            : last is null ? "how it was last rolled out is not known"
            : last.ClosedBy is { } itself && !IsReleased(itself) ? "when last rolled out: " + Describe(itself)
            : null;
        if (why is null)
        {
            rules.Add(last! with { ClosedBy = null });
        }
        else
        {
            staysClosed.Add(name + " (" + why + ")");
        }
    }

    /// <summary>Whether the released switch was the reason why a rule was closed at its last roll-out.</summary>
    private bool IsReleased(string closedBy) =>
        closedBy is SaleGateCodes.GlobalPause or SaleGateCodes.OwnerKillSwitch || (closedBy == SaleGateCodes.PaywallPaused && scope.Paywalls is not null);

    private static string Describe(string closedBy) => closedBy switch
    {
        SaleGateCodes.GlobalPause => "global pause",
        SaleGateCodes.OwnerKillSwitch => "kill switch of its owner",
        SaleGateCodes.PaywallKillSwitch => "kill switch of the paywall",
        SaleGateCodes.PaywallPaused => "paywall paused",
        SaleGateCodes.QuotaZero => "quota 0",
        _ => closedBy,
    };
}
