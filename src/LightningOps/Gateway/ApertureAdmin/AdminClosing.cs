using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Closes services in place, each by a call of its own. One that is refused does not keep the others open, and nothing is
/// put back: a request gets its old service or a closed one.
/// </summary>
internal sealed class AdminClosing
{
    private const int MaxPasses = 4;
    private readonly string gateway;
    private readonly AdminApi api;

    public AdminClosing(string gateway, AdminApi api)
    {
        this.gateway = gateway;
        this.api = api;
    }

    /// <summary>Closes services.</summary>
    /// <param name="closes">Which of those served.</param>
    /// <param name="cancellationToken">Ends it between two calls or within one.</param>
    /// <returns>The list as it is then.</returns>
    /// <exception cref="GatewayException">One of them may still be open.</exception>
    public async Task<IReadOnlyList<GatewayService>> CloseAsync(Func<GatewayService, bool> closes, CancellationToken cancellationToken)
    {
        GatewayException? failure = null;
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            try
            {
                var list = await api.ListAsync(cancellationToken).ConfigureAwait(false);
                var open = list.Where(closes).ToArray();
                if (open.Length == 0)
                {
                    return list;
                }

                failure = await CloseAsync(open, cancellationToken).ConfigureAwait(false) ?? failure;
            }
            catch (GatewayException e) when (!AdminRollout.IsRefusal(e))
            {
                failure = e;
            }
        }

        throw failure ?? new GatewayException(gateway, "close", "not_converged", "Another process changes the services at the same time. Let only one do so.");
    }

    /// <summary>Closes each; returns the last refusal. Whatever else fails ends the pass: the next reads what there is.</summary>
    private async Task<GatewayException?> CloseAsync(GatewayService[] open, CancellationToken cancellationToken)
    {
        GatewayException? refusal = null;
        foreach (var service in open)
        {
            try
            {
                await api.ExecuteAsync(new UpdateStep(service, service.Closed()), cancellationToken).ConfigureAwait(false);
            }
            catch (GatewayException e) when (AdminRollout.IsRefusal(e))
            {
                refusal = e;
            }
        }

        return refusal;
    }
}
