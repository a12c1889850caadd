using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>
/// A small HTTP/1.1 server on a loopback address, which reads requests as Go's net/http does.
/// </summary>
/// <remarks>
///  Neither server of the platform is usable here. <see cref="HttpListener" /> accepts only the Host headers it was
/// registered for; one for any host is bound to every interface and needs administrator's rights on Windows, but a
/// loopback gateway must answer for the hosts it sells. Kestrel is not part of netstandard2.0 or of Windows
/// PowerShell. This server supports HTTP/1.1 and 1.0, without TLS and upgrades, which is sufficient for development
/// and smokes.
/// </remarks>
internal sealed class HttpServer : IDisposable
{
    private const int Backlog = 1024;
    private readonly HttpServerOptions options;
    private readonly Func<HttpExchange, Task> handler;
    private readonly TcpListener listener;
    private readonly SemaphoreSlim places;
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<HttpConnection, Task> connections = new();
    private readonly Task accepting;

    /// <summary>Begins to listen.</summary>
    /// <param name="options">Address and limits.</param>
    /// <param name="handler">Answers a request.</param>
    /// <exception cref="ArgumentException">The address is not a loopback address.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public HttpServer(HttpServerOptions options, Func<HttpExchange, Task> handler)
    {
        this.options = IPAddress.IsLoopback(options.Address) ? options : throw new ArgumentException("not a loopback address", nameof(options));
        this.handler = handler;
        places = new SemaphoreSlim(options.MaxConnections);
        listener = new TcpListener(options.Address, options.Port);
        listener.Start(Backlog);
        EndPoint = (IPEndPoint)listener.LocalEndpoint;
        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Its listen address.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Accepts no further request, waits briefly for the running ones, and ends.</summary>
    public async Task StopAsync()
    {
        if (closing.IsCancellationRequested)
        {
            await accepting.ConfigureAwait(false);
            return;
        }

        closing.Cancel();
        listener.Stop();
        await accepting.ConfigureAwait(false);
        var serving = Task.WhenAll(connections.Values.ToArray());
        await Task.WhenAny(serving, options.Time.Delay(options.StopTimeout)).ConfigureAwait(false);
        stopping.Cancel();
        await serving.ConfigureAwait(false);
    }

    /// <summary>Ends idle connections at once, and waits for the rest like <see cref="StopAsync" />.</summary>
    public void Dispose()
    {
        StopAsync().GetAwaiter().GetResult();
        closing.Dispose();
        stopping.Dispose();
        places.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                await places.WaitAsync(closing.Token).ConfigureAwait(false);
                var client = await listener.AcceptTcpClientAsync().ConfigureAwait(false);
                Serve(client);
            }
            catch (Exception) when (closing.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException)
            {
                // The client left before it was accepted.
                places.Release();
            }
        }
    }

    private void Serve(TcpClient client)
    {
        HttpConnection connection;
        try
        {
            connection = new HttpConnection(client, options, handler);
        }
        catch (Exception gone) when (gone is InvalidOperationException or SocketException)
        {
            client.Dispose();
            places.Release();
            return;
        }

        var served = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        connections[connection] = served.Task;
        _ = Task.Run(async () =>
        {
            try
            {
                await connection.ServeAsync(closing.Token, stopping.Token).ConfigureAwait(false);
            }
            finally
            {
                connection.Dispose();
                connections.TryRemove(connection, out _);
                places.Release();
                served.SetResult(true);
            }
        });
    }
}

/// <summary>Address and limits of an <see cref="HttpServer" />.</summary>
internal sealed record HttpServerOptions
{
    /// <summary>A loopback address.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port, or 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Bytes of a request's line and headers together (net/http, DefaultMaxHeaderBytes and the 4,096 it reads on).</summary>
    public int MaxHeadSize { get; init; } = (1 << 20) + 4096;

    /// <summary>Header lines of a request.</summary>
    public int MaxHeaders { get; init; } = 10_000;

    /// <summary>Maximum number of connections at once; further ones wait to be accepted.</summary>
    public int MaxConnections { get; init; } = 8192;

    /// <summary>Maximum bytes of an unread body that are read to keep the connection.</summary>
    public int MaxDrainSize { get; init; } = 256 * 1024;

    /// <summary>Time limit from the first byte of a head to its last.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Time limit between two requests of a connection (Aperture's idletimeout is 2 minutes).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Time limit of one read of a body.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time limit of one write (Aperture's writetimeout, which restarts with every write, is 30 seconds).</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time limit of running requests once the server is stopped.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long input is read after an error before the connection is closed, so that the answer is not lost.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Clock of the limits and of the Date header.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
