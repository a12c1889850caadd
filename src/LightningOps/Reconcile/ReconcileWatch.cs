using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.ControlPlane;

namespace LightningOps.Reconcile;

/// <summary>
/// Keeps gateways in line with the control plane (docs/reference/gateway.md#watch): one pass per period, and at once
/// if the control plane reports a change. A pass closes denied services on every gateway before it rolls out
/// anything. If several watches of a gateway share a leadership, one leads; the others change nothing and take over
/// when it ends.
/// </summary>
public sealed class ReconcileWatch
{
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromMinutes(15);

    private readonly Func<CancellationToken, Task<WatchSession>> open;
    private readonly WatchOptions options;
    private readonly TimeProvider time;
    private readonly Dictionary<string, FailedRollout> failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> written = new(StringComparer.Ordinal);
    private WatchHealth health;

    /// <summary>A watch with the system's clock; nothing is read yet.</summary>
    /// <param name="open">Opens the session of a pass, which is disposed afterwards, so that a replaced store is noticed.</param>
    /// <param name="options">Period, health file and notifier.</param>
    public ReconcileWatch(Func<CancellationToken, Task<WatchSession>> open, WatchOptions options)
        : this(open, options, TimeProvider.System)
    {
    }

    /// <summary>A watch; nothing is read yet.</summary>
    /// <param name="open">Opens the session of a pass, which is disposed afterwards, so that a replaced store is noticed.</param>
    /// <param name="options">Period, health file and notifier.</param>
    /// <param name="time">Clock of the period.</param>
    public ReconcileWatch(Func<CancellationToken, Task<WatchSession>> open, WatchOptions options, TimeProvider time)
    {
        this.open = open;
        this.options = options;
        this.time = time;
        using var process = Process.GetCurrentProcess();
        health = new WatchHealth { State = WatchState.Reconciling, ProcessId = process.Id, StartedAtMs = Now, UpdatedAtMs = Now, IntervalSeconds = options.Interval.TotalSeconds };
    }

    /// <summary>Its state and the outcome of its last pass.</summary>
    public WatchHealth Health => health;

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Runs until it is stopped. A failed pass is reported, and the next one follows.</summary>
    /// <param name="nextRequest">Creates the request id of a pass.</param>
    /// <param name="passed">Receives each finished pass.</param>
    /// <param name="terminated">Ends the watch in a known state: a close is finished, and a roll-out is rolled back or applied.</param>
    /// <param name="cancellationToken">Ends it at once, also a close; what is closed by then stays closed.</param>
    /// <exception cref="IOException">The health file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the folder of the health file is denied.</exception>
    public async Task RunAsync(Func<string> nextRequest, Func<WatchPass, Task> passed, CancellationToken terminated, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(terminated, cancellationToken);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var begin = time.GetTimestamp();
                await passed(await RunPassAsync(nextRequest(), stop.Token, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                var rest = options.Interval - time.GetElapsedTime(begin);
                if (rest > TimeSpan.Zero && !stop.IsCancellationRequested)
                {
                    await WaitAsync(rest, stop.Token).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            if (options.Leadership is { } leadership)
            {
                await leadership.ReleaseAsync().ConfigureAwait(false);
            }

            Report(health with { State = WatchState.Stopped });
        }
    }

    /// <summary>Runs one pass.</summary>
    /// <param name="requestId">Its request id.</param>
    /// <param name="stop">Ends the roll-outs.</param>
    /// <param name="cancellationToken">Ends a close, too.</param>
    internal async Task<WatchPass> RunPassAsync(string requestId, CancellationToken stop, CancellationToken cancellationToken)
    {
        Report(health with { State = WatchState.Reconciling });
        WatchSession session;
        try
        {
            session = await open(cancellationToken).ConfigureAwait(false);
        }
        catch (LightningOpsException failure)
        {
            return End(requestId, options.Gateways.Select(gateway => new WatchedGateway(gateway, WatchOutcome.Failed, failure.Tag)).ToArray(), isClosed: false, [], options.Gateways.Select(gateway => new RolloutStep(gateway) { Error = failure }).ToArray());
        }

        using (session)
        {
            return await RunPassAsync(session.Targets, requestId, stop, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<WatchPass> RunPassAsync(IReadOnlyList<WatchTarget> targets, string requestId, CancellationToken stop, CancellationToken cancellationToken)
    {
        var places = targets.Select((target, place) => new Place(target, targets.Count == 1 ? requestId : DeploymentIds.GetRequestId(requestId, place + 1))).ToArray();

        foreach (var place in places)
        {
            await LeadAsync(place, cancellationToken).ConfigureAwait(false);
        }

        // Each gateway is read and closed separately, so that one that does not answer does not keep the others open.
        await Task.WhenAll(places.Select(place => CloseAsync(place, cancellationToken))).ConfigureAwait(false);
        var isClosed = places.All(static place => place.IsClosed);
        foreach (var place in places)
        {
            await RollOutAsync(place, stop).ConfigureAwait(false);
        }

        return End(
            requestId,
            places.Select(static place => new WatchedGateway(place.Target.GatewayName, place.Outcome, place.Code) { Leader = place.Leader }).ToArray(),
            isClosed,
            places.SelectMany(static place => place.Results).ToArray(),
            places.Where(static place => place.Error is not null).Select(static place => new RolloutStep(place.Target.GatewayName) { Error = place.Error }).ToArray());
    }

    private WatchPass End(string requestId, IReadOnlyList<WatchedGateway> gateways, bool isClosed, IReadOnlyList<ReconcileResult> results, IReadOnlyList<RolloutStep> errors)
    {
        var succeeded = gateways.All(static gateway => gateway.Outcome is WatchOutcome.InSync or WatchOutcome.RolledOut or WatchOutcome.Standby);
        Report(health with
        {
            State = WatchState.Waiting,
            Passes = health.Passes + 1,
            FailuresInARow = succeeded ? 0 : health.FailuresInARow + 1,
            LastPassAtMs = Now,
            LastSuccessAtMs = succeeded ? Now : health.LastSuccessAtMs,
            LastClosedAtMs = isClosed ? Now : health.LastClosedAtMs,
            Gateways = gateways,
        });
        return new WatchPass { RequestId = requestId, Ok = succeeded, Gateways = gateways, Results = results, Errors = errors };
    }

    private async Task LeadAsync(Place place, CancellationToken cancellationToken)
    {
        if (options.Leadership is not { } leadership || cancellationToken.IsCancellationRequested)
        {
            return;
        }

        try
        {
            if (await leadership.FindLeaderAsync(place.Target.GatewayName, place.RequestId, cancellationToken).ConfigureAwait(false) is { } leader)
            {
                place.Outcome = WatchOutcome.Standby;
                place.Leader = leader.ToString();
            }
        }
        catch (LightningOpsException failure)
        {
            place.Fail(failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Compares a gateway with the control plane and closes denied services there.</summary>
    private static async Task CloseAsync(Place place, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || place.Error is not null || place.Outcome == WatchOutcome.Standby)
        {
            return;
        }

        var options = place.Target.Options with { RequestId = place.RequestId };
        try
        {
            place.Drift = await place.Target.Drift.RunAsync(options, cancellationToken).ConfigureAwait(false);
            if (place.Drift.Status == DriftStatus.InSync)
            {
                place.IsClosed = true;
                return;
            }

            var closing = await place.Target.Reconciler.CloseAsync(options with { RequestId = place.RequestId + ":close", LeaseWait = place.Target.CloseWait, ClosesWithoutLease = true }, cancellationToken).ConfigureAwait(false);
            place.IsClosed = closing is null ? place.Drift.GatewayFailure is null : closing.DenialHolds;
            if (closing is not null)
            {
                place.Results.Add(closing);
            }
        }
        catch (LightningOpsException failure)
        {
            place.Fail(failure);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            place.Drift = null;
        }
    }

    private async Task RollOutAsync(Place place, CancellationToken stop)
    {
        var name = place.Target.GatewayName;
        if (place.Error is not null || place.Drift is not { } drift)
        {
            return;
        }

        if (drift.Status == DriftStatus.InSync)
        {
            failed.Remove(name);
            place.Outcome = WatchOutcome.InSync;
            return;
        }

        // A configuration is not written twice, because each roll-out would restart the gateway.
        if (drift.IsOnlyWritten && written.TryGetValue(name, out var last) && last == drift.ConfigHash)
        {
            place.Outcome = WatchOutcome.Written;
            return;
        }

        if (failed.TryGetValue(name, out var earlier) && earlier.Hash == drift.ConfigHash && time.GetElapsedTime(earlier.At) < earlier.Pause)
        {
            place.Outcome = WatchOutcome.Deferred;
            place.Code = earlier.Code;
            return;
        }

        if (stop.IsCancellationRequested)
        {
            return;
        }

        try
        {
            var result = await place.Target.Reconciler.RunAsync(place.Target.Options with { RequestId = place.RequestId }, stop).ConfigureAwait(false);
            place.Results.Add(result);
            if (result.Ok)
            {
                failed.Remove(name);
                place.Outcome = WatchOutcome.RolledOut;
                return;
            }

            if (result is { FailureCode: null, Serving: LiveConfiguration.Written })
            {
                written[name] = result.ConfigHash;
                place.Outcome = WatchOutcome.Written;
                return;
            }

            place.Outcome = WatchOutcome.Failed;
            place.Code = result.FailureCode;
            if (!result.WasCancelled)
            {
                Defer(name, result.ConfigHash, result.FailureCode);
            }
        }
        catch (LightningOpsException failure)
        {
            place.Fail(failure);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>A configuration that failed is tried again after a pause that doubles with each failure; what is denied is still closed in each pass.</summary>
    private void Defer(string gateway, string hash, string? code)
    {
        var count = failed.TryGetValue(gateway, out var earlier) && earlier.Hash == hash ? earlier.Count + 1 : 1;
        var pause = TimeSpan.FromTicks(Math.Min(MaxBackoff.Ticks, options.Interval.Ticks * (1L << Math.Min(count - 1, 20))));
        failed[gateway] = new FailedRollout(hash, code, count, time.GetTimestamp(), pause - TimeSpan.FromMilliseconds(1));
    }

    private async Task WaitAsync(TimeSpan rest, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var period = time.Delay(rest, end.Token);
        var change = options.Notifier is { } notifier ? WaitForChangeAsync(notifier, end.Token) : Task.Delay(Timeout.Infinite, end.Token);
        var lead = WaitToLeadAsync(end.Token);
        await Task.WhenAny(period, change, lead).ConfigureAwait(false);
        end.Cancel();
        foreach (var wait in new[] { period, change, lead })
        {
            try
            {
                await wait.ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
            }
        }
    }

    /// <summary>Returns when this watch takes over a gateway from another one.</summary>
    private async Task WaitToLeadAsync(CancellationToken end)
    {
        var others = health.Gateways.Where(static gateway => gateway.Outcome == WatchOutcome.Standby).Select(static gateway => gateway.Gateway).ToArray();
        if (options.Leadership is not { } leadership || others.Length == 0)
        {
            await Task.Delay(Timeout.Infinite, end).ConfigureAwait(false);
            return;
        }

        while (true)
        {
            await time.Delay(WatchLeadership.Poll, end).ConfigureAwait(false);
            foreach (var gateway in others)
            {
                try
                {
                    if (await leadership.FindLeaderAsync(gateway, "standby", end).ConfigureAwait(false) is null)
                    {
                        return;
                    }
                }
                catch (LightningOpsException)
                {
                    // The next pass reports it.
                }
            }
        }
    }

    // A control plane that cannot report changes is still read once per period.
    private static async Task WaitForChangeAsync(IChangeNotifier notifier, CancellationToken end)
    {
        try
        {
            await notifier.WaitForChangeAsync(end).ConfigureAwait(false);
        }
        catch (LightningOpsException)
        {
            await Task.Delay(Timeout.Infinite, end).ConfigureAwait(false);
        }
    }

    private void Report(WatchHealth now)
    {
        health = now with { UpdatedAtMs = Now };
        if (options.HealthFile is { } file)
        {
            health.Write(file);
        }
    }

    private sealed class Place(WatchTarget target, string requestId)
    {
        public WatchTarget Target { get; } = target;

        public string RequestId { get; } = requestId;

        public DriftResult? Drift { get; set; }

        public bool IsClosed { get; set; }

        public WatchOutcome Outcome { get; set; } = WatchOutcome.NotReached;

        public string? Code { get; set; }

        public string? Leader { get; set; }

        public LightningOpsException? Error { get; private set; }

        public List<ReconcileResult> Results { get; } = [];

        public void Fail(LightningOpsException failure)
        {
            Error = failure;
            Outcome = WatchOutcome.Failed;
            Code = failure.Tag;
        }
    }

    private sealed record FailedRollout(string Hash, string? Code, int Count, long At, TimeSpan Pause);
}

/// <summary>The objects of one pass of a watch.</summary>
public sealed class WatchSession : IDisposable
{
    private readonly IReadOnlyList<IDisposable> resources;

    /// <summary>A session.</summary>
    /// <param name="targets">The gateways, in roll-out order.</param>
    /// <param name="resources">Disposed with it.</param>
    public WatchSession(IReadOnlyList<WatchTarget> targets, IReadOnlyList<IDisposable> resources)
    {
        Targets = targets;
        this.resources = resources;
    }

    /// <summary>The gateways, in roll-out order.</summary>
    public IReadOnlyList<WatchTarget> Targets { get; }

    /// <summary>Disposes what was opened for it.</summary>
    public void Dispose()
    {
        foreach (var resource in resources)
        {
            resource.Dispose();
        }
    }
}

/// <summary>One gateway of a watch.</summary>
public sealed record WatchTarget
{
    /// <summary>Compares it with the control plane, without requesting a challenge.</summary>
    public required DriftCheck Drift { get; init; }

    /// <summary>Rolls out to it.</summary>
    public required Reconciler Reconciler { get; init; }

    /// <summary>Options of each roll-out; the watch sets the request id.</summary>
    public required ReconcileOptions Options { get; init; }

    /// <summary>Maximum wait of a close for another roll-out to the same gateway.</summary>
    public TimeSpan CloseWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Name of the gateway.</summary>
    public string GatewayName => Reconciler.GatewayName;
}

/// <summary>Options of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>Names of the gateways, in order.</summary>
    public required IReadOnlyList<string> Gateways { get; init; }

    /// <summary>Time between the beginnings of two passes.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>File with the current state of the watch; null for none.</summary>
    public string? HealthFile { get; init; }

    /// <summary>Reports changes of the control plane; null to read it once per period.</summary>
    public IChangeNotifier? Notifier { get; init; }

    /// <summary>Decides which of several watches of a gateway leads; null if each one leads.</summary>
    public WatchLeadership? Leadership { get; init; }
}

/// <summary>One pass of a watch.</summary>
public sealed record WatchPass
{
    /// <summary>Its request id.</summary>
    public required string RequestId { get; init; }

    /// <summary>Whether every gateway serves the desired configuration.</summary>
    public required bool Ok { get; init; }

    /// <summary>The gateways after it.</summary>
    public required IReadOnlyList<WatchedGateway> Gateways { get; init; }

    /// <summary>Its closes and roll-outs; empty if nothing had to be changed.</summary>
    public required IReadOnlyList<ReconcileResult> Results { get; init; }

    /// <summary>Why gateways could not be compared or rolled out to; nothing was changed there.</summary>
    public required IReadOnlyList<RolloutStep> Errors { get; init; }
}
