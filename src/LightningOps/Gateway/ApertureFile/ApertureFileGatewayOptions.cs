using System;
using System.Collections.Generic;
using LightningOps.Gateway.Databases;
using LightningOps.Gateway.Probes;
using LightningOps.Http;

namespace LightningOps.Gateway.ApertureFile;

/// <summary>Options of an Aperture with a file.</summary>
internal sealed record ApertureFileGatewayOptions
{
    /// <summary>The aperture.yaml; it must exist, and everything except the services is kept.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Number of earlier versions kept in the folder beside the file, which is named like it with <c>.versions</c>
    /// appended.
    /// </summary>
    public int KeptVersions { get; init; } = 10;

    /// <summary>Program and arguments that make Aperture read the file again (a signal, a service restart), or null when something else does.</summary>
    public IReadOnlyList<string>? ReloadCommand { get; init; }

    /// <summary>Whether the reload command may send SIGHUP, which a supervisor traps.</summary>
    public bool AllowHangup { get; init; }

    /// <summary>Time limit of the reload command.</summary>
    public TimeSpan ReloadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time limit of a start after a reload; null for 60 seconds, or three times the last observed start if that is longer.</summary>
    public TimeSpan? HealthTimeout { get; init; }

    /// <summary>URL that answers 2xx while Aperture is up; null checks that the <c>listenaddr</c> of the file accepts connections.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>File of the one certificate to accept in the checks, PEM or DER; null to trust it in another way.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>
    /// SHA-256 fingerprint of the one certificate to accept in the checks, hex with or without colons; without
    /// fingerprint and path, the trust store of the system applies.
    /// </summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Options of the challenge and proxy checks.</summary>
    public SaleProbeOptions Probes { get; init; } = new();

    /// <summary>Clock, time limits, retries and handler of the checks.</summary>
    public GatewayHttpOptions Http { get; init; } = new();

    /// <summary>Name of the store that rolls out, recorded when it stops the gateway; null if unknown.</summary>
    public string? Store { get; init; }

    /// <summary>Reads the database of the file where it is in PostgreSQL; null where no role is set.</summary>
    public DatabaseRole? DatabaseRole { get; init; }

    /// <summary>Has the file read again in place of the command.</summary>
    internal IConfigReload? Reload { get; init; }

    /// <summary>Listen address of the server, <c>host:port</c>, if it differs from the file.</summary>
    internal string? ListenAddress { get; init; }

    /// <summary>Lists the sales of the process that serves the file; null if it is unknown.</summary>
    internal IGatewayTransactions? Transactions { get; init; }

    /// <summary>Called before each step of a roll-out, so that a test can end the process there.</summary>
    internal Action<string>? Step { get; init; }
}
