using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>The plan of a switch at one gateway before it is set or released; changes and records nothing.</summary>
public sealed class SwitchPreview
{
    private readonly IControlPlane controlPlane;
    private readonly IGateway gateway;

    /// <summary>A preview at one gateway.</summary>
    /// <param name="controlPlane">The control plane; its creator disposes it.</param>
    /// <param name="gateway">The gateway; its creator disposes it.</param>
    public SwitchPreview(IControlPlane controlPlane, IGateway gateway)
    {
        this.controlPlane = controlPlane;
        this.gateway = gateway;
    }

    /// <summary>Makes the plan.</summary>
    /// <param name="options">Options of the pass that would follow; <see cref="ReconcileOptions.Switch" /> is the switch.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LightningOpsException">The control plane or the gateway cannot be read.</exception>
    public async Task<SwitchPlan> RunAsync(ReconcileOptions options, CancellationToken cancellationToken)
    {
        var timeline = new StageTimeline(TimeProvider.System, null, gateway.Name, options.RequestId);
        var listed = options.Switch is { Paywalls: not null } scope ? Assume(await controlPlane.ListPaywallsAsync(cancellationToken).ConfigureAwait(false), scope) : options.Listed;
        var wanted = await DesiredConfiguration.ReadAsync(controlPlane, gateway, options.Compile, listed, options.Suspended, timeline, cancellationToken, state => Assume(state, options.Switch!)).ConfigureAwait(false);
        var state = await gateway.ReadStateAsync(cancellationToken).ConfigureAwait(false);
        if (wanted.Security is null || state.RecordFailure is not null)
        {
            return new SwitchPlan { Gateway = gateway.Name, Plan = DenyRules.From(wanted, options.Switch) is { } denied ? gateway.PlanClosing(state, denied.CreateClosing(options)) : null };
        }

        var decision = await Stoppable.RunAsync(() => SwitchDecision.Make(gateway, state, wanted, options), cancellationToken).ConfigureAwait(false);
        return new SwitchPlan { Gateway = gateway.Name, Plan = decision.Plan, Pending = decision.Pending, StaysClosed = decision.StaysClosed };
    }

    private static IReadOnlyList<Paywall> Assume(IReadOnlyList<Paywall> paywalls, SwitchScope scope) =>
        paywalls.Select(paywall => scope.IncludesPaywall(paywall.PaywallId) ? paywall with { Status = scope.Stops ? PaywallStatus.Paused : PaywallStatus.Active } : paywall).ToArray();

    private static SecurityState Assume(SecurityState state, SwitchScope scope) => scope.Paywalls is not null ? state
        : scope.Owners is not { } owners
        ? state with { Global = state.Global with { GlobalPause = scope.Stops } }
        : state with
        {
            OwnerControls =
            [
                .. state.OwnerControls.Where(control => !owners.Contains(control.OwnerId)),
                .. owners.Select(owner => (state.OwnerControls.FirstOrDefault(control => control.OwnerId == owner) ?? new OwnerControl { OwnerId = owner, KillSwitch = false }) with { KillSwitch = scope.Stops }),
            ],
        };
}

/// <summary>Changes of a switch at one gateway.</summary>
public sealed record SwitchPlan
{
    /// <summary>Name of the gateway.</summary>
    public required string Gateway { get; init; }

    /// <summary>The changes; null for none.</summary>
    public RolloutPlan? Plan { get; init; }

    /// <summary>Other changes that a roll-out would make.</summary>
    public IReadOnlyList<ServiceChange> Pending { get; init; } = Array.Empty<ServiceChange>();

    /// <summary>Services that would stay closed, each with the reason.</summary>
    public IReadOnlyList<string> StaysClosed { get; init; } = Array.Empty<string>();

    /// <summary>The plan for people.</summary>
    public override string ToString() =>
        (Plan?.ToString() ?? Gateway + "\n  nothing to change")
        + (StaysClosed.Count == 0 ? string.Empty : "\n  stays closed: " + DenyEnforcement.FormatNames(StaysClosed))
        + (Pending.Count == 0 ? string.Empty : "\n  not rolled out with it: " + DenyEnforcement.FormatNames(Pending.Select(static change => change.Name + " (" + EnumName.GetName(change.Kind) + ")").ToArray()));
}
