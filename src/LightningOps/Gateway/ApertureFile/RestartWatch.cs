using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>
/// Observes whether the process that listens at an address ends. It holds a connection, which ends with the process.
/// "Down" is an address that accepted a connection and then refuses one. An address that refuses from the start
/// proves nothing, because a starting process may have read the file before it was written.
/// </summary>
internal sealed class RestartWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource<bool> up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider time;
    private readonly Task<bool> watching;
    private long? downAt;

    /// <param name="listenAddress"><c>host:port</c> as in the file.</param>
    /// <param name="time">Clock of the waits.</param>
    public RestartWatch(string? listenAddress, TimeProvider time)
    {
        this.time = time;
        watching = ListenerProbe.Parse(listenAddress) is { } address ? Task.Run(() => WatchAsync(address.Host, address.Port)) : Task.FromResult(false);
        if (watching.IsCompleted)
        {
            up.TrySetResult(false);
        }
    }

    /// <summary>Waits until the first connection was accepted or refused, up to the given time. From then on an end is observed.</summary>
    /// <returns>Whether a connection was accepted.</returns>
    public async Task<bool> ReadyAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource();
        if (!up.Task.IsCompleted)
        {
            await Task.WhenAny(up.Task, time.Delay(patience, limit.Token)).ConfigureAwait(false);
            limit.Cancel();
        }

        return up.Task.IsCompleted && await up.Task.ConfigureAwait(false);
    }

    /// <summary>Whether the process was seen to go down, waiting up to the given time.</summary>
    public async Task<bool> WentDownAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource();
        if (!watching.IsCompleted)
        {
            await Task.WhenAny(watching, time.Delay(patience, limit.Token)).ConfigureAwait(false);
            limit.Cancel();
        }

        return watching.IsCompleted && await watching.ConfigureAwait(false);
    }

    /// <summary>Timestamp of the first refusal after it was up; null if none was seen.</summary>
    public long? DownAt => watching.IsCompleted ? downAt : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Cancel();
        watching.ContinueWith(static (_, source) => ((CancellationTokenSource)source!).Dispose(), stopping, TaskScheduler.Default);
    }

    private async Task<bool> WatchAsync(string host, int port)
    {
        var wasUp = false;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                using var client = new TcpClient();
                using var stop = stopping.Token.Register(client.Dispose);
                await client.ConnectAsync(host, port).ConfigureAwait(false);
                if (client.Client.LocalEndPoint.Equals(client.Client.RemoteEndPoint))
                {
                    // The socket connected to itself, so nobody listens there.
                    client.LingerState = new LingerOption(enable: true, seconds: 0);
                    throw new SocketException((int)SocketError.ConnectionRefused);
                }

                wasUp = true;
                up.TrySetResult(true);
                var begin = time.GetTimestamp();
                await client.GetStream().ReadAsync(new byte[1], 0, 1).ConfigureAwait(false);
                if (time.GetElapsedTime(begin) > Pause)
                {
                    // A start may be quick, so the refusal is checked at once.
                    continue;
                }
            }
            catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
            {
                up.TrySetResult(false);
                downAt = wasUp ? time.GetTimestamp() : null;
                return wasUp;
            }
            catch (Exception ended) when (ended is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Reset, unreachable or stopped; the next connection shows which.
                up.TrySetResult(false);
            }

            await time.Delay(Pause).ConfigureAwait(false);
        }

        return false;
    }
}
