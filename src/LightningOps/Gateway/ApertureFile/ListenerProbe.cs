using System;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Checks whether a process accepts connections at Aperture's listen address.</summary>
internal sealed class ListenerProbe
{
    /// <summary>Reason of a check that asked nothing: Aperture reads no address to listen on from the file.</summary>
    public const string AddressNotSet = "listenaddr_not_set";

    private const string Failed = "connection_failed:";
    private readonly ResiliencePipeline pipeline;

    public ListenerProbe(GatewayHttpOptions options)
    {
        var builder = new ResiliencePipelineBuilder { TimeProvider = options.Time };
        if (options.Tries > 1)
        {
            builder.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.Tries - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.RetryDelay,
                MaxDelay = options.MaxRetryDelay,
                ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<TimeoutRejectedException>(),
            });
        }

        pipeline = builder.AddTimeout(options.TryTimeout).Build();
    }

    /// <summary>Passes when a connection was accepted.</summary>
    /// <param name="listenAddress"><c>host:port</c> as in the file.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<ProbeResult> ProbeAsync(string? listenAddress, CancellationToken cancellationToken)
    {
        if (Parse(listenAddress) is not { } address)
        {
            return ProbeResult.Failed(AddressNotSet);
        }

        try
        {
            await pipeline.ExecuteAsync(async token => await ConnectAsync(address.Host, address.Port, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            return new ProbeResult { Outcome = ProbeOutcome.Passed };
        }
        catch (Exception e) when (e is SocketException or TimeoutRejectedException)
        {
            return ProbeResult.Failed(Failed + (e is SocketException ? ConnectionFailure.GetCode(e) : "timed_out")) with { Address = FormattableString.Invariant($"{(address.Host.IndexOf(':') < 0 ? address.Host : "[" + address.Host + "]")}:{address.Port}") };
        }
    }

    /// <summary>Whether a process accepts connections there: false only if every address of the host refuses them, null if it is not known.</summary>
    /// <param name="listenAddress"><c>host:port</c> as in the file.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    public async Task<bool?> IsListeningAsync(string listenAddress, CancellationToken cancellationToken)
    {
        if (Parse(listenAddress) is not { } address)
        {
            return null;
        }

        IPAddress[] hosts;
        try
        {
            hosts = IPAddress.TryParse(address.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(address.Host).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return null;
        }

        bool? listens = hosts.Length == 0 ? null : false;
        foreach (var host in hosts)
        {
            var answer = await ProbeAsync(FormattableString.Invariant($"[{host}]:{address.Port}"), cancellationToken).ConfigureAwait(false);
            if (answer.Outcome == ProbeOutcome.Passed)
            {
                return true;
            }

            listens = IsRefusal(host, answer.Reason) ? listens : null;
        }

        return listens;
    }

    // Without IPv6, a machine has no ::1 on which anything could listen.
    private static bool IsRefusal(IPAddress host, string? reason) =>
        reason == Failed + "connection_refused" || (IPAddress.IsLoopback(host) && reason is Failed + "address_not_available" or Failed + "address_family_not_supported");

    /// <summary>Host and port to try. A wildcard address is tried on this machine.</summary>
    public static (string Host, int Port)? Parse(string? listenAddress)
    {
        var colon = listenAddress?.LastIndexOf(':') ?? -1;
        if (colon < 0 || !int.TryParse(listenAddress!.Substring(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return null;
        }

        var host = listenAddress.Substring(0, colon).Trim('[', ']');
        return (host is "" or "0.0.0.0" ? IPAddress.Loopback.ToString() : host == "::" ? IPAddress.IPv6Loopback.ToString() : host, port);
    }

    private static async Task ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        using var stop = cancellationToken.Register(client.Dispose);
        try
        {
            await client.ConnectAsync(host, port).ConfigureAwait(false);
            if (client.Client.LocalEndPoint.Equals(client.Client.RemoteEndPoint))
            {
                // The system chose this port for its own end of the connection, so nobody listens there.
                client.LingerState = new LingerOption(enable: true, seconds: 0);
                throw new SocketException((int)SocketError.ConnectionRefused);
            }
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested && e is SocketException or ObjectDisposedException)
        {
            throw new OperationCanceledException(cancellationToken);
        }
    }
}
