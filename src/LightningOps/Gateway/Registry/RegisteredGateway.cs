using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;

namespace LightningOps.Gateway.Registry;

/// <summary>
/// A gateway registered under a name (docs/reference/gateway.md#registered-gateways). It never contains a secret,
/// only its reference.
/// </summary>
public sealed record RegisteredGateway
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>admin, file, ops, loopback or memory.</summary>
    public required string Kind { get; init; }

    /// <summary>Registered Bitcoin network of its node; null when it was not stated.</summary>
    public string? Network { get; init; }

    /// <summary>Its endpoints, in order; empty if the session's settings apply.</summary>
    public IReadOnlyList<RegisteredEndpoint> Endpoints { get; init; } = [];

    /// <summary>URL that answers 2xx while the Aperture of a file gateway is up.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>Program and arguments that restart the Aperture of a file gateway.</summary>
    public IReadOnlyList<string>? ReloadCommand { get; init; }

    /// <summary>Program and arguments that take the gateway down.</summary>
    public IReadOnlyList<string>? StopCommand { get; init; }

    /// <summary>Program and arguments that take an endpoint out of the balancer.</summary>
    public IReadOnlyList<string>? DrainCommand { get; init; }

    /// <summary>Program and arguments that put an endpoint back into the balancer.</summary>
    public IReadOnlyList<string>? UndrainCommand { get; init; }

    /// <summary>Wallet that pays for the checks.</summary>
    public string? Payer { get; init; }

    /// <summary>File of the macaroon of a wallet that is an LND node.</summary>
    public string? LndMacaroonPath { get; init; }

    /// <summary>File of the rune of a Core Lightning node, or of the password of phoenixd.</summary>
    public string? WalletSecretPath { get; init; }

    /// <summary>File of the certificate to accept from a wallet that is a node.</summary>
    public string? LndCertificatePath { get; init; }

    /// <summary>Address and certificate of the wallet for which its macaroon, rune or password was registered; null for none.</summary>
    public SecretBinding? LndBinding { get; init; }

    /// <summary>Its team's store: host, port and database; null for a gateway of this account only.</summary>
    public string? Store { get; init; }

    /// <summary>
    /// Whether it is in a team's store. Kind, addresses, fingerprints and network are then those of the store;
    /// commands, wallet and the references of secrets always belong to this account.
    /// </summary>
    [JsonIgnore]
    public bool IsShared => Store is not null;

    /// <summary>
    /// Whether this account has accepted the current addresses of the team's store, by registering or changing them
    /// here. Without that, no secret is sent there and no file is written.
    /// </summary>
    [JsonIgnore]
    public bool IsAccepted { get; init; } = true;

    /// <summary>When it was registered or last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>
    /// Whether Sync-ApertureConfig rolls out to it: <c>on</c>, or <c>off</c> with the time and the cause, as the control
    /// plane of the session has it; null if it is not known.
    /// </summary>
    [JsonIgnore]
    public string? Reconcile { get; init; }

    /// <summary>The files of the secrets of its wallet.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> PayerSecretFiles => new[] { LndMacaroonPath, WalletSecretPath }.OfType<string>().ToArray();

    /// <summary>Its commands, each with its name, in order.</summary>
    [JsonIgnore]
    public IReadOnlyList<RegisteredProgram> Commands =>
        new (string Name, IReadOnlyList<string>? Command)[] { (nameof(ReloadCommand), ReloadCommand), (nameof(StopCommand), StopCommand), (nameof(DrainCommand), DrainCommand), (nameof(UndrainCommand), UndrainCommand) }
            .Where(static one => one.Command is not null)
            .Select(static one => new RegisteredProgram(one.Name, one.Command!))
            .ToArray();

    /// <summary>Kind and addresses, as -Gateway accepts them.</summary>
    [JsonIgnore]
    public string Place => Endpoints.Count == 0 ? Kind : Kind + ":" + string.Join(",", Endpoints.Select(static endpoint => endpoint.Address));

    /// <summary>Name, address and network, for a question.</summary>
    public string Describe() => "gateway " + Name + " (" + Place + "), network " + (Network is null ? "not known" : Network + " as registered");

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}

/// <summary>One endpoint of a registered gateway.</summary>
public sealed record RegisteredEndpoint
{
    /// <summary>URL, or the path of a file gateway.</summary>
    public required string Address { get; init; }

    /// <summary>Reference of the admin macaroon; null for none.</summary>
    public SecretReference? Macaroon { get; init; }

    /// <summary>Reference of the bearer token of the ops endpoints; null for none (ops).</summary>
    public SecretReference? OpsToken { get; init; }

    /// <summary>File of the certificate to accept.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate to accept.</summary>
    public string? CertificateFingerprint { get; init; }

    /// <summary>URL that must answer with a challenge.</summary>
    public string? ChallengeUrl { get; init; }

    /// <summary>URL that must let a paid request through (ops).</summary>
    public string? ProxyUrl { get; init; }

    /// <summary>Address and certificate for which the macaroon or the token was registered; null for no secret.</summary>
    public SecretBinding? Binding { get; init; }

    /// <summary>The secret for the endpoint: its macaroon or its token; null for none.</summary>
    [JsonIgnore]
    public SecretReference? Secret => Macaroon ?? OpsToken;

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}

/// <summary>A command of a registered gateway.</summary>
/// <param name="Name">Parameter that registers it.</param>
/// <param name="Command">Program and arguments.</param>
public sealed record RegisteredProgram(string Name, IReadOnlyList<string> Command)
{
    /// <summary>Parameter, program and arguments.</summary>
    public override string ToString() => Name + ": " + string.Join(", ", Command);
}
