using System;
using System.Net;

namespace LightningOps.Gateway.Loopback.Http;

/// <summary>Where an <see cref="HttpServer"/> listens, and what it puts up with.</summary>
internal sealed class HttpServerOptions
{
    /// <summary>A loopback address.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port, or 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>Bytes of a request's line and headers together.</summary>
    public int LargestHead { get; init; } = 64 * 1024;

    /// <summary>Header lines of a request.</summary>
    public int MostHeaders { get; init; } = 256;

    /// <summary>Connections at once; further ones wait to be accepted.</summary>
    public int MostConnections { get; init; } = 8192;

    /// <summary>Bytes of a body nobody asked for that are read to keep the connection.</summary>
    public int LargestDrain { get; init; } = 256 * 1024;

    /// <summary>From the first byte of a head to its last.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two requests of a connection (Aperture's idletimeout is 2 minutes).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Of one read of a body.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of one write (Aperture's writetimeout, which it pushes on with every write, is 30 seconds).</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long requests at work may go on once the server is stopped.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection that is closed after an error is read on, so that the answer is not lost with it.</summary>
    public TimeSpan LingerTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Clock of the limits and of the Date header.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
