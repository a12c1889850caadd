using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Http;
using LightningOps.Settings;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>How an Aperture with its admin API is reached (docs/reference/aperture.md#admin-api).</summary>
public sealed record ApertureAdminGatewayOptions
{
    /// <summary>Base URL of Aperture, without <c>/api/admin</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The admin macaroon in hex; either it or <see cref="MacaroonPath"/> is needed.</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of the admin macaroon (<c>admin.macaroon</c>, binary), read for every roll-out.</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>File of the one certificate taken, PEM or DER; null for another way to trust it.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept, in hex with or without colons; without fingerprint and path, the trust store of the system applies.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>Remembers which services were made here; disposed with the gateway.</summary>
    public required IGatewayRecords Records { get; init; }

    /// <summary>How the challenge and the proxy check are made.</summary>
    public SaleProbeOptions Probes { get; init; } = new();

    /// <summary>Clock, time limits, retries and handler.</summary>
    public GatewayHttpOptions Http { get; init; } = new();
}
