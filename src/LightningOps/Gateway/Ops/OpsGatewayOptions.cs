using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Http;
using LightningOps.Settings;

namespace LightningOps.Gateway.Ops;

/// <summary>Options of a gateway with ops endpoints (docs/reference/gateway.md#ops-endpoints).</summary>
internal sealed record OpsGatewayOptions
{
    /// <summary>Base URL; trailing slashes do not matter. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>Parameter or variable that gave <see cref="BaseUrl" />, for failures.</summary>
    public string BaseUrlName { get; init; } = EnvironmentVariables.GatewayBaseUrl;

    /// <summary>Parameter or variable that gave <see cref="ChallengeUrl" />, for failures.</summary>
    public string ChallengeUrlName { get; init; } = EnvironmentVariables.ChallengeUrl;

    /// <summary>Parameter or variable that gave <see cref="ProxyUrl" />, for failures.</summary>
    public string ProxyUrlName { get; init; } = EnvironmentVariables.ProxyUrl;

    /// <summary>Path of the health check under the base.</summary>
    public string HealthPath { get; init; } = "/healthz";

    /// <summary>URL that must answer with a challenge.</summary>
    public required string ChallengeUrl { get; init; }

    /// <summary>
    /// Address of the gateway for buyers, so that each of its routes can be checked; null to check <see
    /// cref="ChallengeUrl" /> only.
    /// </summary>
    public string? ListenerUrl { get; init; }

    /// <summary>Pays for a purchase at <see cref="ListenerUrl" />; null skips it. The proxy check pays nothing.</summary>
    public IProbePayer? Payer { get; init; }

    /// <summary>URL that must let a paid request through.</summary>
    public required string ProxyUrl { get; init; }

    /// <summary>Bearer token of the ops endpoints, or null if they need none.</summary>
    public OperatorSecret? OpsToken { get; init; }

    /// <summary>Authorization header of the proxy check; null uses the one from the challenge check.</summary>
    public OperatorSecret? ProxyAuthorization { get; init; }

    /// <summary>Stores the rolled out configuration, which the gateway does not report; may be null. Disposed with the gateway.</summary>
    public IGatewayRecords? Records { get; init; }

    /// <summary>File of the one certificate to accept, PEM or DER; null to trust it in another way.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>
    /// SHA-256 fingerprint of the one certificate to accept, hex with or without colons; without fingerprint and
    /// path, the trust store of the system applies.
    /// </summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Time limits, retries and handler.</summary>
    public GatewayHttpOptions Http { get; init; } = new();
}
