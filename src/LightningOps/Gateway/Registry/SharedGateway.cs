using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LightningOps.Http;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// The part of a gateway that a team shares (docs/reference/postgres.md#gateways): no command, wallet, file or
/// reference of a secret. A record with one of them is refused.
/// </summary>
internal sealed record SharedGateway
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>admin, file, ops, loopback or memory.</summary>
    public required string Kind { get; init; }

    /// <summary>Bitcoin network as registered; null when it was not stated.</summary>
    public string? Network { get; init; }

    /// <summary>URL that answers 2xx while the Aperture of a file gateway is up.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>Its endpoints, in order.</summary>
    public IReadOnlyList<SharedEndpoint> Endpoints { get; init; } = [];

    /// <summary>When the team last changed it.</summary>
    [JsonIgnore]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The shared part of a gateway.</summary>
    /// <exception cref="ConfigException">A certificate cannot be read.</exception>
    public static SharedGateway From(RegisteredGateway gateway) => new()
    {
        Name = gateway.Name,
        Kind = gateway.Kind,
        Network = gateway.Network,
        HealthUrl = gateway.HealthUrl,
        Endpoints = gateway.Endpoints.Select(static endpoint => new SharedEndpoint
        {
            Address = endpoint.Address,
            CertificateFingerprint = FindFingerprint(endpoint.CertificateFingerprint, endpoint.CertificatePath),
            ChallengeUrl = endpoint.ChallengeUrl,
            ProxyUrl = endpoint.ProxyUrl,
        }).ToArray(),
    };

    /// <summary>Reads a record.</summary>
    /// <exception cref="JsonException">It is malformed, or contains a member that must not be shared.</exception>
    /// <exception cref="ConfigException">A member is not valid.</exception>
    public static SharedGateway Parse(string document)
    {
        var gateway = JsonSerializer.Deserialize<SharedGateway>(document, Json) ?? throw new JsonException("the record is empty");
        if (gateway.Name is null || gateway.Endpoints is null || gateway.Endpoints.Any(static endpoint => endpoint?.Address is null))
        {
            throw new JsonException("the gateway has no name, or an endpoint no address");
        }

        RegistrationRules.Check(gateway.Join(null, null));
        return gateway;
    }

    /// <summary>The record as stored; equal gateways give equal texts.</summary>
    public string ToDocument() => JsonSerializer.Serialize(this, Json);

    /// <summary>The gateway merged with the part of this account.</summary>
    /// <param name="own">The account's entry under the name; null for none.</param>
    /// <param name="store">The team's store; null for none.</param>
    public RegisteredGateway Join(RegisteredGateway? own, string? store)
    {
        var known = own is not null && own.Kind == Kind ? own : null;
        return (known ?? new RegisteredGateway { Name = Name, Kind = Kind }) with
        {
            Name = Name,
            Network = Network,
            HealthUrl = HealthUrl,

            // A list, as in the file: in PowerShell an array has a method Address, which hides the addresses.
            Endpoints = Endpoints.Select((endpoint, place) => endpoint.Join(known, place)).ToList(),
            Store = store,
            IsAccepted = known is not null && IsSamePlace(known),
            UpdatedAt = known is not null && known.UpdatedAt > UpdatedAt ? known.UpdatedAt : UpdatedAt,
        };
    }

    private bool IsSamePlace(RegisteredGateway own)
    {
        try
        {
            return From(own) with { Network = Network, Name = Name } is var place && place.ToDocument() == ToDocument();
        }
        catch (ConfigException)
        {
            return false;
        }
    }

    /// <summary>Fingerprint of the only certificate to accept; null if there is none or more than one.</summary>
    internal static string? FindFingerprint(string? fingerprint, string? path)
    {
        var pins = CertificatePin.Read(fingerprint, path).Fingerprints.ToArray();
        return pins.Length == 1 ? pins[0] : null;
    }
}

/// <summary>The shared part of an endpoint.</summary>
internal sealed record SharedEndpoint
{
    /// <summary>URL, or the path of a file gateway.</summary>
    public required string Address { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>URL that must answer with a challenge.</summary>
    public string? ChallengeUrl { get; init; }

    /// <summary>URL that must let a paid request through (ops).</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>
    /// The endpoint with this account's secret. The secret stays bound to its registered recipient. If the address or
    /// the certificate has changed, a command asks before it is sent.
    /// </summary>
    /// <param name="own">The account's part; null for none.</param>
    /// <param name="place">Place of the endpoint.</param>
    public RegisteredEndpoint Join(RegisteredGateway? own, int place)
    {
        var endpoint = new RegisteredEndpoint { Address = Address, CertificateFingerprint = CertificateFingerprint, ChallengeUrl = ChallengeUrl, ProxyUrl = ProxyUrl };
        if (own is not { Endpoints.Count: > 0 })
        {
            return endpoint;
        }

        var known = own.Endpoints.FirstOrDefault(other => other.Address == Address) ?? own.Endpoints[Math.Min(place, own.Endpoints.Count - 1)];
        return KeepsPath(known)
            ? endpoint with { Macaroon = known.Macaroon, Binding = known.Binding, CertificatePath = known.CertificatePath, CertificateFingerprint = null }
            : endpoint with { Macaroon = known.Macaroon, Binding = known.Binding };
    }

    // The account's file names the same certificate, or several, of which the store has none.
    private bool KeepsPath(RegisteredEndpoint known)
    {
        try
        {
            return known.CertificatePath is { } path && SharedGateway.FindFingerprint(null, path) == CertificateFingerprint;
        }
        catch (ConfigException)
        {
            // The command that needs the certificate reports it.
            return CertificateFingerprint is null;
        }
    }
}
