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
/// Which services must not sell, whatever a gateway serves: told by their names from the paywalls as listed and the
/// gate (docs/reference/compile.md#sale-gate), without a compile. What is not listed is the owner's it had at its last roll-out;
/// without one it is denied with any owner's kill switch where the list is known.
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

    /// <summary>Denies a paywall by its names as it is stored and as it is listed, whatever the list says of it.</summary>
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

    /// <summary>Whether the global pause is set, whatever the rules are about.</summary>
    public bool IsPaused { get; }

    /// <summary>What is denied; null when nothing is, or the rendering knows no gate.</summary>
    /// <param name="wanted">The paywalls as listed, and the switches.</param>
    /// <param name="scope">The switch a pass is about: what others deny is left out. Null for all.</param>
    public static DenyRules? From(DesiredConfiguration wanted, SwitchScope? scope = null)
    {
        if (wanted.Security is null)
        {
            return null;
        }

        var denied = new DenyRules(wanted, new SaleGate(wanted.Security), scope);
        return denied.IsPaused || denied.killedOwners.Count > 0 || denied.isDeniedByPaywall.ContainsValue(true) ? denied : null;
    }

    /// <summary>What is to be closed of what a gateway serves.</summary>
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

    /// <summary>What becomes of a service.</summary>
    /// <param name="service">The service as it is served.</param>
    /// <param name="owner">Its owner as recorded at its last roll-out, or null.</param>
    public CloseDecision Decide(GatewayService service, string? owner)
    {
        if (isDenied.TryGetValue(service.Name, out var closes))
        {
            return ToDecision(closes);
        }

        // A route that is no longer listed, of a paywall that is: where ids hold dots it may be one of several.
        var paywalls = Prefixes(service.Name).Where(isDeniedByPaywall.ContainsKey).ToArray();
        return paywalls.Length > 0 ? ToDecision(paywalls.Any(paywall => isDeniedByPaywall[paywall]))
            : IsEverything ? CloseDecision.CloseIfMadeHere
            : killedOwners.Count == 0 ? CloseDecision.Keep
            : owner is not null ? ToDecision(killedOwners.Contains(owner))

            // A service whose paywall is no longer listed goes with the next roll-out; where nothing could be listed it may be anybody's.
            : isListKnown && !isOwnersOnly ? CloseDecision.CloseIfMadeHere
            : CloseDecision.OwnerUnknown;
    }

    private static CloseDecision ToDecision(bool closes) => closes ? CloseDecision.Close : CloseDecision.Keep;

    /// <summary>The beginnings of a name that end with a dot.</summary>
    private static IEnumerable<string> Prefixes(string name)
    {
        for (var dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1))
        {
            yield return name.Substring(0, dot + 1);
        }
    }

    /// <summary>Names that meet are denied when one of them is.</summary>
    private static void Add(Dictionary<string, bool> names, string name, bool isClosed)
    {
        names.TryGetValue(name, out var other);
        names[name] = isClosed || other;
    }
}
