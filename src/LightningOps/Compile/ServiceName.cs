using System.Text;

namespace LightningOps.Compile;

/// <summary>
/// Names of Aperture services. Aperture writes them into caveats as <c>name:tier,name:tier</c>, so every character
/// outside A-Z a-z 0-9 . _ - becomes <c>_</c> (docs/reference/aperture.md#service-name).
/// </summary>
internal static class ServiceName
{
    public static string For(CandidateRoute route) => For(route.Paywall.PaywallId, route.Route.RouteId);

    public static string For(string paywallId, string routeId)
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
