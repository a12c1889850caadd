using System;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Leases;

/// <summary>
/// The right to change one gateway. It is taken from a store and renewed by a timer three times in its time to live
/// until it is released.
/// </summary>
internal sealed class Lease
{
    private readonly ILeaseStore store;
    private readonly TimeProvider time;
    private readonly TimeSpan timeToLive;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource lost = new();
    private readonly ITimer renewal;
    private readonly ITimer? end;
    private readonly TimeSpan margin;
    private long renewedAt;
    private bool isReleased;

    private Lease(ILeaseStore store, TimeProvider time, LeaseHolder holder, TimeSpan timeToLive, long asked)
    {
        this.store = store;
        this.time = time;
        this.timeToLive = timeToLive;
        var fenced = store as IFencedLeases;
        Holder = fenced is null ? holder : holder with { Fence = fenced.GetFence(holder) };
        margin = fenced?.Margin ?? TimeSpan.Zero;
        renewedAt = asked;
        end = fenced is null ? null : time.CreateTimer(_ => EndWhenDue(), null, GetTimeLeft(), Timeout.InfiniteTimeSpan);
        var period = TimeSpan.FromTicks(timeToLive.Ticks / 3);
        renewal = time.CreateTimer(_ => _ = RenewAsync(IsHeldBySteadyClock), null, period, period);
    }

    /// <summary>The holder: this process.</summary>
    public LeaseHolder Holder { get; private set; }

    /// <summary>Cancelled when it could not be renewed in time; another may hold it now.</summary>
    public CancellationToken Lost => lost.Token;

    /// <summary>Takes the lease, waiting up to the limit of the request.</summary>
    /// <exception cref="LeaseHeldException">Another holder has it.</exception>
    public static async Task<Lease> AcquireAsync(ILeaseStore store, TimeProvider time, LeaseRequest request, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        string? awaited = null;
        while (true)
        {
            var asked = time.GetTimestamp();
            var claim = CreateClaim(request, time.GetUtcNow());
            var holder = await store.TryTakeAsync(claim, cancellationToken).ConfigureAwait(false);
            if (holder is null)
            {
                return new Lease(store, time, claim, request.TimeToLive, asked);
            }

            if (time.GetElapsedTime(began) >= request.Wait)
            {
                throw new LeaseHeldException(request.Gateway, holder);
            }

            if (holder.Token != awaited)
            {
                awaited = holder.Token;
                request.Waiting?.Invoke(holder);
            }

            await time.Delay(request.Poll, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Confirms before sending that it is still held. A machine that slept past the end of its lease notices it here,
    /// before its timers do.
    /// </summary>
    /// <returns>False when another may hold it; <see cref="Lost"/> is then cancelled.</returns>
    public async Task<bool> ConfirmAsync()
    {
        await RenewAsync(() => IsHeldBySteadyClock() && IsHeldByWallClock()).ConfigureAwait(false);
        return !lost.IsCancellationRequested;
    }

    /// <summary>Releases it. A lease that cannot be released runs out by itself.</summary>
    public async Task ReleaseAsync()
    {
        renewal.Dispose();
        end?.Dispose();
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            isReleased = true;
            await store.ReleaseAsync(Holder, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // It expires by itself, and at once when this process ends.
        }
        finally
        {
            turn.Release();
        }
    }

    internal static LeaseHolder CreateClaim(LeaseRequest request, DateTimeOffset now) => new()
    {
        Gateway = request.Gateway,
        RequestId = request.RequestId,
        Host = ProcessIdentity.Host,
        ProcessId = ProcessIdentity.Id,
        ProcessSpace = ProcessIdentity.Space,
        SinceMs = now.ToUnixTimeMilliseconds(),
        ExpiresAtMs = (now + request.TimeToLive).ToUnixTimeMilliseconds(),
        Token = Guid.NewGuid().ToString("N"),
    };

    /// <param name="isHeld">Whether it is still held when the store does not answer.</param>
    private async Task RenewAsync(Func<bool> isHeld)
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!isReleased && !lost.IsCancellationRequested && !await TryRenewAsync(isHeld).ConfigureAwait(false))
            {
                lost.Cancel();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> TryRenewAsync(Func<bool> isHeld)
    {
        var asked = time.GetTimestamp();
        var renewed = Holder with { ExpiresAtMs = (time.GetUtcNow() + timeToLive).ToUnixTimeMilliseconds() };
        try
        {
            if (!await store.RenewAsync(renewed, CancellationToken.None).ConfigureAwait(false))
            {
                return false;
            }

            Holder = renewed;
            Volatile.Write(ref renewedAt, asked);
            end?.Change(GetTimeLeft(), Timeout.InfiniteTimeSpan);
            return true;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Any failure is retried at the next timer interval, while there is time.
            return isHeld();
        }
    }

    /// <summary>Ends the lease at its margin. A store that does not answer cannot delay this.</summary>
    private void EndWhenDue()
    {
        if (!IsHeldBySteadyClock())
        {
            lost.Cancel();
        }
    }

    private TimeSpan GetTimeLeft() => timeToLive - margin - time.GetElapsedTime(Volatile.Read(ref renewedAt)) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>A change of the wall clock has no effect, but this clock may stop while the machine sleeps.</summary>
    private bool IsHeldBySteadyClock() => time.GetElapsedTime(Volatile.Read(ref renewedAt)) < timeToLive - margin;

    /// <summary>Other processes take over by wall-clock time: after the expiry nothing is sent unless the store confirms that the lease is still held.</summary>
    private bool IsHeldByWallClock() => time.GetUtcNow().ToUnixTimeMilliseconds() < Holder.ExpiresAtMs;
}

/// <summary>A request for the lease of a gateway.</summary>
/// <param name="Gateway">Name of the gateway.</param>
/// <param name="RequestId">Request id of the reconcile.</param>
internal sealed record LeaseRequest(string Gateway, string RequestId)
{
    /// <summary>Maximum wait while another holds it.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.Zero;

    /// <summary>Receives the holder when the wait begins, and again when it changes.</summary>
    public Action<LeaseHolder>? Waiting { get; init; }

    /// <summary>Time to live without renewal; it is renewed three times in that time.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Interval of checks while waiting.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(250);
}

/// <summary>Another process may hold the lease; nothing more is sent.</summary>
internal sealed class LeaseLostException(CancellationToken lost) : OperationCanceledException("The lease ran out.", lost);

/// <summary>Another reconcile of the same gateway is running (<c>LeaseHeldError</c>); nothing was changed.</summary>
public sealed class LeaseHeldException : LightningOpsException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="gateway">Name of the gateway.</param>
    /// <param name="holder">Holder of its lease, or null when unknown.</param>
    public LeaseHeldException(string gateway, LeaseHolder? holder)
        : base(
            "LeaseHeldError",
            gateway + " is locked by " + (holder?.ToString() ?? "another process"),
            "Wait until it has finished, or wait for it (Sync-ApertureConfig -WaitForLeaseSeconds). The lease of a process that ended is taken over automatically.")
    {
        Gateway = gateway;
        Holder = holder;
    }

    /// <summary>Name of the gateway.</summary>
    public string Gateway { get; }

    /// <summary>Holder of its lease, or null when unknown.</summary>
    public LeaseHolder? Holder { get; }
}
