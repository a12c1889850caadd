using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Closes services in place, one call each. A refused call does not keep the others open, and nothing is rolled back:
/// a request gets its old service or a closed one.
/// </summary>
internal sealed class AdminClosing
{
    private const int MaxPasses = 4;
    private const int CallsAtOnce = 2;
    private readonly string gateway;
    private readonly AdminApi api;

    public AdminClosing(string gateway, AdminApi api)
    {
        this.gateway = gateway;
        this.api = api;
    }

    /// <summary>Called for each change with the number done and the total.</summary>
    public Action<int, int>? Progress { get; set; }

    /// <summary>Closes services.</summary>
    /// <param name="closes">Selects the services to close.</param>
    /// <param name="cancellationToken">Ends it between two calls or within one.</param>
    /// <returns>The list afterwards.</returns>
    /// <exception cref="GatewayException">One of them may still be open.</exception>
    public Task<IReadOnlyList<GatewayService>> CloseAsync(Func<GatewayService, bool> closes, CancellationToken cancellationToken) =>
        ChangeAsync(service => closes(service) ? service.Closed() : service, "close", cancellationToken);

    /// <summary>Changes services in place, and opens no other service.</summary>
    /// <param name="change">Returns the changed service; the same one for no change.</param>
    /// <param name="operation">Name of the operation, for failures.</param>
    /// <param name="cancellationToken">Ends it between two calls or within one.</param>
    /// <returns>The list afterwards.</returns>
    /// <exception cref="GatewayException">One of them may not have been changed.</exception>
    public async Task<IReadOnlyList<GatewayService>> ChangeAsync(Func<GatewayService, GatewayService> change, string operation, CancellationToken cancellationToken)
    {
        GatewayException? failure = null;
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            try
            {
                var list = await api.ListAsync(cancellationToken).ConfigureAwait(false);
                var steps = list.Select(service => new UpdateStep(service, change(service))).Where(static step => !ReferenceEquals(step.Current, step.Desired)).ToArray();
                if (steps.Length == 0)
                {
                    return list;
                }

                failure = await ChangeAsync(steps, operation, cancellationToken).ConfigureAwait(false) ?? failure;
            }
            catch (GatewayException e) when (!AdminRollout.IsRefusal(e))
            {
                failure = e;
            }
        }

        throw failure ?? new GatewayException(gateway, operation, "not_converged", "Another process changes the services at the same time. Let only one do so.");
    }

    /// <summary>Sends changes that do not depend on each other, two at once.</summary>
    /// <exception cref="GatewayException">A change was refused, or its outcome is not known.</exception>
    public async Task SendAsync(UpdateStep[] steps, string operation, CancellationToken cancellationToken)
    {
        if (await ChangeAsync(steps, operation, cancellationToken).ConfigureAwait(false) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>
    /// Makes each change, the most expensive first and among equal prices the most exposed, and returns the last
    /// refusal. Any other failure ends the pass; the next one reads the list again. Two calls run at once: Aperture
    /// rebuilds all its services for each, and more do not make it faster. In place, the order of the calls does not
    /// matter.
    /// </summary>
    private async Task<GatewayException?> ChangeAsync(UpdateStep[] steps, string operation, CancellationToken cancellationToken)
    {
        var waiting = new ConcurrentQueue<UpdateStep>(steps.OrderByDescending(static step => step.Current.Sells).ThenByDescending(static step => step.Current.EffectivePrice).ThenByDescending(static step => GetExposure(step.Current)));
        var sent = new Counter(steps.Length);
        var ends = await Task.WhenAll(Enumerable.Range(0, CallsAtOnce).Select(_ => ChangeNextAsync(waiting, sent, operation, cancellationToken))).ConfigureAwait(false);
        return ends.FirstOrDefault(static refusal => refusal is not null);
    }

    private async Task<GatewayException?> ChangeNextAsync(ConcurrentQueue<UpdateStep> waiting, Counter sent, string operation, CancellationToken cancellationToken)
    {
        GatewayException? refusal = null;
        while (waiting.TryDequeue(out var step))
        {
            if (AdminRefusals.IsUnaddressable(step.Name))
            {
                refusal = new GatewayException(gateway, operation, "name_not_addressable: " + step.Name + " (the admin API cannot change a service whose name has a slash: rename it in the aperture.yaml, or close it there, and restart)", "The admin API cannot change a service whose name has a slash: rename it, or close it in the aperture.yaml and restart.");
                continue;
            }

            try
            {
                await api.ExecuteAsync(step, cancellationToken).ConfigureAwait(false);
                sent.Report(Progress);
            }
            catch (GatewayException e) when (AdminRollout.IsRefusal(e))
            {
                refusal = e;
            }
        }

        return refusal;
    }

    /// <summary>How many requests a service may match: any host or whole path prefixes rank before a single address.</summary>
    private static int GetExposure(GatewayService service) => (IsBroad(service.HostRegexp) ? 2 : 0) + (service.PathRegexp.Length == 0 || IsBroad(service.PathRegexp) ? 1 : 0);

    private static bool IsBroad(string expression) => expression.IndexOf(".*", StringComparison.Ordinal) >= 0 || expression.IndexOf(".+", StringComparison.Ordinal) >= 0 || expression.IndexOf("]*", StringComparison.Ordinal) >= 0 || expression.IndexOf("]+", StringComparison.Ordinal) >= 0;

    private sealed class Counter(int all)
    {
        private readonly object gate = new();
        private int done;

        public void Report(Action<int, int>? progress)
        {
            lock (gate)
            {
                progress?.Invoke(++done, all);
            }
        }
    }
}
