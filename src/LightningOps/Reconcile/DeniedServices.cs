using System;
using System.Collections.Generic;
using System.Linq;
using LightningOps.Compile;
using LightningOps.Compile.Aperture;
using LightningOps.Gateway;
using LightningOps.Paywalls;

namespace LightningOps.Reconcile;

/// <summary>
/// Which services must not sell, whatever a gateway serves: told by their names from the paywalls as listed and the
/// gate (docs/reference/compile.md#sale-gate), without a compile. What nobody is known to own is denied with any owner's kill.
/// </summary>
internal sealed class DeniedServices
{
    private readonly Dictionary<string, bool> isDenied = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> isDeniedByPaywall = new(StringComparer.Ordinal);
    private readonly bool isUnknownDenied;

    private DeniedServices(WantedConfiguration wanted, Gate gate)
    {
        IsEverything = wanted.Security!.Global.GlobalPause;
        isUnknownDenied = IsEverything || wanted.Security.OwnerControls.Any(owner => owner.KillSwitch);
        foreach (var paywall in wanted.Paywalls)
        {
            var isClosed = gate.ClosedBy(paywall) is not null;
            Add(isDeniedByPaywall, ServiceName.Of(paywall.PaywallId, string.Empty), isClosed);
            foreach (var route in paywall.Routes)
            {
                Add(isDenied, ServiceName.Of(paywall.PaywallId, route.RouteId), isClosed);
            }
        }
    }

    /// <summary>Whether nothing may sell.</summary>
    public bool IsEverything { get; }

    /// <summary>What is denied; null when nothing is, or the rendering knows no gate.</summary>
    public static DeniedServices? Of(WantedConfiguration wanted)
    {
        if (wanted.Security is null)
        {
            return null;
        }

        var denied = new DeniedServices(wanted, new Gate(wanted.Security));
        return denied.isUnknownDenied || denied.isDeniedByPaywall.ContainsValue(true) ? denied : null;
    }

    /// <summary>What is to be closed of what a gateway serves.</summary>
    public GatewayClosing Closing(string requestId) => new()
    {
        RequestId = requestId,
        DeploymentId = DeploymentIds.OfClosing(requestId),
        Judge = Judge,
        IsEverything = IsEverything,
    };

    /// <summary>What becomes of a service.</summary>
    public ClosingVerdict Judge(GatewayService service)
    {
        if (isDenied.TryGetValue(service.Name, out var closes))
        {
            return VerdictOf(closes);
        }

        // A route that is no longer listed, of a paywall that is: where ids hold dots it may be one of several.
        var paywalls = Prefixes(service.Name).Where(isDeniedByPaywall.ContainsKey).ToArray();
        return paywalls.Length > 0 ? VerdictOf(paywalls.Any(paywall => isDeniedByPaywall[paywall]))
            : isUnknownDenied ? ClosingVerdict.CloseIfMadeHere
            : ClosingVerdict.Keep;
    }

    private static ClosingVerdict VerdictOf(bool closes) => closes ? ClosingVerdict.Close : ClosingVerdict.Keep;

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
