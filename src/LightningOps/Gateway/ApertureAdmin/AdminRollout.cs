using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ApertureYaml;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>
/// Changes the list of services to the desired one: reads it, plans, applies the steps, and reads it again. If the
/// outcome of a step is unknown, or another user changed the list, the next pass plans again from the current list.
/// </summary>
internal sealed class AdminRollout
{
    private const int MaxPasses = 4;
    private readonly string gateway;
    private readonly AdminApi api;
    private readonly AdminClosing closings;

    public AdminRollout(string gateway, AdminApi api, AdminClosing closings)
    {
        this.gateway = gateway;
        this.api = api;
        this.closings = closings;
    }

    /// <summary>
    /// Brings the list to the desired state. It is read again before each write, and nothing more is sent once
    /// another user has changed it.
    /// </summary>
    /// <param name="wanted">Returns the desired services for the current list.</param>
    /// <param name="isOurs">Whether a service that is not desired may be removed, by its name.</param>
    /// <param name="cancellationToken">Ends it between two steps or within one.</param>
    /// <returns>The list afterwards.</returns>
    /// <exception cref="GatewayException">The list is in an intermediate state.</exception>
    /// <exception cref="GatewayChangedException">Another user changed the list.</exception>
    public async Task<IReadOnlyList<GatewayService>> ConvergeAsync(
        Func<IReadOnlyList<GatewayService>, IReadOnlyList<GatewayService>> wanted,
        Func<string, bool> isOurs,
        CancellationToken cancellationToken)
    {
        GatewayException? failure = null;
        AdminListGuard? guard = null;
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            try
            {
                var list = await api.ListAsync(cancellationToken).ConfigureAwait(false);
                guard ??= new AdminListGuard(gateway, list);
                guard.Check(list);
                var plan = AdminPlanner.Make(list, wanted(list), isOurs);
                if (plan.Steps.Count == 0)
                {
                    return list;
                }

                await ExecuteAsync(plan.Steps, guard, cancellationToken).ConfigureAwait(false);
            }
            catch (GatewayException e) when (!IsRefusal(e))
            {
                failure = e;
            }
        }

        throw failure ?? new GatewayException(gateway, "apply", "not_converged", "Another process changes the services at the same time. Let only one do so.");
    }

    /// <summary>Whether the gateway refused, and would refuse again.</summary>
    public static bool IsRefusal(GatewayException failure) =>
        failure.Reason.StartsWith("status_4", StringComparison.Ordinal)
        && !failure.Reason.StartsWith("status_408", StringComparison.Ordinal)
        && !failure.Reason.StartsWith("status_429", StringComparison.Ordinal);

    /// <summary>
    /// Closings come first in a plan. They are sent two at once, in place and without another read, because neither
    /// order nor changes by others make them wrong. Before each other step the list is read again.
    /// </summary>
    private async Task ExecuteAsync(IReadOnlyList<AdminStep> steps, AdminListGuard guard, CancellationToken cancellationToken)
    {
        var closing = steps.TakeWhile(static step => step is UpdateStep { Desired.IsClosed: true }).Cast<UpdateStep>().ToArray();
        foreach (var step in closing)
        {
            guard.Expect(step);
        }

        if (closing.Length > 0)
        {
            await closings.SendAsync(closing, "apply", cancellationToken).ConfigureAwait(false);
        }

        for (var place = closing.Length; place < steps.Count; place++)
        {
            if (place > 0)
            {
                guard.Check(await api.ListAsync(cancellationToken).ConfigureAwait(false));
            }

            guard.Expect(steps[place]);
            if (!await api.ExecuteAsync(steps[place], cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }
}
