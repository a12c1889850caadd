using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace LightningOps.Smoke.Ep212;

/// <summary>The routes an ep212 smoke asks.</summary>
internal sealed record Ep212Routes
{
    /// <summary>The compatible endpoint of another seller; of the full flow only.</summary>
    public Ep212Route? Sats4Ai { get; init; }

    /// <summary>A route within the cap.</summary>
    public required Ep212Route A { get; init; }

    /// <summary>A route above the cap.</summary>
    public required Ep212Route B { get; init; }

    /// <summary>Hosts that may be bought from.</summary>
    public IReadOnlyList<string> Hosts => new[] { Sats4Ai, A, B }.OfType<Ep212Route>().SelectMany(HostsOf).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();

    /// <summary>The routes of the Ep212Routes smoke, which makes one payment.</summary>
    public static Ep212Routes Of(string requestId, string urlA, string urlB) => new()
    {
        A = new Ep212Route { Url = urlA, Scope = "ep212-route-a", RequestId = requestId },
        B = new Ep212Route { Url = urlB, Scope = "ep212-route-b", RequestId = requestId + ":over-cap" },
    };

    /// <summary>The routes of the Ep212FullFlow smoke; each of its payments has a request of its own.</summary>
    public static Ep212Routes Of(string requestId, string sats4AiUrl, string urlA, string urlB) => new()
    {
        Sats4Ai = new Ep212Route { Url = sats4AiUrl, Method = "POST", Body = Ep212Settings.SampleBody, Scope = "ep212-sats4ai-text", RequestId = requestId + ":sats4ai" },
        A = new Ep212Route { Url = urlA, Scope = "ep212-openagents-success", RequestId = requestId + ":openagents" },
        B = new Ep212Route { Url = urlB, Scope = "ep212-openagents-overcap", RequestId = requestId + ":over-cap" },
    };

    private static IEnumerable<string> HostsOf(Ep212Route route)
    {
        yield return route.Address.Host + ":" + route.Address.Port.ToString(CultureInfo.InvariantCulture);
        if (route.HostHeader is not null)
        {
            yield return route.HostHeader;
        }
    }
}
