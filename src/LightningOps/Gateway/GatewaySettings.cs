using System;
using System.Collections.Generic;
using System.IO;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using LightningOps.Settings;
using LightningOps.Storage;
using static System.Environment;

namespace LightningOps.Gateway;

/// <summary>What gateways are made from; what a kind does not need is not looked at.</summary>
public sealed record GatewaySettings
{
    /// <summary>Settings in force: the ops endpoints, their token, the checks.</summary>
    public required OperatorEnvironment Environment { get; init; }

    /// <summary>
    /// Ops: URL that must answer with a challenge. An Aperture reached by file or admin API: where its listener is; the
    /// check asks it for the probe route. Null takes the settings in force, or the admin API's own address; of a file, the
    /// check is then skipped.
    /// </summary>
    public string? ChallengeUrl { get; init; }

    /// <summary>URL that must let a paid request through (Ops); null takes the settings in force.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>URL that answers 2xx while Aperture is up (File); null tries the file's <c>listenaddr</c>.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>The admin macaroon in hex (ApertureAdmin).</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of the admin macaroon (ApertureAdmin).</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>File of the one certificate taken (ApertureAdmin).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the one certificate taken (ApertureAdmin).</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Program and arguments that make Aperture read its file again (File).</summary>
    public IReadOnlyList<string>? ReloadCommand { get; init; }

    /// <summary>Time limit of the reload command; null for the gateway's own.</summary>
    public TimeSpan? ReloadTimeout { get; init; }

    /// <summary>How many earlier versions are kept (File); null for the gateway's own number.</summary>
    public int? KeptVersions { get; init; }

    /// <summary>Pays for the proxy check of an Aperture; null skips it.</summary>
    public IProbePayer? Payer { get; init; }

    /// <summary>The loopback gateways that run in this session: those to choose from (Loopback), and who reads a file again (File).</summary>
    public IReadOnlyList<LoopbackGateway> Running { get; init; } = [];

    /// <summary>Clock, time limits, retries and handler.</summary>
    public GatewayHttpOptions Http { get; init; } = new();

    /// <summary>The local store, where it is the control plane: it then remembers what a gateway does not tell itself. Null keeps that in files.</summary>
    public LocalStoreOptions? Store { get; init; }

    /// <summary>Which control plane rolls out: a gateway remembers who stopped it. Null for one of this process alone.</summary>
    public ControlPlaneMode? Mode { get; init; }

    /// <summary>Name of the store that rolls out, or null. The same path on two machines is two stores.</summary>
    internal string? StoreName => Mode is not { } mode || mode == ControlPlaneMode.Mock
        ? null
        : ControlPlaneTarget.GetName(ControlPlaneSettings.From(Environment, mode), StorePaths.DefaultStorePath(Environment))
            + (mode == ControlPlaneMode.Local ? " on " + MachineName : string.Empty);

    /// <summary>The folder that is remembered in otherwise: beside the local store.</summary>
    internal string RecordsPath =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(StorePaths.DefaultStorePath(Environment))) ?? ".", "gateways.json");
}
