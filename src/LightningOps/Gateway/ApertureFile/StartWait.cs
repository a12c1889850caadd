using System;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Probes;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Waits for an Aperture that was restarted. Its start takes longer the more invoices its node has
/// (docs/reference/aperture.md#operation), so the limit grows with the last start seen.
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

    /// <param name="limit">The limit of the operator; null for the default.</param>
    /// <param name="time">Clock of the waits.</param>
    public StartWait(TimeSpan? limit, TimeProvider time)
    {
        this.limit = limit;
        this.time = time;
        current = limit ?? DefaultLimit;
    }

    /// <summary>The limit of a start, as far as is known.</summary>
    public TimeSpan Limit => current;

    /// <summary>How long the last start took that was seen from its begin to its end; null for none.</summary>
    public TimeSpan? Seen { get; private set; }

    /// <summary>Told while it waits, with the time left.</summary>
    public Action<TimeSpan>? Waiting { get; set; }

    /// <summary>The process is being ended: it may be killed soon, so a start is waited for only shortly.</summary>
    public CancellationToken Terminated { get; set; }

    /// <summary>The limit for a gateway whose last start is known.</summary>
    public void Learn(TimeSpan? lastStart)
    {
        var threefold = TimeSpan.FromTicks((lastStart ?? TimeSpan.Zero).Ticks * 3);
        current = limit ?? (threefold > DefaultLimit ? threefold : DefaultLimit);
    }

    /// <summary>A reload command has ended: from now on the start is waited for.</summary>
    /// <param name="wentDownAt">When the process was seen to be down; null where it was not.</param>
    public void Begin(long? wentDownAt)
    {
        loadedAt = time.GetTimestamp();
        downAt = wentDownAt;
    }

    /// <summary>It was seen up, or is no longer waited for.</summary>
    public void End() => loadedAt = null;

    /// <summary>The first look that passes, or the last within the limit; one look where no start is waited for.</summary>
    /// <param name="look">Looks; once only where it is told so.</param>
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

/// <summary>A gateway that a roll-out restarts and that is waited for.</summary>
internal interface IRestarted
{
    /// <summary>How long one restart may take at most.</summary>
    TimeSpan RestartLimit { get; }

    /// <summary>Whether it is to be restarted by a signal that ends it, which was not allowed.</summary>
    bool HangsUp { get; }

    /// <summary>Whether a change restarts it.</summary>
    bool Restarts { get; }

    /// <summary>Its own access log, where there is a file of it; null for none.</summary>
    string? FindAccessLog();

    /// <summary>How long the last start took that was seen; null where none was, or a change restarts nothing.</summary>
    TimeSpan? LastStart { get; }

    /// <summary>Told while a start is waited for, with the time left.</summary>
    Action<TimeSpan>? StartWaiting { set; }

    /// <summary>The process is being ended: a start is waited for only shortly.</summary>
    CancellationToken Terminated { set; }
}
