using System;
using System.Collections.Generic;
using LightningOps.Gateway.Probes;
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>How an Aperture that reads a file is rolled out to.</summary>
public sealed record ApertureFileGatewayOptions
{
    /// <summary>The aperture.yaml; it must exist, and everything in it but the services stays as it is.</summary>
    public required string Path { get; init; }

    /// <summary>How many earlier versions are kept in the folder beside the file, named like it with <c>.versions</c> at the end.</summary>
    public int KeptVersions { get; init; } = 10;

    /// <summary>Program and arguments that make Aperture read the file again (a signal, a service restart), or null when something else does.</summary>
    public IReadOnlyList<string>? ReloadCommand { get; init; }

    /// <summary>Time limit of the reload command.</summary>
    public TimeSpan ReloadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>URL that answers 2xx while Aperture is up; null tries whether the file's <c>listenaddr</c> takes connections.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>How the challenge and the proxy check are made.</summary>
    public SaleProbeOptions Probes { get; init; } = new();

    /// <summary>Clock, time limits, retries and handler of the checks.</summary>
    public GatewayHttpOptions Http { get; init; } = new();

    /// <summary>Name of the store that rolls out, for who stops the gateway; null where it is not known.</summary>
    public string? Store { get; init; }

    /// <summary>Has the file read again in place of the command.</summary>
    internal IConfigReload? Reload { get; init; }

    /// <summary>Where what serves the file listens, <c>host:port</c>, when that is not what the file says.</summary>
    internal string? ListenAddress { get; init; }

    /// <summary>Lists what was sold by what serves the file; null where that is not known.</summary>
    internal IGatewayTransactions? Transactions { get; init; }

    /// <summary>Told before each step of a roll-out, so that a test can end the process there.</summary>
    internal Action<string>? Step { get; init; }
}
