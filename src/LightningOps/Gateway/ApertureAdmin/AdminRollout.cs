using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Changes the list of services to the desired one: reads it, plans, applies the steps, and reads it again. Where a
/// step may or may not have happened, or someone else changed the list, the next pass plans anew from what there is.
/// </summary>
internal sealed class AdminRollout
{
    private const int MaxPasses = 4;
    private readonly string gateway;
    private readonly AdminApi api;

    public AdminRollout(string gateway, AdminApi api)
    {
        this.gateway = gateway;
        this.api = api;
    }

    /// <summary>Brings the list there.</summary>
    /// <param name="wanted">The services wanted, given the list as it is.</param>
    /// <param name="isOurs">Whether a service that is not wanted may be removed, by its name.</param>
    /// <param name="cancellationToken">Ends it between two steps or within one.</param>
    /// <returns>The list as it is then.</returns>
    /// <exception cref="GatewayException">The list is not there, and is something between.</exception>
    public async Task<IReadOnlyList<GatewayService>> ConvergeAsync(
        Func<IReadOnlyList<GatewayService>, IReadOnlyList<GatewayService>> wanted,
        Func<string, bool> isOurs,
        CancellationToken cancellationToken)
    {
        GatewayException? failure = null;
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            try
            {
                var list = await api.ListAsync(cancellationToken).ConfigureAwait(false);
                var plan = AdminPlanner.Make(list, wanted(list), isOurs);
                if (plan.Steps.Count == 0)
                {
                    return list;
                }

                await ExecuteAsync(plan.Steps, cancellationToken).ConfigureAwait(false);
            }
            catch (GatewayException e) when (!IsRefusal(e))
            {
                failure = e;
            }
        }

        throw failure ?? new GatewayException(gateway, "apply", "not_converged", "Another process changes the services at the same time. Let only one do so.");
    }

    /// <summary>Whether the gateway said no, and would say it again.</summary>
    public static bool IsRefusal(GatewayException failure) =>
        failure.Reason.StartsWith("status_4", StringComparison.Ordinal)
        && !failure.Reason.StartsWith("status_408", StringComparison.Ordinal)
        && !failure.Reason.StartsWith("status_429", StringComparison.Ordinal);

    private async Task ExecuteAsync(IReadOnlyList<AdminStep> steps, CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            if (!await api.ExecuteAsync(step, cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }
}
