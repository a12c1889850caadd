using System.Text;

namespace LightningOps.Compile;

/// <summary>
/// Names of Aperture services. Aperture writes them into caveats as <c>name:tier,name:tier</c>, so every character
/// outside A-Z a-z 0-9 . _ - becomes <c>_</c> (contracts/aperture.md).
/// </summary>
internal static class ServiceName
{
    public static string Of(CandidateRoute route) => Of(route.Paywall.PaywallId, route.Route.RouteId);

    public static string Of(string paywallId, string routeId)
    {
        var name = new StringBuilder(paywallId.Length + routeId.Length + 1).Append(paywallId).Append('.').Append(routeId);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is not ((>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9') or '.' or '_' or '-'))
            {
                name[i] = '_';
            }
        }

        return name.ToString();
    }
}
