using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Loopback.Http;

namespace LightningOps.StandIns;

/// <summary>
/// What listens where an Aperture does, and goes down and comes back when a file asks for it: a service manager's restart.
/// The file is removed once it is up again.
/// </summary>
internal sealed class RestartedListener : IAsyncDisposable
{
    // A real Aperture needs at least a tenth of a second.
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private readonly CancellationTokenSource stopping = new();
    private readonly string request;
    private readonly Task serving;
    private HttpServer server = Listen(0);

    public RestartedListener(string request)
    {
        this.request = request;
        Address = server.EndPoint.ToString();
        serving = ServeAsync(server.EndPoint.Port);
    }

    /// <summary>Where it listens, <c>host:port</c>.</summary>
    public string Address { get; }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await serving;
        server.Dispose();
        stopping.Dispose();
    }

    private static HttpServer Listen(int port) => new(
        new HttpServerOptions { Port = port, StopTimeout = TimeSpan.FromMilliseconds(100) },
        static exchange => DirectAnswer.SendAsync(exchange, 404, "404 page not found"));

    private async Task ServeAsync(int port)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                if (File.Exists(request))
                {
                    server.Dispose();
                    await Task.Delay(StartTime, stopping.Token);
                    server = Listen(port);
                    File.Delete(request);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The stand-ins end.
        }
    }
}
