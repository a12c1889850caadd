using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Probes;

/// <summary>A gateway that can be asked for any of its routes, as a buyer would.</summary>
internal interface IRouteProbes
{
    /// <summary>Whether there is an address to ask.</summary>
    bool CanAsk { get; }

    /// <summary>
    /// Whether a route is closed: passed where the gateway answers that it reaches nothing (502), failed with any other answer,
    /// skipped where there is none: then it is not known.
    /// </summary>
    /// <param name="host">Host header of the request.</param>
    /// <param name="path">Decoded path of the request.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<ProbeResult> AskClosedAsync(string host, string path, CancellationToken cancellationToken);

    /// <summary>Whether a route asks its rule's price; skipped where that cannot be told.</summary>
    /// <param name="route">The route.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<ProbeResult> AskPriceAsync(ProbeRoute route, CancellationToken cancellationToken);
}
