using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;
using LightningOps.Leases;
using LightningOps.Settings;

namespace LightningOps.Reconcile;

/// <summary>
/// Decides which of several watches of a gateway leads: the one that holds its lease in the team's store, from one
/// pass to the next. The lease of an ended watch is taken over at once on its machine, and after its expiry on
/// another (docs/reference/postgres.md#watches).
/// </summary>
public sealed class WatchLeadership : IDisposable
{
    /// <summary>How long a leader keeps the lead without a renewal.</summary>
    internal static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    /// <summary>Interval at which the others check.</summary>
    internal static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly ILeaseStore leases;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Dictionary<string, Lease> held = new(StringComparer.Ordinal);

    /// <param name="leases">The leases; disposed with this object.</param>
    /// <param name="time">Clock of the renewals.</param>
    internal WatchLeadership(ILeaseStore leases, TimeProvider time)
    {
        this.leases = leases;
        this.time = time;
    }

    /// <summary>The leadership for a control plane shared by many machines; null for any other.</summary>
    /// <param name="settings">The control plane.</param>
    /// <param name="environment">The current variables.</param>
    /// <exception cref="ConfigException">The address of the store cannot be used.</exception>
    public static WatchLeadership? Create(ControlPlaneSettings settings, OperatorEnvironment environment) =>
        settings.Mode == ControlPlaneMode.Postgres ? new WatchLeadership(new PostgresLeases(ControlPlaneFactory.CreatePostgresOptions(settings, environment)), settings.Time) : null;

    /// <summary>Takes the lead unless another watch has it.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="requestId">Request id, shown to others.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Null if this watch leads; else the leader.</returns>
    /// <exception cref="LightningOpsException">The store cannot be used.</exception>
    internal async Task<LeaseHolder?> FindLeaderAsync(string gateway, string requestId, CancellationToken cancellationToken)
    {
        if (GetLeaseName(gateway) is not { } name)
        {
            return null;
        }

        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (held.TryGetValue(name, out var lease))
            {
                if (!lease.Lost.IsCancellationRequested)
                {
                    return null;
                }

                held.Remove(name);
                await lease.ReleaseAsync().ConfigureAwait(false);
            }

            held[name] = await Lease.AcquireAsync(leases, time, new LeaseRequest(name, requestId) { TimeToLive = TimeToLive }, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (LeaseHeldException other) when (other.Holder is { } leader)
        {
            return leader;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Releases the lead, so that another watch takes over at once.</summary>
    internal async Task ReleaseAsync()
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (var lease in held.Values)
            {
                await lease.ReleaseAsync().ConfigureAwait(false);
            }

            held.Clear();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Closes the connections; an unreleased lead expires.</summary>
    public void Dispose()
    {
        (leases as IDisposable)?.Dispose();
        turn.Dispose();
    }

    // A file exists on one machine, so the same path on another is another gateway. A gateway in this process has no other watch.
    private static string? GetLeaseName(string gateway) =>
        gateway.StartsWith("memory", StringComparison.Ordinal) || gateway.StartsWith("loopback", StringComparison.Ordinal) ? null
        : gateway.StartsWith("file:", StringComparison.Ordinal) ? "watch:" + ProcessIdentity.Host + ":" + gateway
        : "watch:" + gateway;
}
