using System;
using System.Net;
using LightningOps.Payments.Simulation;

namespace LightningOps.Gateway.Loopback;

/// <summary>Options of a <see cref="LoopbackGateway"/>.</summary>
public sealed record LoopbackGatewayOptions
{
    /// <summary>The aperture.yaml it serves and reloads when it changes; null for none, and it serves only what it is given.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>The text of an aperture.yaml or a compiled artifact to start with, without a file.</summary>
    public string? ApertureYaml { get; init; }

    /// <summary>Listen address: 127.0.0.1 or ::1.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Port; 0 for a free one.</summary>
    public int Port { get; init; }

    /// <summary>One upstream for all services, http or https; null for the upstream of each service. Closed services stay closed.</summary>
    public Uri? Upstream { get; init; }

    /// <summary>Whether the certificate of an upstream must be valid; Aperture accepts any.</summary>
    public bool VerifyUpstreamCertificates { get; init; }

    /// <summary>The node; null for a new one.</summary>
    public SimulatedLightningNode? Node { get; init; }

    /// <summary>Port of its wallet for other processes, 0 for a free one; null to offer it to none.</summary>
    public int? WalletPort { get; init; }

    /// <summary>Interval for checking its file for changes.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time limit for running requests after it is stopped.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Returns the value of an environment variable in a header; null for those of the process.</summary>
    public Func<string, string?>? Environment { get; init; }

    /// <summary>Clock of limits, credentials and invoices.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Returns the requested number of random bytes; null for the system's random source.</summary>
    public Func<int, byte[]>? RandomBytes { get; init; }
}
