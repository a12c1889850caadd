using System;
using System.Threading;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>
/// Ends a connection whose peer takes too long: a read or write of a socket cannot be cancelled everywhere, but closing the
/// socket ends it.
/// </summary>
internal sealed class ConnectionTimer : IDisposable
{
    private readonly ITimer timer;

    public ConnectionTimer(TimeProvider time, Action abort) =>
        timer = time.CreateTimer(static state => ((Action)state!)(), abort, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Arm(TimeSpan limit) => timer.Change(limit, Timeout.InfiniteTimeSpan);

    public void Disarm() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => timer.Dispose();
}
