using System;
using System.Collections.Generic;
using System.IO;
using LightningOps.ControlPlane;
using LightningOps.Gateway.Loopback;
using LightningOps.Gateway.Probes;
using LightningOps.Http;
using LightningOps.Settings;
using LightningOps.Storage;
using LightningOps.Storage.Postgres;
using static System.Environment;

namespace LightningOps.Gateway;

/// <summary>Settings of gateways; each kind reads only the settings it needs.</summary>
public sealed record GatewaySettings
{
    /// <summary>Effective settings: the ops endpoints, their token, the checks.</summary>
    public required OperatorEnvironment Environment { get; init; }

    /// <summary>
    /// Ops: URL that must answer with a challenge. For an Aperture with a file or admin API: the address of its
    /// listener, where the check requests the probe route. Null uses the effective settings, or the address of the
    /// admin API; for a file, the check is skipped.
    /// </summary>
    public string? ChallengeUrl { get; init; }

    /// <summary>URL that must let a paid request through (Ops); null uses the effective settings.</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>The same for each endpoint of a gateway with several, in their order; null requests each endpoint at its own address.</summary>
    public IReadOnlyList<string>? ChallengeUrls { get; init; }

    /// <summary>URL that must let a paid request through, for each endpoint of a gateway with several (Ops).</summary>
    public IReadOnlyList<string>? ProxyUrls { get; init; }

    /// <summary>URL that answers 2xx while Aperture is up (File); null tries the file's <c>listenaddr</c>.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>The admin macaroon in hex (ApertureAdmin).</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of the admin macaroon (ApertureAdmin).</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>Bearer token of the ops endpoints (Ops); null uses the effective settings.</summary>
    public OperatorSecret? OpsToken { get; init; }

    /// <summary>The aperture.yaml of an Aperture with its admin API, if it can be read from here (ApertureAdmin).</summary>
    public string? ConfigPath { get; init; }

    /// <summary>File of the certificate to accept (ApertureAdmin).</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept (ApertureAdmin).</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Macaroon and certificate of each endpoint of a gateway with several, in their order; null for the same for all.</summary>
    public IReadOnlyList<EndpointAccess>? Access { get; init; }

    /// <summary>Program and arguments that make Aperture read its file again (File).</summary>
    public IReadOnlyList<string>? ReloadCommand { get; init; }

    /// <summary>Whether the reload command may send SIGHUP, which a supervisor traps (File).</summary>
    public bool AllowHangup { get; init; }

    /// <summary>Time limit of the reload command; null for the gateway's own.</summary>
    public TimeSpan? ReloadTimeout { get; init; }

    /// <summary>Time limit of a start after a reload (File); null for 60 seconds, or three times the last observed start if that is longer.</summary>
    public TimeSpan? HealthTimeout { get; init; }

    /// <summary>Number of earlier versions kept (File); null for the gateway's default.</summary>
    public int? KeptVersions { get; init; }

    /// <summary>Pays for the proxy check of an Aperture; null skips it.</summary>
    public IProbePayer? Payer { get; init; }

    /// <summary>The loopback gateways of this session, to choose from (Loopback) and to reload a file (File).</summary>
    public IReadOnlyList<LoopbackGateway> Running { get; init; } = [];

    /// <summary>Clock, time limits, retries and handler.</summary>
    public GatewayHttpOptions Http { get; init; } = new();

    /// <summary>
    /// The local store, if it is the control plane. It then stores the records of gateways that keep none; null
    /// stores them in files.
    /// </summary>
    public LocalStoreOptions? Store { get; init; }

    /// <summary>The team's store, if it is the control plane. It then stores the records of gateways that keep none.</summary>
    public PostgresStoreOptions? Postgres { get; init; }

    /// <summary>Identity of the control plane that rolls out, so that a gateway records who stopped it. Null for a control plane of this process only.</summary>
    public ControlPlaneMode? Mode { get; init; }

    /// <summary>The settings of one of several endpoints. The endpoint itself is called, never its balancer.</summary>
    /// <exception cref="ConfigException">There is one address for several endpoints.</exception>
    internal GatewaySettings ForEndpoint(GatewayKind kind, int place, IReadOnlyList<string> endpoints) => this with
    {
        ChallengeUrl = FindAddress("ChallengeUrl", ChallengeUrl, ChallengeUrls, place, endpoints) ?? GetProbeUrl(kind, endpoints[place]),
        ProxyUrl = FindAddress("ProxyUrl", ProxyUrl, ProxyUrls, place, endpoints) ?? GetProbeUrl(kind, endpoints[place]),
        Macaroon = Access?[place].Macaroon ?? Macaroon,
        MacaroonPath = Access?[place].MacaroonPath ?? MacaroonPath,
        OpsToken = Access?[place].OpsToken ?? OpsToken,
        CertificatePath = Access?[place].CertificatePath ?? CertificatePath,
        CertificateFingerprint = Access?[place].CertificateFingerprint ?? CertificateFingerprint,
    };

    // The addresses in the environment belong to the balancer.
    private static string? GetProbeUrl(GatewayKind kind, string endpoint) => kind == GatewayKind.Ops ? GatewayFactory.GetProbeUrl(endpoint) : null;

    private static string? FindAddress(string name, string? one, IReadOnlyList<string>? each, int place, IReadOnlyList<string> endpoints) =>
        (each?.Count ?? (one is null ? 0 : 1)) switch
        {
            0 => null,
            var count when count == endpoints.Count => each![place],
            var count => throw new ConfigException(
                name,
                FormattableString.Invariant($"{count} for {endpoints.Count} endpoints: a balancer's address does not say which endpoint answered"),
                "Leave -" + name + " out, so that each endpoint is asked at its own address, or give one for each in a hashtable: -Gateway @{ Kind = 'admin'; Endpoint = 'https://a:8081', 'https://b:8081'; " + name + " = 'https://a:8081', 'https://b:8081' }."),
        };

    /// <summary>Name of the store that rolls out, or null. The same path on two machines is two stores.</summary>
    internal string? StoreName => Mode is not { } mode || mode == ControlPlaneMode.Mock
        ? null
        : ControlPlaneTarget.GetName(ControlPlaneSettings.From(Environment, mode), StorePaths.DefaultStorePath(Environment))
            + (mode == ControlPlaneMode.Local ? " on " + MachineName : string.Empty);

    /// <summary>The folder of records without a store: beside the local store.</summary>
    internal string RecordsPath =>
        GetBesideStore("gateways.json");

    /// <summary>The folder of copies of a team's records: beside the local store.</summary>
    internal string TeamRecordsPath => GetBesideStore("gateways.team");

    private string GetBesideStore(string name) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(StorePaths.DefaultStorePath(Environment))) ?? ".", name);
}

/// <summary>Settings of a single endpoint.</summary>
/// <param name="Macaroon">Its admin macaroon in hex; null for the common one.</param>
/// <param name="MacaroonPath">File of its admin macaroon; null for the common one.</param>
/// <param name="CertificatePath">File of the certificate to accept; null for the common one.</param>
/// <param name="CertificateFingerprint">Fingerprint of the certificate to accept; null for the common one.</param>
public sealed record EndpointAccess(OperatorSecret? Macaroon, string? MacaroonPath, string? CertificatePath, string? CertificateFingerprint)
{
    /// <summary>Bearer token of its ops endpoints; null for the common one.</summary>
    public OperatorSecret? OpsToken { get; init; }
}
