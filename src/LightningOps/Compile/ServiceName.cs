using System;
using System.Text;
using LightningOps.Paywalls;

namespace LightningOps.Compile;

/// <summary>
/// Names of Aperture services. Aperture writes them into caveats as <c>name:tier,name:tier</c>, so every character
/// outside A-Z a-z 0-9 . _ - becomes <c>_</c> (docs/reference/aperture.md#service-name).
/// </summary>
public static class ServiceName
{
    internal static string For(CandidateRoute route) => For(route.Paywall.PaywallId, route.Route);

    /// <summary>The name a route declares, or a name made of both ids.</summary>
    /// <param name="paywallId">Id of the paywall.</param>
    /// <param name="route">Its route.</param>
    public static string For(string paywallId, PaywallRoute route) => (route ?? throw new ArgumentNullException(nameof(route))).ServiceName ?? For(paywallId, route.RouteId);

    /// <summary>
    /// Whether a declared name is valid in a credential. Aperture separates services by commas and their tiers by
    /// colons (docs/reference/aperture.md#service-name).
    /// </summary>
    internal static bool IsSellable(string name)
    {
        var isBlank = true;
        foreach (var c in name)
        {
            if (c is ',' or ':' || char.IsControl(c))
            {
                return false;
            }

            isBlank &= char.IsWhiteSpace(c);
        }

        return !isBlank;
    }

    internal static string For(string paywallId, string routeId)
    {
        if (IsSafe(paywallId) && IsSafe(routeId))
        {
            return paywallId + "." + routeId;
        }

        var name = new StringBuilder(paywallId.Length + routeId.Length + 1).Append(paywallId).Append('.').Append(routeId);
        for (var i = 0; i < name.Length; i++)
        {
            if (!IsSafe(name[i]))
            {
                name[i] = '_';
            }
        }

        return name.ToString();
    }

    private static bool IsSafe(string text)
    {
        foreach (var c in text)
        {
            if (!IsSafe(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSafe(char c) => c is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-';
}
