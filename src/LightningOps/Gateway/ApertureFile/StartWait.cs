using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Probes;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Waits for a restarted Aperture. Its start takes longer the more invoices its node has
/// (docs/reference/aperture.md#operation), so the limit grows with the last observed start.
/// </summary>
internal sealed class StartWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TerminatedLimit = TimeSpan.FromSeconds(3);
    private readonly TimeSpan? limit;
    private readonly TimeProvider time;
    private long? loadedAt;
    private long? downAt;
    private TimeSpan current;

    /// <param name="limit">The operator's limit; null for the default.</param>
    /// <param name="time">Clock of the waits.</param>
    public StartWait(TimeSpan? limit, TimeProvider time)
    {
        this.limit = limit;
        this.time = time;
        current = limit ?? DefaultLimit;
    }

    /// <summary>The current limit of a start.</summary>
    public TimeSpan Limit => current;

    /// <summary>Duration of the last completely observed start; null for none.</summary>
    public TimeSpan? Seen { get; private set; }

    /// <summary>Called during the wait, with the time left.</summary>
    public Action<TimeSpan>? Waiting { get; set; }

    /// <summary>The process is being ended and may be killed soon, so a start is awaited only briefly.</summary>
    public CancellationToken Terminated { get; set; }

    /// <summary>Sets the limit from the last known start.</summary>
    public void Learn(TimeSpan? lastStart)
    {
        var threefold = TimeSpan.FromTicks((lastStart ?? TimeSpan.Zero).Ticks * 3);
        current = limit ?? (threefold > DefaultLimit ? threefold : DefaultLimit);
    }

    /// <summary>The reload command has ended; the wait for the start begins.</summary>
    /// <param name="wentDownAt">When the process was seen to go down; null if it was not.</param>
    public void Begin(long? wentDownAt)
    {
        loadedAt = time.GetTimestamp();
        downAt = wentDownAt;
    }

    /// <summary>The process was seen up, or is no longer awaited.</summary>
    public void End() => loadedAt = null;

    /// <summary>The first check that passes, or the last within the limit; a single check if no start is awaited.</summary>
    /// <param name="look">Runs the check; the argument requests a single attempt.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<ProbeResult> UntilUpAsync(Func<bool, CancellationToken, Task<ProbeResult>> look, CancellationToken cancellationToken)
    {
        while (loadedAt is { } begin)
        {
            var result = await look(true, cancellationToken).ConfigureAwait(false);
            var left = (Terminated.IsCancellationRequested && current > TerminatedLimit ? TerminatedLimit : current) - time.GetElapsedTime(begin);
            if (result.Outcome == ProbeOutcome.Passed)
            {
                Seen = downAt is { } down ? time.GetElapsedTime(down) : Seen;
                downAt = null;
                return result;
            }

            if (left <= TimeSpan.Zero)
            {
                End();
                return result;
            }

            Waiting?.Invoke(left);
            await time.Delay(left < Pause ? left : Pause, cancellationToken).ConfigureAwait(false);
        }

        return await look(false, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>A gateway that a roll-out restarts and waits for.</summary>
internal interface IRestarted
{
    /// <summary>Time limit of one restart.</summary>
    TimeSpan RestartLimit { get; }

    /// <summary>Whether it is to be restarted by a signal that ends it, which was not allowed.</summary>
    bool HangsUp { get; }

    /// <summary>Whether a change restarts it.</summary>
    bool Restarts { get; }

    /// <summary>Its own access log, if there is a file of it; null for none.</summary>
    string? FindAccessLog();

    /// <summary>Duration of the last observed start; null if none, or a change restarts nothing.</summary>
    TimeSpan? LastStart { get; }

    /// <summary>Called while a start is awaited, with the time left.</summary>
    Action<TimeSpan>? StartWaiting { set; }

    /// <summary>The process is being ended; a start is awaited only briefly.</summary>
    CancellationToken Terminated { set; }
}
