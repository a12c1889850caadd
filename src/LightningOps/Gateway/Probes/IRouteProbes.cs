using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Probes;

/// <summary>A gateway whose routes can be requested as by a buyer.</summary>
internal interface IRouteProbes
{
    /// <summary>Whether there is an address for requests.</summary>
    bool CanAsk { get; }

    /// <summary>
    /// Whether a route is closed: passed if the gateway answers 502, failed with any other answer, skipped without an
    /// answer, since it is not known then.
    /// </summary>
    /// <param name="host">Host header of the request.</param>
    /// <param name="path">Decoded path of the request.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<ProbeResult> AskClosedAsync(string host, string path, CancellationToken cancellationToken);

    /// <summary>Whether a route asks for its rule's price; skipped if that is not known.</summary>
    /// <param name="route">The route.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<ProbeResult> AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken);

    /// <summary>Whether a paid request to a route succeeds; skipped without a wallet.</summary>
    /// <param name="route">The route.</param>
    /// <param name="price">The result of <see cref="AskPriceAsync"/> for the route.</param>
    /// <param name="cancellationToken">Ends it; a payment under way may still settle.</param>
    Task<ProbeResult> BuyAsync(ProbeRoute route, ProbeResult price, CancellationToken cancellationToken);
}
