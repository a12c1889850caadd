using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.ApertureYaml;
using LightningOps.ApertureYaml.Edit;
using LightningOps.Compile;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>
/// Decides which services must not sell, independently of the gateway: by their names, from the listed paywalls and
/// the gate (docs/reference/compile.md#sale-gate), without a compile. A service that is not listed belongs to its
/// owner at its last roll-out. Without an owner it is denied with any owner's kill switch if the list is known.
/// </summary>
internal sealed class DenyRules
{
    private readonly Dictionary<string, bool> isDenied = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> isDeniedByPaywall = new(StringComparer.Ordinal);
    private readonly HashSet<string> killedOwners = new(StringComparer.Ordinal);
    private readonly bool isListKnown;
    private readonly bool isOwnersOnly;
    private readonly string cause;

    private DenyRules(DesiredConfiguration wanted, SaleGate gate, SwitchScope? scope)
    {
        IsPaused = wanted.Security!.Global.GlobalPause;
        IsEverything = IsPaused && (scope is null or { IsGlobal: true });
        killedOwners.UnionWith(wanted.Security.OwnerControls.Where(owner => owner.KillSwitch && (scope?.IncludesOwner(owner.OwnerId) ?? true)).Select(owner => owner.OwnerId));
        isListKnown = wanted.Unread is null;
        isOwnersOnly = scope?.Owners is not null;
        cause = IsEverything ? KeptText.GlobalPause : killedOwners.Count > 0 ? KeptText.OwnerKillSwitch : KeptText.Suspension;
        foreach (var paywall in wanted.Paywalls)
        {
            var isClosed = gate.ClosedBy(paywall) is not null && (scope is null or { IsGlobal: true } || killedOwners.Contains(paywall.OwnerId) || scope.IncludesPaywall(paywall.PaywallId));
            Add(isDeniedByPaywall, ServiceName.For(paywall.PaywallId, string.Empty), isClosed);
            foreach (var route in paywall.Routes)
            {
                Add(isDenied, ServiceName.For(paywall.PaywallId, route), isClosed);
            }
        }

        foreach (var paywall in wanted.Suspended)
        {
            Suspend(paywall, wanted.Paywalls.Where(listed => listed.PaywallId == paywall.PaywallId));
        }
    }

    /// <summary>Denies a paywall by its stored and its listed names, whatever the list says.</summary>
    private void Suspend(Paywall suspended, IEnumerable<Paywall> listed)
    {
        isDeniedByPaywall[ServiceName.For(suspended.PaywallId, string.Empty)] = true;
        foreach (var service in listed.Append(suspended).SelectMany(paywall => paywall.Routes.Select(route => ServiceName.For(paywall.PaywallId, route))))
        {
            isDenied[service] = true;
        }
    }

    /// <summary>Whether nothing may sell.</summary>
    public bool IsEverything { get; }

    /// <summary>Whether the global pause is set, regardless of the scope of the rules.</summary>
    public bool IsPaused { get; }

    /// <summary>The denials; null when there are none, or the rendering has no gate.</summary>
    /// <param name="wanted">The listed paywalls, and the switches.</param>
    /// <param name="scope">The switch of the pass; denials of others are left out. Null for all.</param>
    public static DenyRules? From(DesiredConfiguration wanted, SwitchScope? scope = null)
    {
        if (wanted.Security is null)
        {
            return null;
        }

        var denied = new DenyRules(wanted, new SaleGate(wanted.Security), scope);
        return denied.IsPaused || denied.killedOwners.Count > 0 || denied.isDeniedByPaywall.ContainsValue(true) ? denied : null;
    }

    /// <summary>The services of a gateway to close.</summary>
    public GatewayClosing CreateClosing(ReconcileOptions options) => new()
    {
        RequestId = options.RequestId,
        DeploymentId = DeploymentIds.ForClosing(options.RequestId),
        Decide = Decide,
        IsEverything = IsEverything,
        IsListKnown = isListKnown,
        Cause = cause,
        IncludesOthers = IsEverything && options.CloseOthers,
    };

    /// <summary>The decision for a service.</summary>
    /// <param name="service">The live service.</param>
    /// <param name="owner">Its owner as recorded at its last roll-out, or null.</param>
    public CloseDecision Decide(GatewayService service, string? owner)
    {
        if (isDenied.TryGetValue(service.Name, out var closes))
        {
            return ToDecision(closes);
        }

        // A route that is no longer listed, of a listed paywall. If ids contain dots, several paywalls are possible.
        var paywalls = Prefixes(service.Name).Where(isDeniedByPaywall.ContainsKey).ToArray();
        return paywalls.Length > 0 ? ToDecision(paywalls.Any(paywall => isDeniedByPaywall[paywall]))
            : IsEverything ? CloseDecision.CloseIfMadeHere
            : killedOwners.Count == 0 ? CloseDecision.Keep
            : owner is not null ? ToDecision(killedOwners.Contains(owner))

            // A service whose paywall is no longer listed is removed by the next roll-out. If nothing could be listed, its owner is
            // unknown.
            : isListKnown && !isOwnersOnly ? CloseDecision.CloseIfMadeHere
            : CloseDecision.OwnerUnknown;
    }

    private static CloseDecision ToDecision(bool closes) => closes ? CloseDecision.Close : CloseDecision.Keep;

    /// <summary>The prefixes of a name that end before a dot.</summary>
    private static IEnumerable<string> Prefixes(string name)
    {
        for (var dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            yield return name.Substring(0, dot + 1);
        }
    }

    /// <summary>A name used twice is denied when one of its uses is.</summary>
    private static void Add(Dictionary<string, bool> names, string name, bool isClosed)
    {
        names.TryGetValue(name, out var other);
        names[name] = isClosed || other;
    }
}
