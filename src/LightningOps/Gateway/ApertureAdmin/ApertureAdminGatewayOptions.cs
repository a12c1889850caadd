using LightningOps.Gateway.Databases;
using LightningOps.Gateway.Probes;
using LightningOps.Gateway.Records;
using LightningOps.Http;
using LightningOps.Settings;

namespace LightningOps.Gateway.ApertureAdmin;

/// <summary>Options of an Aperture with its admin API (docs/reference/aperture.md#admin-api).</summary>
internal sealed record ApertureAdminGatewayOptions
{
    /// <summary>Base URL of Aperture, without <c>/api/admin</c>. https, or http to a loopback address.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>The admin macaroon in hex; either it or <see cref="MacaroonPath"/> is needed.</summary>
    public OperatorSecret? Macaroon { get; init; }

    /// <summary>File of the admin macaroon (<c>admin.macaroon</c>, binary), read for every roll-out.</summary>
    public string? MacaroonPath { get; init; }

    /// <summary>File of the certificate to accept, PEM or DER; null to trust it in another way.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept, in hex with or without colons; without fingerprint and path, the trust store of the system applies.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>The aperture.yaml of this Aperture, if it can be read from here. It tells which services the file defines and where the database is. Null if unknown.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>Reads the database of that aperture.yaml where it is in PostgreSQL; null where no role is set.</summary>
    public DatabaseRole? DatabaseRole { get; init; }

    /// <summary>Records which services were created here; disposed with the gateway.</summary>
    public required IGatewayRecords Records { get; init; }

    /// <summary>Options of the challenge and proxy checks.</summary>
    public SaleProbeOptions Probes { get; init; } = new();

    /// <summary>Clock, time limits, retries and handler.</summary>
    public GatewayHttpOptions Http { get; init; } = new();
}
